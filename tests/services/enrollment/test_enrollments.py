from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from learnstream.services.enrollment import enrollments
from learnstream.stores.sql import db
from tests.factories import archive
from tests.waiting import within

TAKE = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
# In this database: other processes run tests in others of the same server.
WAITING = text("""
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
""")


def wait_for_a_waiter():
    with db.engine.connect() as looking:
        within(20, lambda: looking.scalar(WAITING))


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
