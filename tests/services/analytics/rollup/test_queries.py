"""The queries of the roll-up."""

from datetime import timedelta

from sqlalchemy import update

from learnstream.clock import now
from learnstream.documents import CourseStats, Progress, RollupState
from learnstream.models import Enrollment
from learnstream.services.analytics import course_figures, recounts
from learnstream.services.delivery import syllabus
from learnstream.stores.redis import redis
from learnstream.stores.sql import db
from tests.factories import make_course
from tests.learning import seat, watch
from tests.services.analytics.rollup.figures import TUESDAY, roll_up, stats


def test_no_step_scans_a_collection(activity, course, videos, plans):
    lea, _ = activity
    roll_up()
    watch(lea, course, course.lessons[1], videos[1], (0, 10), at=TUESDAY)
    with plans:
        roll_up()

    assert plans.scans == []
    assert plans.operations


def test_syllabi_of_many_versions_need_two_queries(owner, stranger, plans):
    for number in range(5):
        seat(stranger, make_course(owner, title=f"Course {number}"))
    syllabus.known.clear()
    redis.client.flushdb()
    with plans:
        roll_up()

    versions = (".courses", ".course_versions")
    assert len([each for each in plans.operations if each["ns"].endswith(versions)]) == 2


def test_a_run_without_changes_reads_few_documents(activity, plans):
    roll_up()
    past = now() - timedelta(minutes=5)
    Progress.collection().update_many({}, {"$set": {"updated_at": past}})
    db.session.execute(update(Enrollment).values(updated_at=past))
    db.session.commit()
    RollupState.collection().update_many({}, {"$set": {"progress_through": now(), "seats_through": now()}})
    with plans:
        roll_up()

    assert plans.scans == []
    assert plans.examined("progress") + plans.examined("course_progress") == 0


def test_marked_figures_are_recomputed(activity, course):
    roll_up()
    CourseStats.collection().update_many({}, {"$set": {"days": {}, "enrollments": 0}})
    course_figures.mark({course.id: ["2026-03-02"]})
    roll_up()

    assert stats(course)["days"].keys() == {"2026-03-02"}
    assert recounts.REST > 0
