"""Completion of lessons, and instructors' resets and waivers."""

import pytest

from learnstream.documents import LessonKind
from learnstream.services.authoring.completion_rules import Rule
from learnstream.services.learning.heartbeats import Heartbeat, Reason, Stretch
from learnstream.services.learning.lesson_record import Record
from tests.services.learning.lesson_record.heartbeats import (
    BEGAN,
    LESSON,
    OTHER,
    OVER,
    after,
    apply_all,
    as_read,
    build_context,
    heartbeat,
)


def test_a_lesson_is_completed_at_its_threshold():
    record, _ = apply_all(heartbeat((0, 89)))
    assert record.completed_at is None

    apply_all(heartbeat((89, 90), seq=2), record=record, seconds=2000)

    assert record.completed_at == after(2000)


def test_a_completed_lesson_stays_completed():
    document = {"completed_at": BEGAN, "completed_by": "watched", "videos": {OTHER: {"seconds": 100}}, "credited": 100}
    record, _ = apply_all(heartbeat((0, 10)), record=Record(build_context(), as_read(document)))

    assert (record.completed_at, record.fraction) == (BEGAN, 0.1)
    assert "completed_at" not in record.update(after(9))["$set"]


@pytest.mark.parametrize("threshold", [0.07, 0.29, 0.57, 1.0])
def test_thresholds_are_met_to_the_second(threshold):
    needed = round(threshold * 100)

    short, _ = apply_all(heartbeat((0, needed - 1)), record=Record(build_context(threshold=threshold)))
    enough, _ = apply_all(heartbeat((0, needed)), record=Record(build_context(threshold=threshold)))

    assert (short.completed_at, enough.completed_at) == (None, after(1000))


def test_the_event_of_a_completion_has_a_unique_id():
    record, _ = apply_all(heartbeat((0, 100)))

    [event] = record.update(after(1))["$push"]["pending_events"]["$each"]

    assert event["id"] == f"lesson.completed:7:{LESSON}"
    assert event["data"]["completed_by"] == "watched"


def text(rule=Rule.OPENED):
    return Record(build_context(kind=LessonKind.TEXT, rule=rule, video_id=None, duration=None))


def test_a_text_is_completed_by_opening_it():
    record = text()

    record.open(after(5))

    assert (record.completed_at, record.opened_at, record.fraction) == (after(5), after(5), 1.0)
    assert record.update(after(5))["$set"]["days.2026-03-01"] == {}


def test_reopening_a_text_on_the_same_day_changes_nothing():
    stored = {"opened_at": BEGAN, "completed_at": BEGAN, "days": {"2026-03-01": {}}}
    same, next_day = (
        Record(build_context(kind=LessonKind.TEXT, video_id=None, duration=None), as_read(stored)) for _ in range(2)
    )

    same.open(after(5))
    next_day.open(after(86400))

    assert same.update(after(5)) is None
    assert next_day.update(after(86400))["$set"].keys() >= {"days.2026-03-02"}


def test_watching_on_a_new_day_records_the_day_once():
    record = Record(build_context())
    record.apply_heartbeat(heartbeat((0, 5)), after(10))
    record.open(after(10))

    assert "days.2026-03-01" not in record.update(after(10))["$set"]


def test_a_learner_completes_a_lesson_with_a_manual_rule():
    manual, opened = text(Rule.MANUAL), text()
    manual.open(after(4))
    assert manual.completed_at is None

    manual.complete(after(5))
    opened.complete(after(5))

    assert (manual.completed_at, opened.completed_at) == (after(5), None)


RESET = after(500)


def reset_record():
    """A record that was reset 500 seconds after BEGAN."""
    return Record(build_context(), as_read({"revision": 7, "reset_at": RESET}))


def test_seconds_before_a_reset_are_not_credited():
    record, reasons = apply_all(heartbeat((0, 10), at=400, sent=410, position=10.0), record=reset_record())

    assert reasons == [Reason.BEFORE_RESET]
    assert (record.credited, record.position, record.began_at) == (0, None, None)
    assert record.update(after(1000)) is None


def test_a_backlog_is_checked_stretch_by_stretch():
    stretches = (Stretch(0, 10, after(499)), Stretch(20, 30, after(500)))
    record, reasons = apply_all(Heartbeat(1, after(900), stretches, 30.0, heartbeat().viewing), record=reset_record())

    assert reasons == [Reason.BEFORE_RESET, None]
    assert (record.credited, record.position["seconds"]) == (10, 30.0)


def test_the_budget_restarts_with_a_reset():
    record, reasons = apply_all(heartbeat((0, 25), (25, 30), at=505, sent=510), record=reset_record(), seconds=510)

    assert (reasons, record.began_at) == ([None, OVER], RESET)


def test_a_viewing_after_a_reset_has_its_own_begin():
    record, _ = apply_all(heartbeat((0, 5), viewing=600, at=601, sent=605), record=reset_record())

    assert record.began_at == after(600)


def test_a_slow_clock_loses_no_viewing_after_a_reset():
    record, reasons = apply_all(heartbeat((0, 5), viewing=600, at=100, sent=105, position=5.0), record=reset_record())

    assert (reasons, record.position["seconds"]) == ([None], 5.0)


def test_an_instructor_may_waive_a_lesson():
    record = Record(build_context())

    record.waive(after(5))

    update = record.update(after(5))
    assert (update["$set"]["completed_at"], update["$set"]["completed_by"]) == (after(5), "waived")
    assert [event["data"]["completed_by"] for event in update["$push"]["pending_events"]["$each"]] == ["waived"]
