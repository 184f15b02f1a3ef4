"""Events compared with the ten examples: the same envelope, and no data that Mux would not send."""

import json
from pathlib import Path

import mux_python
import pytest

EXAMPLES = {
    example["payload"]["type"]: example["payload"]
    for example in json.loads((Path(__file__).parents[2] / "data" / "mux_events.json").read_text())
}
MODELS = {"upload": mux_python.Upload, "asset": mux_python.Asset, "track": mux_python.Track}
# Fields that not every video has.
OPTIONAL_FIELDS = {"non_standard_input_reasons"}


@pytest.fixture
def emitted(mux, sdk, make_upload):
    """Emit one event of each example's type; return them by type."""
    settings = {"passthrough": "x", "inputs": [{"generated_subtitles": [{"name": "English", "language_code": "en"}]}]}
    new = {"test": True, "cors_origin": "https://app.example.com"}
    upload = make_upload(sdk, **new, **settings)
    mux.put_video(upload.url, mux.sample_video())
    asset_id = sdk.uploads.get_direct_upload(upload.id).data.asset_id
    sdk.assets.update_asset(asset_id, mux_python.UpdateAssetRequest(passthrough="y"))
    sdk.assets.delete_asset(asset_id)
    sdk.uploads.cancel_direct_upload(make_upload(sdk, **new).id)
    broken = mux.sample_video().with_name("not a video.mp4")
    broken.write_text("not a video at all")
    mux.put_video(make_upload(sdk, **new).url, broken)
    return {event.type: event.payload for event in mux.take_events()}


@pytest.mark.parametrize("event_type", EXAMPLES)
def test_an_event_has_the_shape_of_its_example(emitted, event_type):
    example, event = EXAMPLES[event_type], emitted[event_type]

    assert event.keys() == example.keys()
    assert event["object"].keys() == example["object"].keys()
    assert event["environment"].keys() == example["environment"].keys()
    assert event["object"]["type"] == example["object"]["type"]
    assert event["object"]["id"] == event["data"]["id"]
    assert example["data"].keys() - OPTIONAL_FIELDS <= event["data"].keys()
    # The examples are older than the SDK: additional fields must at least be known to it.
    known = MODELS[event["object"]["type"]].openapi_types.keys() | {"asset_id"}
    assert event["data"].keys() - example["data"].keys() <= known


@pytest.mark.parametrize("event_type", EXAMPLES)
def test_an_event_has_the_types_of_its_example(emitted, event_type):
    example, event = EXAMPLES[event_type]["data"], emitted[event_type]["data"]

    for field in (example.keys() & event.keys()) - {"max_stored_frame_rate"}:
        assert type(event[field]) is type(example[field]), field


def test_the_events_of_an_upload_have_the_order_of_mux(mux, sdk, upload):
    mux.put_video(upload.url, mux.sample_video())

    assert [event.type for event in mux.take_events()] == [
        "video.upload.created",
        "video.upload.asset_created",
        "video.asset.created",
        "video.asset.ready",
    ]


def test_created_at_is_a_string_in_rest_and_an_integer_in_webhooks(mux, sdk, asset):
    ready = mux.take_events()[-1]

    assert ready.data["created_at"] == int(asset.created_at)
    assert isinstance(asset.created_at, str)


def test_playback_ids_and_passthrough_exist_before_the_asset_is_ready(mux, sdk, make_upload):
    mux.make_ready(make_upload(sdk, passthrough="lesson 1").id)

    events = {event.type: event.data for event in mux.take_events()}

    assert events["video.upload.asset_created"]["new_asset_settings"]["passthrough"] == "lesson 1"
    assert events["video.asset.created"]["passthrough"] == "lesson 1"
    assert events["video.asset.created"]["playback_ids"][0]["policy"] == "signed"
    assert events["video.asset.created"]["status"] == "preparing"


def test_a_rolled_back_change_leaves_no_event(mux, sdk, upload):
    mux.pause_encoding()
    mux.put_video(upload.url, mux.sample_video())
    asset_id = sdk.uploads.get_direct_upload(upload.id).data.asset_id
    mux.take_events()

    with pytest.raises(mux_python.exceptions.ApiException):
        sdk.assets.delete_asset(asset_id)

    assert mux.take_events() == []
