"""Updates lead to the same video in any order and with any repetitions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from bson import ObjectId
from hypothesis import given, settings
from hypothesis import strategies as st

from learnstream.documents import Video, VideoStatus
from learnstream.integrations.mux import events as mux_events
from learnstream.integrations.video import Asset, Stage, Track, Upload, VideoUpdate
from learnstream.services.media import video_facts
from learnstream.services.media.video_facts import Applied, advance, apply, diff

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
VIDEO_ID = ObjectId("6560f3a2c1d4e5f6a7b8c9d0")
BLANK = video_facts.STORED.complete({"_id": VIDEO_ID, "status": "waiting", "revision": 1})
# Our own timestamps and counters depend on when updates arrive, unlike the rest of the video.
OURS = {"status_at", "review_at", "updated_at", "revision", "_id"}


def text(track_id, status="preparing"):
    return Track(track_id, "text", status, text_type="subtitles", language_code="en", name="English")


def upload(second, stage, **fields):
    told = Upload("up", stage, passthrough=str(VIDEO_ID), **fields)
    return VideoUpdate(f"upload {stage}", BEGIN + timedelta(seconds=second), rank=0, upload=told)


def asset(second, stage, rank, *, tracks=(), duration=None, name=""):
    at = BEGIN + timedelta(seconds=second)
    told = Asset("as", stage, at, passthrough=str(VIDEO_ID), upload_id="up", playback_id="pb")
    return VideoUpdate(
        name or f"asset {stage} {rank}", at, rank=rank, asset=replace(told, tracks=tuple(tracks), duration=duration)
    )


def track(second, status, track_id="t1"):
    rank = mux_events.TRACK_RANKS[status]
    at = BEGIN + timedelta(seconds=second)
    return VideoUpdate(f"track {status}", at, rank=rank, track=text(track_id, status), track_of="as")


def upload_events(*, seconds):
    """Return the events of an upload, `seconds` apart."""
    return [
        upload(0, Stage.WAITING),
        upload(1 * seconds, Stage.PREPARING, asset_id="as"),
        asset(2 * seconds, Stage.PREPARING, 0),
        asset(3 * seconds, Stage.READY, 5, tracks=[text("t1")], duration=9.5),
        asset(4 * seconds, Stage.READY, 6, tracks=[text("t1", "ready")], duration=9.5, name="updated"),
    ]


def outcome(events):
    video = dict(BLANK)
    for event in events:
        video |= diff(video, event)
    return {name: value for name, value in video.items() if name not in OURS}


@pytest.mark.parametrize("seconds", [1, 0], ids=["one after the other", "all in one second"])
def test_every_order_of_an_uploads_events_has_the_same_result(seconds):
    events = upload_events(seconds=seconds)
    expected = outcome(events)

    assert (expected["status"], expected["duration"], expected["playback_id"]) == ("ready", 9.5, "pb")
    assert [each["status"] for each in expected["tracks"]] == ["ready"]
    assert all(outcome(order) == expected for order in permutations(events))


@pytest.mark.parametrize("seconds", [1, 0], ids=["one after the other", "all in one second"])
def test_every_order_with_a_deletion_ends_deleted(seconds):
    events = [*upload_events(seconds=seconds)[:4], asset(5 * seconds, Stage.DELETED, 7, duration=9.5)]
    expected = outcome(events)

    assert expected["status"] == "deleted"
    assert all(outcome(order) == expected for order in permutations(events))


def test_every_order_of_a_failed_upload_has_the_status_of_the_asset():
    broken = asset(3, Stage.ERRORED, 5)
    broken = replace(broken, asset=replace(broken.asset, error={"type": "invalid_input", "messages": ["no"]}))
    events = [*upload_events(seconds=1)[:3], upload(3, Stage.ERRORED, asset_id="as"), broken]
    expected = outcome(events)

    assert (expected["status"], expected["error"]["type"]) == ("errored", "invalid_input")
    assert all(outcome(order) == expected for order in permutations(events))


TRACKED = [
    *upload_events(seconds=2)[2:4],
    track(5, "preparing"),
    track(7, "ready"),
    track(6, "ready", "t2"),
    track(9, "deleted", "t2"),
    asset(8, Stage.READY, 6, tracks=[text("t1", "ready"), text("t2", "ready")], duration=9.5, name="updated"),
    asset(6, Stage.READY, 6, tracks=[text("t1"), text("t2", "ready")], duration=9.5, name="updated"),
]


@given(order=st.permutations(TRACKED), repeated=st.lists(st.sampled_from(TRACKED), max_size=6))
@settings(max_examples=300, deadline=None)
def test_tracks_do_not_depend_on_order_or_repetition(order, repeated):
    expected = outcome(TRACKED)

    assert [each["id"] for each in expected["tracks"]] == ["t1"]
    assert outcome([*order, *repeated]) == expected
    assert outcome([*repeated, *order]) == expected


def test_a_track_missing_from_a_newer_snapshot_was_deleted():
    events = [track(1, "ready"), asset(2, Stage.READY, 5, duration=9.5)]

    assert outcome(events)["tracks"] == outcome(reversed(events))["tracks"] == []


def test_known_updates_change_nothing():
    video = dict(BLANK)
    for event in upload_events(seconds=1):
        video |= diff(video, event)

    assert [diff(video, event) for event in upload_events(seconds=1)] == [{}] * 5


FAILED = Asset("as", Stage.ERRORED, BEGIN + timedelta(seconds=7), upload_id="up", error={"type": "invalid_input"})
ANYTHING = [
    *(event for seconds in (1, 0) for event in upload_events(seconds=seconds)),
    *(event for event in TRACKED if event.track),
    upload(3, Stage.ERRORED, asset_id="as"),
    upload(4, Stage.CANCELLED),
    VideoUpdate("errored", FAILED.as_of, rank=5, asset=FAILED),
    asset(9, Stage.DELETED, 7),
]


@given(told=st.lists(st.sampled_from(ANYTHING), min_size=1, max_size=12), status=st.sampled_from(VideoStatus))
@settings(max_examples=500, deadline=None)
def test_a_repeated_update_changes_nothing(told, status):
    video = BLANK | {"status": status.value}
    for event in told:
        video |= diff(video, event)

    assert [diff(video, event) for event in told] == [{}] * len(told)


@pytest.fixture
def video(app):
    Video.collection().insert_one(dict(BLANK))
    return VIDEO_ID


def stored():
    return Video.collection().find_one({"_id": VIDEO_ID})


def test_an_update_finds_its_video_by_the_passthrough_then_by_the_asset(video):
    anonymous = asset(9, Stage.READY, 5, duration=3.0)
    anonymous = replace(anonymous, asset=replace(anonymous.asset, passthrough="another's", upload_id=None))

    assert apply(anonymous) is Applied.UNKNOWN
    assert apply(upload_events(seconds=1)[1]) is Applied.CHANGED
    assert apply(anonymous) is Applied.CHANGED
    assert stored()["duration"] == 3.0


@pytest.mark.parametrize("asset_id", [{"$gt": ""}, {"$exists": False}, ["as"]], ids=str)
def test_a_malformed_id_finds_no_video(video, asset_id):
    apply(asset(2, Stage.PREPARING, 0))

    assert video_facts.find(replace(track(5, "ready"), track_of=asset_id)) is None


def test_a_track_finds_its_video_by_the_asset(video):
    assert apply(track(5, "ready")) is Applied.UNKNOWN
    apply(asset(3, Stage.READY, 5))

    assert apply(track(5, "ready")) is Applied.CHANGED


def test_another_asset_with_our_passthrough_is_not_ours(video):
    apply(asset(2, Stage.PREPARING, 0))
    copied = asset(9, Stage.DELETED, 7)
    copied = replace(copied, asset=replace(copied.asset, id="another", upload_id=None))

    assert apply(copied) is Applied.UNKNOWN
    assert stored()["status"] == "preparing"


def test_applying_the_same_update_again_writes_nothing(video):
    apply(asset(3, Stage.READY, 5))
    before = stored()

    assert apply(asset(3, Stage.READY, 5)) is Applied.UNCHANGED
    assert stored() == before


def test_a_change_is_computed_again_after_a_concurrent_update(video, monkeypatch):
    def interrupted(video, update):
        if video["revision"] == 1:
            Video.collection().update_one({"_id": VIDEO_ID}, {"$set": {"upload_id": "up"}, "$inc": {"revision": 1}})
        return diff(video, update)

    monkeypatch.setattr(video_facts, "diff", interrupted)

    assert apply(asset(3, Stage.READY, 5)) is Applied.CHANGED
    assert (stored()["upload_id"], stored()["status"], stored()["revision"]) == ("up", "ready", 3)


def test_a_video_is_never_moved_backwards(video):
    assert advance(VIDEO_ID, VideoStatus.READY) is Applied.CHANGED
    assert advance(VIDEO_ID, VideoStatus.PREPARING) is Applied.UNCHANGED
    assert advance(VIDEO_ID, VideoStatus.ERRORED) is Applied.UNCHANGED
    assert advance(VIDEO_ID, VideoStatus.DELETED) is Applied.CHANGED
    assert stored()["status"] == "deleted"


def test_an_unknown_video_cannot_be_moved(app):
    assert advance(ObjectId(), VideoStatus.READY) is Applied.UNKNOWN


def test_an_asset_that_appears_after_the_upload_timed_out_is_reviewed_again(video):
    advance(VIDEO_ID, VideoStatus.TIMED_OUT, review_at=None)

    apply(asset(3, Stage.READY, 5))

    assert (stored()["status"], stored()["asset_id"]) == ("timed_out", "as")
    assert stored()["review_at"] is not None
