import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from learnstream.services.enrollment import enrollments
from learnstream.stores.sql import db
from tests.factories import archive

TAKE = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def wait_for_a_waiter():
    with db.engine.connect() as looking:
        while not looking.scalar(WAITING):
            time.sleep(0.005)


def test_enrolling_while_a_course_changes_waits_and_sees_the_change(app, stranger, course):
    with ThreadPoolExecutor(1) as pool, db.engine.begin() as changing:
        changing.execute(TAKE, {"key": f"course:{course.id}"})
        enrolling = pool.submit(app.test_client().post, f"/courses/{course.id}/enroll", auth=stranger)
        wait_for_a_waiter()
        archive(course)
        changing.commit()

        assert enrolling.result().json["code"] == "course_archived"


def test_a_course_is_not_deleted_during_an_enrollment(app, stranger, owner, course):
    enrollments.enroll(user_id=stranger.id, course_id=course.id)
    with ThreadPoolExecutor(1) as pool:
        deleting = pool.submit(app.test_client().delete, f"/courses/{course.id}", auth=owner)
        wait_for_a_waiter()
        db.session.commit()

        assert deleting.result().json["code"] == "course_has_learners"
