"""What a record says after heartbeats, without a store."""

from datetime import UTC, datetime, timedelta

import pytest

from learnstream.documents import LessonKind
from learnstream.services.authoring.completion_rules import Completion, Rule
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.learning.coverage import spans, unpack
from learnstream.services.learning.heartbeats import About, Heartbeat, Reason, Stretch
from learnstream.services.learning.lesson_record import Record

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
LESSON, VIDEO, OTHER = "a" * 24, "b" * 24, "c" * 24
OVER = Reason.OVER_BUDGET


def after(seconds):
    return BEGAN + timedelta(seconds=seconds)


def about(duration=100.0, rule=Rule.WATCHED, threshold=0.9, video_id=VIDEO, kind=LessonKind.VIDEO):
    return About(7, "d" * 24, LESSON, 1, kind, Completion(rule, threshold), video_id, duration)


def beat(*played, seq=1, viewing=0, position=None, at=0, sent=0):
    """A heartbeat of a viewing that began `viewing` seconds after BEGAN; None for no viewing."""
    began = None if viewing is None else Viewing(7, LESSON, VIDEO, after(viewing), key=f"{viewing:05}")
    return Heartbeat(seq, after(sent), tuple(Stretch(*each, after(at)) for each in played), position, began)


def take(*beats, record=None, seconds=1000):
    """Let a record take heartbeats one after the other, `seconds` after BEGAN. Returns it and the last's reasons."""
    record = record or Record(about())
    for each in beats:
        reasons = record.take(each, after(seconds))
    return record, reasons


def test_what_was_played_is_watched():
    record, reasons = take(beat((0, 10), (20.2, 30.4)))

    assert list(spans(record.watched)) == [(0, 10), (20, 30)]
    assert reasons == [None, None]
    assert (record.credited, record.fraction) == (20, 0.2)


def test_seconds_count_once():
    record, _ = take(beat((0, 10)), beat((5, 15), seq=2), beat((0, 15), seq=1, viewing=9))

    assert record.credited == 15


def test_a_stretch_beyond_the_end_is_clipped_or_refused():
    record, reasons = take(beat((95, 300), (100, 110), (99.6, 110)))

    assert list(spans(record.watched)) == [(95, 100)]
    assert reasons == [None, Reason.BEYOND_END, Reason.BEYOND_END]


def test_nobody_watches_more_than_time_allows():
    record, reasons = take(beat((0, 4), (10, 40), (4, 25)), seconds=10)

    assert reasons == [None, OVER, None]
    assert record.credited == 25


def test_several_viewings_share_one_budget():
    record, _ = take(beat((0, 25)), seconds=10)

    assert take(beat((25, 30), viewing=9), record=record, seconds=10)[1] == [OVER]
    assert take(beat((25, 30), viewing=9), record=record, seconds=13)[1] == [None]


def test_an_earlier_viewing_gives_its_time():
    record, reasons = take(beat((0, 30), viewing=50), seconds=60)
    assert reasons == [OVER]

    _, reasons = take(beat((0, 30), viewing=0, seq=2), record=record, seconds=60)

    assert reasons == [None]


def test_what_was_watched_before_costs_nothing():
    record, _ = take(beat((0, 25)), seconds=10)

    assert take(beat((0, 25), seq=2), record=record, seconds=10)[1] == [None]


def test_who_never_asked_for_playback_has_five_seconds():
    record, reasons = take(beat((0, 3), (3, 6), (3, 5), viewing=None))

    assert reasons == [None, OVER, None]
    assert (record.credited, record.began_at) == (5, None)


def test_all_videos_of_a_lesson_share_the_budget():
    document = {"credited": 20, "videos": {OTHER: {"seconds": 20}}, "began_at": BEGAN}

    assert take(beat((0, 6)), record=Record(about(), document), seconds=10)[1] == [OVER]


def test_a_clock_of_a_server_that_is_behind_does_no_harm():
    assert take(beat((0, 5), (5, 6)), seconds=-3)[1] == [None, OVER]


def written(record):
    """The document that the record would make."""
    return apply({}, record.update(after(1000)))


@pytest.mark.parametrize(
    ("at", "day"), [(0, "2026-03-01"), (13 * 3600, "2026-03-02"), (-90_000, "2026-03-01"), (10**9, "2026-03-03")]
)
def test_a_stretch_belongs_to_the_day_it_began_if_that_can_be_true(at, day):
    record, _ = take(beat((0, 10), at=at), seconds=40 * 3600)

    assert written(record)["days"] == {day: {VIDEO: {"0": 0b1111111111}}}


