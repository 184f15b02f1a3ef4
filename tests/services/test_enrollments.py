import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from learnstream.extensions import db
from tests.factories import archive

TAKE = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def test_who_enrols_while_a_course_changes_waits_and_sees_the_change(app, stranger, course):
    with ThreadPoolExecutor(1) as pool, db.engine.begin() as changing:
        changing.execute(TAKE, {"key": f"course:{course.id}"})
        enrolling = pool.submit(app.test_client().post, f"/courses/{course.id}/enroll", auth=stranger)
        while not changing.scalar(WAITING):
            time.sleep(0.005)
        archive(course)
        changing.commit()

        assert enrolling.result().json["code"] == "course_archived"
