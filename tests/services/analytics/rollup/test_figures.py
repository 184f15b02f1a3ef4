"""The roll-up's figures."""

from datetime import timedelta

import pytest
from bson import ObjectId
from sqlalchemy import select, update

from learnstream.documents import CourseStats, LessonStats
from learnstream.models import Enrollment, Event, SeatStatus
from learnstream.services.authoring import publishing
from learnstream.stores.sql import db
from tests.factories import make_course, make_lesson, make_person
from tests.learning import LESSONS, finish, open_text, reset, seat, watch
from tests.services.analytics.rollup.figures import MONDAY, TUESDAY, record, roll_up, stats


def lesson_stats(lesson):
    return LessonStats.collection().find_one({"_id": ObjectId(lesson.id)})


def test_a_learners_progress_through_a_course(activity, course):
    lea, _ = activity
    roll_up()

    found = record(lea, course)
    assert (found["fraction"], found["completed_count"], found["lesson_count"]) == (0.3333, 1, 3)
    assert found["days"] == {"2026-03-02": 50, "2026-03-03": 60}
    assert (found["watch_seconds"], found["active_days"]) == (110, ["2026-03-02", "2026-03-03"])
    assert found["started_at"] == MONDAY - timedelta(hours=2)
    assert found["last_active_at"] == TUESDAY
    assert (found["status"], found["version"], found["completed_at"]) == ("active", 3, None)


def test_an_inactive_learner_has_no_progress(course, stranger):
    seat(stranger, course)
    roll_up()

    found = record(stranger, course)
    assert (found["fraction"], found["lesson_count"], found["active_days"]) == (0.0, 3, [])
    assert (found["started_at"], found["last_active_at"]) == (None, None)


def test_activity_without_an_enrollment_counts_for_the_lesson_only(activity, course, stranger):
    roll_up()

    assert record(stranger, course) is None
    assert lesson_stats(course.lessons[0])["started"] == 3
    assert stats(course)["days"]["2026-03-02"]["active"] == 1


def test_activity_before_enrollment_counts(activity, course, stranger):
    roll_up()
    seat(stranger, course)
    roll_up()

    assert record(stranger, course)["watch_seconds"] == 5
    assert stats(course)["days"]["2026-03-02"]["active"] == 2


def test_the_figures_of_a_course(activity, course):
    roll_up()

    found = stats(course)
    monday = {"active": 1, "watch_seconds": 50, "completions": 0, "enrollments": 2}
    tuesday = {"active": 2, "watch_seconds": 260, "completions": 1, "enrollments": 0}
    assert found["days"] == {"2026-03-02": monday, "2026-03-03": tuesday}
    assert (found["enrollments"], found["completed"], found["watch_seconds"]) == (2, 1, 310)
    assert found["median_completion_seconds"] == 86400
    assert [each["learners"] for each in found["reached"]] == [2, 1, 1]


def test_the_figures_of_a_lesson(activity, course, videos):
    roll_up()

    found = lesson_stats(course.lessons[0])
    assert (found["started"], found["completed"], found["watch_seconds"]) == (3, 2, 215)
    assert found["days"]["2026-03-02"] == {"active": 2, "watch_seconds": 55}
    film = found["videos"][videos[0]]
    assert film["viewers"] == 3
    assert (film["watched"][0], film["watched"][5], film["watched"][99]) == (3, 2, 2)
    assert [part for part, count in enumerate(film["again"]) if count] == list(range(40, 50))
    assert (film["left"][5], film["left"][99]) == (1, 2)


def test_a_learner_of_two_courses_counts_once_on_the_platform(activity, course, owner):
    lea, _ = activity
    other = make_course(owner, lessons=LESSONS)
    seat(lea, other, enrolled_at=TUESDAY)
    open_text(lea, other, other.lessons[2], at=TUESDAY)
    roll_up()

    found = CourseStats.collection().find_one({"_id": "platform"})
    assert found["days"]["2026-03-03"] == {"active": 2, "watch_seconds": 260, "completions": 1, "enrollments": 1}
    assert (found["enrollments"], found["completed"], found["median_completion_seconds"]) == (3, 1, 86400)
    assert [each["learners"] for each in found["reached"]] == [3, 1, 1]


