import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from learnstream.errors.media import SignatureExpired, SignatureInvalid
from learnstream.integrations.mux.events import HANDLED, UnreadableEvent, read, verify
from learnstream.integrations.video import Stage

DATA = Path(__file__).parents[1] / "data"
VECTORS = json.loads((DATA / "mux_signatures.json").read_text())
EXAMPLES = {each["payload"]["type"]: each["payload"] for each in json.loads((DATA / "mux_events.json").read_text())}
VECTOR = VECTORS[0]
BODY, SECRET, STAMP = VECTOR["body"].encode(), VECTOR["secret"], VECTOR["t"]
HEADER = f"t={STAMP},v1={VECTOR['v1']}"


def at(stamp):
    return datetime.fromtimestamp(stamp, UTC)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["body"] for vector in VECTORS])
def test_the_test_vectors_of_muxs_own_sdk_are_valid(vector):
    header = f"t={vector['t']},v1={vector['v1']}"

    verify(vector["body"].encode(), header, [vector["secret"]], at(vector["t"]))


@pytest.mark.parametrize(
    "header",
    [
        f"v0=abc,t={STAMP},v1={VECTOR['v1']},v2=def",
        f"t={STAMP}, v1={VECTOR['v1']}",
        f"t={STAMP},v1={'0' * 64},v1={VECTOR['v1']}",
    ],
    ids=["other schemes", "a space", "two signatures"],
)
def test_one_valid_signature_is_enough(header):
    verify(BODY, header, [SECRET], at(STAMP))


def test_any_of_several_secrets_may_have_signed():
    verify(BODY, HEADER, ["another", SECRET], at(STAMP))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        f"t={STAMP}",
        f"v1={VECTOR['v1']}",
        f"t=,v1={VECTOR['v1']}",
        f"t=-{STAMP},v1={VECTOR['v1']}",
        f"t={'9' * 40},v1={VECTOR['v1']}",
        f"t={STAMP},t={STAMP},v1={VECTOR['v1']}",
        f"t={STAMP + 1},v1={VECTOR['v1']}",
        f"t={STAMP},v0={VECTOR['v1']}",
        f"t={STAMP},v1=é",
        f"t={STAMP},v1={VECTOR['v1'][:-1]}",
        f"t={STAMP},v1={'v1=' * 100_000}",
    ],
)
def test_malformed_or_wrong_headers_are_rejected(header):
    with pytest.raises(SignatureInvalid):
        verify(BODY, header, [SECRET], at(STAMP))


def test_another_body_is_rejected():
    with pytest.raises(SignatureInvalid):
        verify(BODY + b" ", HEADER, [SECRET], at(STAMP))


def test_another_secret_is_rejected():
    with pytest.raises(SignatureInvalid):
        verify(BODY, HEADER, ["another"], at(STAMP))


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_off_are_tolerated(seconds):
    verify(BODY, HEADER, [SECRET], at(STAMP + seconds))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_valid_signature_outside_the_tolerance_is_rejected(seconds):
    with pytest.raises(SignatureExpired):
        verify(BODY, HEADER, [SECRET], at(STAMP + seconds))


STAGES = {
    "video.upload.created": Stage.WAITING,
    "video.upload.asset_created": Stage.PREPARING,
    "video.upload.cancelled": Stage.CANCELLED,
    "video.upload.errored": Stage.ERRORED,
    "video.asset.created": Stage.PREPARING,
    "video.asset.ready": Stage.READY,
    "video.asset.errored": Stage.ERRORED,
    "video.asset.updated": Stage.READY,
    "video.asset.deleted": Stage.DELETED,
}


@pytest.mark.parametrize(("event_type", "stage"), STAGES.items(), ids=STAGES)
def test_an_event_gives_the_stage_of_its_video(event_type, stage):
    update = read(EXAMPLES[event_type])

    assert (update.upload or update.asset).stage is stage
    assert update.id == EXAMPLES[event_type]["id"]


def test_an_upload_event_names_its_upload_and_later_its_asset():
    created, complete = read(EXAMPLES["video.upload.created"]), read(EXAMPLES["video.upload.asset_created"])

    assert created.upload_id == complete.upload_id == EXAMPLES["video.upload.created"]["data"]["id"]
    assert (created.asset_id, complete.asset_id) == (None, EXAMPLES["video.asset.created"]["data"]["id"])


def test_a_ready_event_carries_the_facts():
    asset = read(EXAMPLES["video.asset.ready"]).asset

    assert (asset.duration, asset.aspect_ratio, asset.max_resolution) == (2.976, "16:9", "HD")
    assert [track.type for track in asset.tracks] == ["video", "audio"]
    assert asset.as_of == datetime(2022, 6, 27, 20, 36, 38, tzinfo=UTC)


def test_a_public_playback_id_is_not_treated_as_signed():
    assert read(EXAMPLES["video.asset.ready"]).asset.playback_id is None


def test_a_track_event_names_its_asset():
    payload = EXAMPLES["video.asset.track.ready"]
    payload = payload | {"data": payload["data"] | {"asset_id": "a1"}}

    update = read(payload)

    assert (update.asset_id, update.track.id, update.track.status, update.track.language_code) == (
        "a1",
        "trk1",
        "ready",
        "en",
    )


def test_updates_of_the_same_second_are_ordered_by_stage():
    preparing, done = read(EXAMPLES["video.asset.created"]), read(EXAMPLES["video.asset.ready"])
    updated, deleted = read(EXAMPLES["video.asset.updated"]), read(EXAMPLES["video.asset.deleted"])

    assert preparing.rank < done.rank < updated.rank < deleted.rank


def test_an_event_of_an_unhandled_type_gives_no_update():
    assert read({"type": "video.live_stream.active", "id": "e", "created_at": None, "data": None}) is None


@pytest.mark.parametrize("event_type", sorted(HANDLED))
@pytest.mark.parametrize(
    "change",
    [{"data": None}, {"data": []}, {"data": {"status": "ready"}}, {"created_at": None}, {"created_at": "yesterday"}],
    ids=["no data", "a list", "no id", "no time", "a strange time"],
)
def test_an_event_of_an_unexpected_shape_is_unreadable(event_type, change):
    with pytest.raises(UnreadableEvent):
        read({"type": event_type, "id": "e", "created_at": "2026-01-01T00:00:00Z", "data": {"id": "x"}} | change)


def test_times_are_whole_milliseconds_in_utc():
    payload = EXAMPLES["video.upload.created"] | {"created_at": "2026-01-01T01:00:00.123456+01:00"}

    assert read(payload).at == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=123)