def watched_again(record):
    return list(spans(unpack(written(record)["videos"][VIDEO].get("again", {}))))


def test_a_repeat_is_not_watching_again():
    record, _ = take(beat((0, 10)), beat((0, 10)), beat((0, 10)))

    assert watched_again(record) == []


@pytest.mark.parametrize("second", [beat((5, 20), seq=2), beat((5, 20), viewing=3)])
def test_another_heartbeat_is(second):
    record, _ = take(beat((0, 10)), second)

    assert watched_again(record) == [(5, 10)]


def test_so_is_a_stretch_twice_in_one():
    record, _ = take(beat((0, 10), (0, 4)))

    assert watched_again(record) == [(0, 4)]


def test_it_completes_at_its_threshold():
    record, _ = take(beat((0, 89)))
    assert record.completed_at is None

    take(beat((89, 90), seq=2), record=record, seconds=2000)

    assert record.completed_at == after(2000)


def test_completed_stays_completed():
    document = {"completed_at": BEGAN, "completed_by": "watched", "videos": {OTHER: {"seconds": 100}}, "credited": 100}
    record, _ = take(beat((0, 10)), record=Record(about(), document))

    assert (record.completed_at, record.fraction) == (BEGAN, 0.1)
    assert "completed_at" not in record.update(after(9))["$set"]


@pytest.mark.parametrize("threshold", [0.07, 0.29, 0.57, 1.0])
def test_thresholds_are_met_to_the_second(threshold):
    needed = round(threshold * 100)

    short, _ = take(beat((0, needed - 1)), record=Record(about(threshold=threshold)))
    enough, _ = take(beat((0, needed)), record=Record(about(threshold=threshold)))

    assert (short.completed_at, enough.completed_at) == (None, after(1000))


def test_news_of_a_completion_has_a_name_of_its_own():
    record, _ = take(beat((0, 100)))

    [event] = record.update(after(1))["$push"]["pending_events"]["$each"]

    assert event["id"] == f"lesson.completed:7:{LESSON}"
    assert event["data"]["completed_by"] == "watched"


def position(record):
    return record.position and record.position["seconds"]


def test_the_latest_position_stays():
    late = beat(seq=1, position=30, sent=100)
    later = beat(seq=2, position=60, sent=200)

    assert position(take(late, later)[0]) == position(take(later, late)[0]) == 60


def test_at_the_same_instant_the_higher_seq_is_later():
    first, second = beat(seq=1, position=60, sent=100), beat(seq=2, position=30, sent=100)

    assert position(take(first, second)[0]) == position(take(second, first)[0]) == 30


def test_a_late_start_never_overwrites():
    record, _ = take(beat((0, 60), position=60, seq=5, sent=100), beat((0, 1), position=0, seq=0, sent=1))

    assert position(record) == 60


def test_a_player_that_was_only_opened_has_no_position():
    record, _ = take(beat(position=60, sent=100), beat(position=0, seq=0, viewing=150, sent=151))

    assert position(record) == 60


def test_who_goes_back_to_the_start_and_plays_is_there():
    record, _ = take(beat(position=60, sent=100), beat((0, 0.4), position=0.4, seq=2, sent=200))

    assert position(record) == 0.4


def test_a_clock_that_is_ahead_freezes_nothing():
    record, _ = take(beat(position=60, sent=10**8), seconds=100)
    take(beat(seq=1, viewing=50, position=30, sent=110), record=record, seconds=110)

    assert position(record) == 30


def test_nor_does_its_repeat():
    ahead = beat(position=60, sent=10**8)
    record, _ = take(ahead, seconds=100)
    take(beat(seq=1, viewing=50, position=30, sent=110), record=record, seconds=110)
    take(ahead, record=record, seconds=200)

    assert position(record) == 30


def test_a_clock_that_is_behind_loses_nothing():
    record, _ = take(beat(position=60, sent=100), seconds=100)
    take(beat(viewing=150, position=30, sent=-(10**8)), record=record, seconds=160)

    assert position(record) == 30


def test_a_position_is_within_the_video():
    assert position(take(beat(position=1e8))[0]) == 100.0


def test_nothing_new_is_not_written():
    record, _ = take(beat((0, 10), position=10))
    stored = written(record)
    again = Record(about(), stored)

    take(beat((0, 10), position=10), record=again, seconds=3000)

    assert record.update(after(1)) is not None
    assert again.update(after(3000)) is None


