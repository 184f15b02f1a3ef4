"""Repetitions, crashes and concurrent workers do not change the figures."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import CourseProgress, CourseStats, DayStats, LessonStats, Progress, RollupState
from learnstream.models import Enrollment, Event
from learnstream.services.analytics import course_completions, course_figures, course_records, lesson_figures, rollup
from learnstream.services.foundation import lease
from learnstream.stores.sql import db
from tests.learning import watch
from tests.services.analytics.rollup.figures import TUESDAY, record, roll_up, stats

BOOKKEEPING_FIELDS = ("marks", "as_of", "rest_until", "updated_at", "revision", "quarters_of")


def all_figures():
    """Return all derived figures, without their bookkeeping."""
    found = [
        {name: value for name, value in each.items() if name not in BOOKKEEPING_FIELDS}
        for figures in (CourseProgress, CourseStats, LessonStats, DayStats)
        for each in figures.collection().find().sort("_id", 1)
    ]
    seats = db.session.execute(
        select(Enrollment.id, Enrollment.status, Enrollment.completed_at).order_by(Enrollment.id)
    )
    events = db.session.execute(select(Event.event_id).where(Event.type == "course.completed"))
    return found, seats.all(), events.all()


def test_running_again_changes_nothing(activity):
    roll_up()
    once = all_figures()
    revisions = [each["revision"] for each in CourseProgress.collection().find()]
    roll_up()

    assert all_figures() == once
    assert [each["revision"] for each in CourseProgress.collection().find()] == revisions


def recompute():
    """Delete all figures, and return them after a roll-up from scratch."""
    for figures in (RollupState, CourseProgress, CourseStats, LessonStats, DayStats):
        figures.collection().delete_many({})
    roll_up()
    return all_figures()


def test_running_again_from_the_beginning_changes_nothing(activity):
    roll_up()
    once = all_figures()
    RollupState.collection().delete_many({})
    roll_up()

    assert all_figures() == once


def test_all_figures_can_be_recomputed(activity):
    roll_up()
    once = all_figures()

    assert recompute() == once


def roll_up_concurrently(app):
    """Roll up in four threads, three times in each."""

    def work(_):
        with app.app_context():
            for _ in range(3):
                roll_up()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))


def test_concurrent_workers_count_nothing_twice(app, activity):
    roll_up_concurrently(app)
    roll_up()
    together = all_figures()

    assert recompute() == together


def test_workers_without_a_lease_count_nothing_twice(app, activity, monkeypatch):
    """As if each had paused, lost the lease and not noticed it."""
    monkeypatch.setattr(lease, "_acquire", lambda _: True)
    monkeypatch.setattr(lease.Lease, "renew", lambda *_, **__: None)

    roll_up_concurrently(app)
    monkeypatch.undo()
    roll_up()
    together = all_figures()

    assert recompute() == together


class Killed(BaseException):
    """Simulates a kill: no code catches it."""


PLACES = [
    (course_records, "_read_changed"),
    (lesson_figures, "mark"),
    (course_completions, "record"),
    (course_completions.events, "record_all"),
    (course_figures, "mark"),
    (course_records, "_write"),
    (lesson_figures, "recount"),
    (lesson_figures, "_count"),
    (course_figures, "recount"),
    (course_figures, "_count"),
    (lease.Lease, "renew"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0].__name__.rpartition('.')[2]}.{place[1]}")
def test_a_killed_run_is_completed_by_the_next(app, activity, course, monkeypatch, place, after):
    """Kill the run at that place, each time one call later, until a run completes."""
    lea, _ = activity
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
    survived = all_figures()

    assert recompute() == survived
    assert record(lea, course)["watch_seconds"] == 110


def test_a_record_that_becomes_visible_late_is_seen(activity, course, videos):
    lea, _ = activity
    roll_up()
    watch(lea, course, course.lessons[1], videos[1], (0, 10), at=TUESDAY)
    late = {"$set": {"updated_at": now() - rollup.OVERLAP + timedelta(seconds=10)}}
    Progress.collection().update_one({"_id": f"{lea.id}:{course.lessons[1].id}"}, late)
    roll_up()

    assert record(lea, course)["watch_seconds"] == 120


def test_concurrent_changes_are_left_to_the_next_run(activity, course, videos, monkeypatch):
    lea, _ = activity
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


def test_figures_that_were_marked_while_they_were_counted_are_counted_again(activity, course, monkeypatch):
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


def test_figures_rest_after_a_count(activity, course, videos):
    lea, _ = activity
    rollup.run(rest=1e6)
    watch(lea, course, course.lessons[1], videos[1], (0, 10), at=TUESDAY)
    rollup.run(rest=1e6)

    assert record(lea, course)["watch_seconds"] == 120
    assert stats(course)["watch_seconds"] == 310
    assert stats(course)["due_at"] > now()


def test_the_figures_have_their_time(activity):
    assert rollup.as_of() is None
    before = now()
    roll_up()

    assert before <= rollup.as_of() <= now()


def test_nothing_is_done_while_another_worker_holds_the_lease(activity, course):
    with lease.hold(lease.ROLLUP):
        assert not roll_up()

    assert stats(course) is None


def test_a_worker_that_loses_the_lease_stops(activity, course, monkeypatch):
    count = lesson_figures._count

    def lose(*args):
        RollupState.collection().update_many({}, {"$set": {"token": "another's"}})
        return count(*args)

    monkeypatch.setattr(lesson_figures, "_count", lose)

    assert not roll_up()
    assert rollup.as_of() is None