@pytest.mark.parametrize(("days", "median"), [((1,), 1), ((3, 1), 2), ((9, 1, 2), 2)])
def test_the_median_is_the_middle(course, videos, days, median):
    for number in days:
        person = make_person()
        seat(person, course, enrolled_at=TUESDAY - timedelta(days=number))
        finish(person, course, videos, at=TUESDAY)
    roll_up()

    assert stats(course)["median_completion_seconds"] == median * 86400


def test_completing_a_course_is_recorded_with_one_event(activity, course, separate_session):
    _, max_ = activity
    for _ in range(3):
        roll_up()

    held = separate_session.scalars(select(Enrollment).where(Enrollment.user_id == max_.id)).one()
    assert (held.status, held.completed_at) == (SeatStatus.COMPLETED, TUESDAY)
    events = separate_session.scalars(select(Event).where(Event.type == "course.completed")).one()
    assert events.event_id == f"course.completed:{max_.id}:{course.id}"
    assert (events.occurred_at, events.data["enrollment_id"]) == (TUESDAY, held.id)
    assert record(max_, course)["completed_at"] == TUESDAY


def test_no_later_version_revokes_a_completion(activity, course, owner):
    _, max_ = activity
    roll_up()
    make_lesson(owner, course.id, title="One more")
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()
    roll_up()

    found = record(max_, course)
    assert (found["completed_at"], found["status"], found["version"]) == (TUESDAY, "completed", 4)
    assert (found["fraction"], found["completed_count"], found["lesson_count"]) == (1.0, 3, 4)
    assert stats(course)["completed"] == 1


def test_removing_the_last_missing_lesson_completes_the_course(activity, course, videos, client, owner):
    lea, _ = activity
    watch(lea, course, course.lessons[1], videos[1], (0, 95), at=TUESDAY + timedelta(hours=1))
    roll_up()
    client.delete(f"/lessons/{course.lessons[2].id}", auth=owner)
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()
    roll_up()

    assert record(lea, course)["completed_at"] == TUESDAY + timedelta(hours=1)


def test_a_withdrawn_learner_does_not_complete(activity, course, client):
    _, max_ = activity
    client.delete(f"/courses/{course.id}/enroll", auth=max_)
    roll_up()

    assert (record(max_, course)["status"], record(max_, course)["completed_at"]) == ("withdrawn", None)


def test_a_returning_learner_completes_with_earlier_progress(activity, course, client):
    _, max_ = activity
    client.delete(f"/courses/{course.id}/enroll", auth=max_)
    roll_up()
    client.post(f"/courses/{course.id}/enroll", auth=max_)
    roll_up()

    assert (record(max_, course)["status"], record(max_, course)["completed_at"]) == ("completed", TUESDAY)


def test_a_reset_reduces_the_figures(activity, course):
    _, max_ = activity
    roll_up()
    reset(max_, course.lessons[0])
    db.session.execute(
        update(Enrollment).where(Enrollment.user_id == max_.id).values(status=SeatStatus.ACTIVE, completed_at=None)
    )
    db.session.commit()
    roll_up()

    assert (record(max_, course)["fraction"], record(max_, course)["completed_at"]) == (0.6667, None)
    assert (stats(course)["completed"], stats(course)["median_completion_seconds"]) == (0, None)
    assert stats(course)["days"]["2026-03-03"]["watch_seconds"] == 160
    assert lesson_stats(course.lessons[0])["completed"] == 1


def test_an_enrollment_with_microseconds_is_written_once(activity, course):
    lea, _ = activity
    exact = (MONDAY + timedelta(microseconds=1234567), Enrollment.user_id == lea.id)
    db.session.execute(update(Enrollment).where(exact[1]).values(enrolled_at=exact[0]))
    db.session.commit()
    roll_up()
    revision = record(lea, course)["revision"]
    roll_up()

    assert record(lea, course)["revision"] == revision
