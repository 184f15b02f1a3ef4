"""Heartbeats in the real store: in any order, any number of times, and all at once."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnstream.documents import LessonKind, Progress
from learnstream.errors.learning import TooBusy
from learnstream.services.authoring.completion_rules import Completion, Rule
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.learning import progress
from learnstream.services.learning.coverage import spans, unpack
from learnstream.services.learning.heartbeats import Heartbeat, LessonContext, Stretch
from learnstream.services.learning.progress import Report

BEGAN = datetime(2026, 3, 1, 22, tzinfo=UTC)
NOW = BEGAN + timedelta(hours=4)
LESSON, VIDEO, REPLACED = "a" * 24, "b" * 24, "c" * 24
DURATIONS = {VIDEO: 200.0, REPLACED: 130.5}
CONTEXT = LessonContext(
    7, "d" * 24, LESSON, 1, LessonKind.VIDEO, Completion(Rule.WATCHED, 0.9), VIDEO, DURATIONS[VIDEO]
)
BOOKKEEPING = ("seen", "revision", "updated_at")


@pytest.fixture(autouse=True)
def later(app, monkeypatch):
    monkeypatch.setattr(progress, "now", lambda: NOW)


def stored():
    return Progress.collection().find_one({"_id": CONTEXT.id})


def report(heartbeat):
    shown = heartbeat.viewing.video_id
    return progress.report(replace(CONTEXT, video_id=shown, duration=DURATIONS[shown]), Report(heartbeat))


# Two of them on other devices, and one of the video that the lesson showed before it was replaced.
SHOWN = (VIDEO, VIDEO, VIDEO, REPLACED)
VIEWINGS = st.sampled_from(
    [Viewing(7, LESSON, video, BEGAN + timedelta(minutes=n), f"{n:019}") for n, video in enumerate(SHOWN)]
)
TIMES = st.integers(-3600, 4 * 3600).map(lambda seconds: BEGAN + timedelta(seconds=seconds))
SECONDS = st.floats(0, 210)
STRETCHES = st.tuples(SECONDS, SECONDS, TIMES).map(lambda each: Stretch(min(each[:2]), max(each[:2]), each[2]))
BEATS = st.lists(
    st.builds(
        Heartbeat,
        seq=st.integers(0, 200),
        client_time=TIMES,
        played=st.lists(STRETCHES, max_size=3).map(tuple),
        position=st.none() | SECONDS,
        viewing=VIEWINGS,
    ),
    min_size=1,
    max_size=6,
    # Heartbeats are identified by viewing and `seq`.
    unique_by=lambda heartbeat: (heartbeat.viewing.key, heartbeat.seq),
)


def end_of(heartbeats):
    """Report heartbeats to an empty record, and return the result."""
    Progress.collection().delete_many({})
    for heartbeat in heartbeats:
        report(heartbeat)
    return {name: value for name, value in (stored() or {}).items() if name not in BOOKKEEPING}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BEATS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_heartbeats_do_not_matter(app, heartbeats, rng):
    repeated = heartbeats + rng.choices(heartbeats, k=len(heartbeats))
    rng.shuffle(repeated)

    assert end_of(heartbeats) == end_of(repeated)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BEATS)
def test_a_repeated_report_is_written_once(app, heartbeats):
    end_of(heartbeats)
    before = stored()

    for heartbeat in heartbeats:
        report(heartbeat)

    assert stored() == before


def heartbeats_of_two_devices():
    """Fifty heartbeats that cover 200 seconds, half of them twice."""
    began = [Viewing(7, LESSON, VIDEO, BEGAN, f"{device:019}") for device in range(2)]
    return [
        Heartbeat(number, NOW, (Stretch(number * 4, number * 4 + 8, NOW),), number * 4 + 8.0, began[number % 2])
        for number in range(50)
    ]


def test_fifty_concurrent_heartbeats_are_all_credited(app):
    heartbeats = heartbeats_of_two_devices()
    random.shuffle(heartbeats)

    def send(heartbeat):
        with app.app_context():
            # The client retries on 503.
            while True:
                with suppress(TooBusy):
                    return report(heartbeat)

    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(send, heartbeats))

    kept = stored()
    assert all(len(response["accepted"]) == 1 for response in responses)
    assert (kept["credited"], kept["videos"][VIDEO]["seconds"]) == (200, 200)
    duration = kept["videos"][VIDEO]["duration"]
    assert kept["watched"] == {VIDEO: {"seconds": 200, "fraction": round(200 / duration, 4), "duration": duration}}
    assert list(spans(unpack(kept["videos"][VIDEO]["w"]))) == [(0, 200)]
    assert list(spans(unpack(kept["videos"][VIDEO]["again"]))) == [(4, 200)]
    assert kept["position"]["seconds"] == 200
    assert len(kept["pending_events"]) == 1


def test_the_budget_holds_for_concurrent_reports(app, monkeypatch):
    monkeypatch.setattr(progress, "now", lambda: BEGAN + timedelta(seconds=20))
    heartbeats = heartbeats_of_two_devices()

    def send(heartbeat):
        with app.app_context(), suppress(TooBusy):
            report(heartbeat)

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(send, heartbeats))

    kept = stored()
    assert 0 < kept["credited"] <= 5 + 2 * 20
    assert kept["credited"] == unpack(kept["videos"][VIDEO]["w"]).bit_count()


def test_a_constantly_changing_record_is_given_up(app, monkeypatch):
    monkeypatch.setattr(progress, "_store", lambda record: False)
    monkeypatch.setattr(progress, "PAUSE", 0.0)

    with pytest.raises(TooBusy) as rejected:
        report(heartbeats_of_two_devices()[0])

    assert rejected.value.headers["Retry-After"]
    assert stored() is None


EMPTY = {
    "_id",
    "user_id",
    "course_id",
    "lesson_id",
    "version",
    "pending_events",
    "revision",
    "resets",
    "reset_at",
    "updated_at",
}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BEATS, st.randoms(use_true_random=False))
def test_late_heartbeats_do_not_undo_a_reset(app, monkeypatch, heartbeats, rng):
    end_of(heartbeats)
    monkeypatch.setattr(progress, "now", lambda: NOW + timedelta(minutes=1))
    progress.reset(user_id=7, lesson_ids=[LESSON])

    for heartbeat in rng.sample(heartbeats, len(heartbeats)):
        report(heartbeat)

    assert (stored() or {}).keys() <= EMPTY


def test_a_report_concurrent_with_a_reset_is_evaluated_again(app):
    report(heartbeats_of_two_devices()[0])
    record = progress._load(CONTEXT)
    record.apply_heartbeat(heartbeats_of_two_devices()[1], NOW)

    progress.reset(user_id=7, lesson_ids=[LESSON])

    assert not progress._store(record)
