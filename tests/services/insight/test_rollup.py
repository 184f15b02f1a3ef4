"""The roll-up: its figures, and that no repetition, crash or competitor changes them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.documents import CourseProgress, CourseStats, LessonStats, Progress, RollupState
from learnstream.extensions import db, redis
from learnstream.models import Enrollment, Event, SeatStatus
from learnstream.services.authoring import publishing
from learnstream.services.delivery import syllabus
from learnstream.services.foundation import lease
from learnstream.services.insight import (
    course_completions,
    course_figures,
    course_records,
    lesson_figures,
    recounts,
    rollup,
)
from tests.factories import make_course, make_lesson, make_person
from tests.learning import LESSONS, finish, open_text, reset, seat, show_videos, watch

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
BOOKKEEPING = ("marks", "as_of", "rest_until", "updated_at", "revision")


@pytest.fixture
def course(owner):
    return make_course(owner, lessons=LESSONS)


@pytest.fixture
def videos(course):
    return show_videos(course, 100.0, 100.0)


@pytest.fixture
def school(course, videos, stranger):
    """Lea has watched half of the first film on Monday and all on Tuesday, Max has completed all; Stan only peeked."""
    lea, max_ = make_person(name="Lea"), make_person(name="Max")
    seat(lea, course, enrolled_at=MONDAY - timedelta(hours=1))
    seat(max_, course, enrolled_at=MONDAY)
    watch(lea, course, course.lessons[0], videos[0], (0, 50), at=MONDAY)
    watch(lea, course, course.lessons[0], videos[0], (40, 100), at=TUESDAY)
    finish(max_, course, videos, at=TUESDAY)
    watch(stranger, course, course.lessons[0], videos[0], (0, 5), at=MONDAY)
    return lea, max_


def roll_up():
    return rollup.run(rest=0)


def stats(course):
    return CourseStats.collection().find_one({"_id": course.id})


def lesson_stats(lesson):
    return LessonStats.collection().find_one({"_id": ObjectId(lesson.id)})


def record(person, course):
    return CourseProgress.collection().find_one({"_id": f"{person.id}:{course.id}"})


def everything():
    """All derived figures, without what tells how often they were counted."""
    found = [
        {name: value for name, value in each.items() if name not in BOOKKEEPING}
        for figures in (CourseProgress, CourseStats, LessonStats)
        for each in figures.collection().find().sort("_id", 1)
    ]
    seats = db.session.execute(
        select(Enrollment.id, Enrollment.status, Enrollment.completed_at).order_by(Enrollment.id)
    )
    told = db.session.execute(select(Event.event_id).where(Event.type == "course.completed"))
    return found, seats.all(), told.all()


def test_a_learners_way_through_a_course(school, course):
    lea, _ = school
    roll_up()

    found = record(lea, course)
    assert (found["fraction"], found["completed_count"], found["lesson_count"]) == (0.3333, 1, 3)
    assert found["days"] == {"2026-03-02": 50, "2026-03-03": 60}
    assert (found["watch_seconds"], found["active_days"]) == (110, ["2026-03-02", "2026-03-03"])
    assert found["started_at"] == MONDAY - timedelta(hours=2)
    assert found["last_active_at"] == TUESDAY
    assert (found["status"], found["version"], found["completed_at"]) == ("active", 3, None)


def test_who_is_enrolled_and_did_nothing_stands_at_nothing(course, stranger):
    seat(stranger, course)
    roll_up()

    found = record(stranger, course)
    assert (found["fraction"], found["lesson_count"], found["active_days"]) == (0.0, 3, [])
    assert (found["started_at"], found["last_active_at"]) == (None, None)


def test_who_has_no_seat_counts_for_the_lesson_alone(school, course, stranger):
    roll_up()

    assert record(stranger, course) is None
    assert lesson_stats(course.lessons[0])["started"] == 3
    assert stats(course)["days"]["2026-03-02"]["active"] == 1


def test_what_somebody_did_before_they_enrolled_counts(school, course, stranger):
    roll_up()
    seat(stranger, course)
    roll_up()

    assert record(stranger, course)["watch_seconds"] == 5
    assert stats(course)["days"]["2026-03-02"]["active"] == 2


def test_the_figures_of_a_course(school, course):
    roll_up()

    found = stats(course)
    monday = {"active": 1, "watch_seconds": 50, "completions": 0, "enrollments": 2}
    tuesday = {"active": 2, "watch_seconds": 260, "completions": 1, "enrollments": 0}
    assert found["days"] == {"2026-03-02": monday, "2026-03-03": tuesday}
    assert (found["enrollments"], found["completed"], found["watch_seconds"]) == (2, 1, 310)
    assert found["median_completion_seconds"] == 86400
    assert [each["learners"] for each in found["reached"]] == [2, 1, 1]


def test_the_figures_of_a_lesson(school, course, videos):
    roll_up()

    found = lesson_stats(course.lessons[0])
    assert (found["started"], found["completed"], found["watch_seconds"]) == (3, 2, 215)
    assert found["days"]["2026-03-02"] == {"active": 2, "watch_seconds": 55}
    film = found["videos"][videos[0]]
    assert film["viewers"] == 3
    assert (film["watched"][0], film["watched"][5], film["watched"][99]) == (3, 2, 2)
    assert [part for part, count in enumerate(film["again"]) if count] == list(range(40, 50))
    assert (film["left"][5], film["left"][99]) == (1, 2)


def test_whoever_learns_in_two_courses_is_one_learner_of_the_platform(school, course, owner):
    lea, _ = school
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


def test_completing_a_course_is_noted_and_told_once(school, course, fresh):
    _, max_ = school
    for _ in range(3):
        roll_up()

    held = fresh.scalars(select(Enrollment).where(Enrollment.user_id == max_.id)).one()
    assert (held.status, held.completed_at) == (SeatStatus.COMPLETED, TUESDAY)
    told = fresh.scalars(select(Event).where(Event.type == "course.completed")).one()
    assert told.event_id == f"course.completed:{max_.id}:{course.id}"
    assert (told.occurred_at, told.data["enrollment_id"]) == (TUESDAY, held.id)
    assert record(max_, course)["completed_at"] == TUESDAY


def test_no_later_version_takes_a_completion_back(school, course, owner):
    _, max_ = school
    roll_up()
    make_lesson(owner, course.id, title="One more")
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()
    roll_up()

    found = record(max_, course)
    assert (found["completed_at"], found["status"], found["version"]) == (TUESDAY, "completed", 4)
    assert (found["fraction"], found["completed_count"], found["lesson_count"]) == (1.0, 3, 4)
    assert stats(course)["completed"] == 1


def test_a_version_that_takes_the_last_missing_lesson_away_completes_the_course(school, course, videos, client, owner):
    lea, _ = school
    watch(lea, course, course.lessons[1], videos[1], (0, 95), at=TUESDAY + timedelta(hours=1))
    roll_up()
    client.delete(f"/lessons/{course.lessons[2].id}", auth=owner)
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()
    roll_up()

    assert record(lea, course)["completed_at"] == TUESDAY + timedelta(hours=1)


def test_who_left_does_not_complete(school, course, client):
    _, max_ = school
    client.delete(f"/courses/{course.id}/enroll", auth=max_)
    roll_up()

    assert (record(max_, course)["status"], record(max_, course)["completed_at"]) == ("withdrawn", None)


def test_who_comes_back_has_completed_what_they_had_done(school, course, client):
    _, max_ = school
    client.delete(f"/courses/{course.id}/enroll", auth=max_)
    roll_up()
    client.post(f"/courses/{course.id}/enroll", auth=max_)
    roll_up()

    assert (record(max_, course)["status"], record(max_, course)["completed_at"]) == ("completed", TUESDAY)


def test_a_reset_takes_back_what_was_counted(school, course):
    _, max_ = school
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


def test_a_seat_whose_times_are_more_exact_than_the_other_store_is_written_once(school, course):
    lea, _ = school
    exact = (MONDAY + timedelta(microseconds=1234567), Enrollment.user_id == lea.id)
    db.session.execute(update(Enrollment).where(exact[1]).values(enrolled_at=exact[0]))
    db.session.commit()
    roll_up()
    revision = record(lea, course)["revision"]
    roll_up()

    assert record(lea, course)["revision"] == revision


def test_running_again_changes_nothing(school):
    roll_up()
    once = everything()
    revisions = [each["revision"] for each in CourseProgress.collection().find()]
    roll_up()

    assert everything() == once
    assert [each["revision"] for each in CourseProgress.collection().find()] == revisions


def test_running_from_the_beginning_again_changes_nothing(school):
    roll_up()
    once = everything()
    RollupState.collection().delete_many({})
    roll_up()

    assert everything() == once


def test_everything_can_be_derived_anew(school):
    roll_up()
    once = everything()
    for figures in (RollupState, CourseProgress, CourseStats, LessonStats):
        figures.collection().delete_many({})
    roll_up()

    assert everything() == once


def test_many_workers_at_once_count_nothing_twice(app, school):
    def work(_):
        with app.app_context():
            for _ in range(3):
                roll_up()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    roll_up()
    together = everything()
    for figures in (RollupState, CourseProgress, CourseStats, LessonStats):
        figures.collection().delete_many({})
    roll_up()

    assert everything() == together


def test_workers_without_a_lease_count_nothing_twice(app, school, monkeypatch):
    """As if each had stood still, lost the lease and not noticed it."""
    monkeypatch.setattr(lease, "_take", lambda _: True)
    monkeypatch.setattr(lease.Lease, "keep", lambda *_, **__: None)

    def work(_):
        with app.app_context():
            for _ in range(3):
                roll_up()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    monkeypatch.undo()
    roll_up()
    together = everything()
    for figures in (RollupState, CourseProgress, CourseStats, LessonStats):
        figures.collection().delete_many({})
    roll_up()

    assert everything() == together


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


PLACES = [
    (course_records, "_read"),
    (lesson_figures, "mark"),
    (course_completions, "note"),
    (course_completions.events, "record_all"),
    (course_figures, "mark"),
    (course_records, "_write"),
    (lesson_figures, "recount"),
    (lesson_figures, "_count"),
    (course_figures, "recount"),
    (course_figures, "_count"),
    (lease.Lease, "keep"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0].__name__.rpartition('.')[2]}.{place[1]}")
def test_a_run_that_is_killed_is_made_good_by_the_next(app, school, course, monkeypatch, place, after):
    """Killed each time at that place, one call later than the time before, until a run gets through."""
    lea, _ = school
    module, name = place
    step, calls = getattr(module, name), 0

    def survive(*args, **kwargs):
        nonlocal calls
        calls += 1
        if calls > limit:
            if after:
                step(*args, **kwargs)
            raise Killed
        return step(*args, **kwargs)

    monkeypatch.setattr(module, name, survive)
    for limit in range(100):  # noqa: B007 - `survive` reads it
        calls = 0
        try:
            assert roll_up()
            break
        except Killed:
            db.session.rollback()
            RollupState.collection().update_many({}, {"$unset": {"lease_until": ""}})
    assert limit > 0
    monkeypatch.undo()
    roll_up()
    survived = everything()
    for figures in (RollupState, CourseProgress, CourseStats, LessonStats):
        figures.collection().delete_many({})
    roll_up()

    assert everything() == survived
    assert record(lea, course)["watch_seconds"] == 110


def test_a_record_that_becomes_visible_late_is_seen(school, course, videos):
    lea, _ = school
    roll_up()
    watch(lea, course, course.lessons[1], videos[1], (0, 10), at=TUESDAY)
    late = {"$set": {"updated_at": now() - rollup.OVERLAP + timedelta(seconds=10)}}
    Progress.collection().update_one({"_id": f"{lea.id}:{course.lessons[1].id}"}, late)
    roll_up()

    assert record(lea, course)["watch_seconds"] == 120


def test_what_was_overtaken_is_left_to_the_next_run(school, course, videos, monkeypatch):
    lea, _ = school
    roll_up()
    watch(lea, course, course.lessons[1], videos[1], (0, 10), at=TUESDAY)
    through = lease.notes(lease.ROLLUP)["progress_through"]
    write = course_records._write

    def write_late(*args):
        CourseProgress.collection().update_many({}, {"$inc": {"revision": 1}})
        write(*args)

    with monkeypatch.context() as patch:
        patch.setattr(course_records, "_write", write_late)
        assert not roll_up()
    assert lease.notes(lease.ROLLUP)["progress_through"] == through
    assert roll_up()
    assert record(lea, course)["watch_seconds"] == 120


def test_figures_that_were_marked_while_they_were_counted_are_counted_again(school, course, monkeypatch):
    count = course_figures._count

    def count_and_mark(figures):
        counted = count(figures)
        course_figures.mark({course.id: ["2026-03-02"]})
        return counted

    with monkeypatch.context() as patch:
        patch.setattr(course_figures, "_count", count_and_mark)
        roll_up()
    assert "as_of" not in stats(course)
    assert stats(course)["due_at"] is not None
    roll_up()

    assert stats(course)["enrollments"] == 2
    assert "due_at" not in stats(course)


def test_figures_rest_after_a_count(school, course, videos):
    lea, _ = school
    rollup.run(rest=1e6)
    watch(lea, course, course.lessons[1], videos[1], (0, 10), at=TUESDAY)
    rollup.run(rest=1e6)

    assert record(lea, course)["watch_seconds"] == 120
    assert stats(course)["watch_seconds"] == 310
    assert stats(course)["due_at"] > now()


def test_the_figures_say_as_of_when_they_are_true(school):
    assert rollup.as_of() is None
    before = now()
    roll_up()

    assert before <= rollup.as_of() <= now()


def test_while_another_worker_is_at_it_nothing_is_done(school, course):
    with lease.hold(lease.ROLLUP):
        assert not roll_up()

    assert stats(course) is None


def test_who_loses_the_lease_stops(school, course, monkeypatch):
    count = lesson_figures._count

    def lose(*args):
        RollupState.collection().update_many({}, {"$set": {"token": "another's"}})
        return count(*args)

    monkeypatch.setattr(lesson_figures, "_count", lose)

    assert not roll_up()
    assert rollup.as_of() is None


def test_no_step_reads_a_whole_collection(school, course, videos, plans):
    lea, _ = school
    roll_up()
    watch(lea, course, course.lessons[1], videos[1], (0, 10), at=TUESDAY)
    with plans:
        roll_up()

    assert plans.scans == []
    assert plans.asked


def test_what_many_versions_consist_of_takes_two_questions(owner, stranger, plans):
    for number in range(5):
        seat(stranger, make_course(owner, title=f"Course {number}"))
    syllabus.known.clear()
    redis.client.flushdb()
    with plans:
        roll_up()

    versions = (".courses", ".course_versions")
    assert len([each for each in plans.asked if each["ns"].endswith(versions)]) == 2


def test_a_run_without_news_reads_next_to_nothing(school, plans):
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


def test_marks_are_enough_of_a_reason_to_count(school, course):
    roll_up()
    CourseStats.collection().update_many({}, {"$set": {"days": {}, "enrollments": 0}})
    course_figures.mark({course.id: ["2026-03-02"]})
    roll_up()

    assert stats(course)["days"].keys() == {"2026-03-02"}
    assert recounts.REST > 0