def test_a_third_watching_on_the_same_day_is_nothing_new():
    stored = written(take(beat((0, 10)), beat((0, 10), seq=2))[0])

    record, _ = take(beat((0, 10), seq=3), record=Record(about(), stored))

    assert record.update(after(1)) is None


def test_only_the_latest_viewings_are_told_from_their_repeats():
    seen = {f"{number:05}": {"0": 2} for number in range(100)}

    update = take(beat((0, 10), viewing=0, seq=7), record=Record(about(), {"seen": seen}))[0].update(after(1))

    assert len(update["$unset"]) == 100 - 64 - 1
    assert "seen.00000" not in update["$unset"]
    assert "seen.00001" in update["$unset"]


def text(rule=Rule.OPENED):
    return Record(about(kind=LessonKind.TEXT, rule=rule, video_id=None, duration=None))


def test_a_text_is_completed_by_opening_it():
    record = text()

    record.open(after(5))

    assert (record.completed_at, record.opened_at, record.fraction) == (after(5), after(5), 1.0)
    assert record.update(after(5))["$set"]["days.2026-03-01"] == {}


def test_opening_it_again_that_day_is_nothing_new():
    stored = {"opened_at": BEGAN, "completed_at": BEGAN, "days": {"2026-03-01": {}}}
    same, next_day = (Record(about(kind=LessonKind.TEXT, video_id=None, duration=None), stored) for _ in range(2))

    same.open(after(5))
    next_day.open(after(86400))

    assert same.update(after(5)) is None
    assert next_day.update(after(86400))["$set"].keys() >= {"days.2026-03-02"}


def test_watching_on_a_new_day_says_so_once():
    record = Record(about())
    record.take(beat((0, 5)), after(10))
    record.open(after(10))

    assert "days.2026-03-01" not in record.update(after(10))["$set"]


def test_the_learners_word_counts_where_the_rule_says_so():
    manual, opened = text(Rule.MANUAL), text()
    manual.open(after(4))
    assert manual.completed_at is None

    manual.complete(after(5))
    opened.complete(after(5))

    assert (manual.completed_at, opened.completed_at) == (after(5), None)


def apply(document, update):
    """Do to a document what the store does, for the few operators and paths that these tests need."""
    changed = dict(document)
    changes = [(path, value) for path, value in update["$set"].items()]
    changes += [(path, change["or"]) for path, change in update.get("$bit", {}).items()]
    for path, value in changes + list(update.get("$min", {}).items()):
        *parents, name = path.split(".")
        target = changed
        for parent in parents:
            target = target.setdefault(parent, {})
        target[name] = value
    return changed


RESET = after(500)


def emptied():
    """A record of which a reset, 500 seconds after BEGAN, has left nothing."""
    return Record(about(), {"revision": 7, "reset_at": RESET})


def test_what_was_watched_before_a_reset_counts_no_more():
    record, reasons = take(beat((0, 10), at=400, sent=410, position=10.0), record=emptied())

    assert reasons == [Reason.BEFORE_RESET]
    assert (record.credited, record.position, record.began_at) == (0, None, None)
    assert record.update(after(1000)) is None


def test_a_backlog_is_told_apart_stretch_by_stretch():
    stretches = (Stretch(0, 10, after(499)), Stretch(20, 30, after(500)))
    record, reasons = take(Heartbeat(1, after(900), stretches, 30.0, beat().viewing), record=emptied())

    assert reasons == [Reason.BEFORE_RESET, None]
    assert (record.credited, record.position["seconds"]) == (10, 30.0)


def test_the_budget_begins_anew_with_a_reset():
    record, reasons = take(beat((0, 25), (25, 30), at=505, sent=510), record=emptied(), seconds=510)

    assert (reasons, record.began_at) == ([None, OVER], RESET)


def test_a_viewing_after_a_reset_has_its_own_begin():
    record, _ = take(beat((0, 5), viewing=600, at=601, sent=605), record=emptied())

    assert record.began_at == after(600)


def test_a_clock_that_is_behind_forgets_no_viewing_after_a_reset():
    record, reasons = take(beat((0, 5), viewing=600, at=100, sent=105, position=5.0), record=emptied())

    assert (reasons, record.position["seconds"]) == ([None], 5.0)


def test_an_instructor_may_let_a_lesson_pass():
    record = Record(about())

    record.waive(after(5))

    update = record.update(after(5))
    assert (update["$set"]["completed_at"], update["$set"]["completed_by"]) == (after(5), "waived")
    assert [event["data"]["completed_by"] for event in update["$push"]["pending_events"]["$each"]] == ["waived"]
