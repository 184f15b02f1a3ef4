import json
import re
import time

import mux_python
import pytest
import urllib3

from devstack.emulation.signatures import sign
from devstack.mux import ApiFault
from tests.devstack.mux.conftest import UPLOAD_EVENTS


def test_events_can_be_duplicated_even_after_a_2xx(posting_mux, receiver, posting_sdk, make_upload):
    posting_mux.misbehave(duplicate=2)
    make_upload(posting_sdk)

    deliveries = receiver.wait_for(3)
    posting_mux.deliver_due()
    posting_mux.flush()

    assert len(receiver.received) == 3
    assert len({delivery["id"] for delivery in deliveries}) == 1


def test_events_can_be_delayed(posting_mux, receiver, posting_sdk, make_upload):
    posting_mux.misbehave(delay=3600)
    make_upload(posting_sdk)
    posting_mux.behave()
    make_upload(posting_sdk)
    assert len(receiver.wait_for(1)) == 1

    posting_mux.advance(3600)

    late = receiver.wait_for(2)[1]
    assert late["data"]["id"] == posting_sdk.uploads.list_direct_uploads().data[1].id


def test_events_can_be_delivered_in_reverse(posting_mux, receiver, upload_events):
    posting_mux.misbehave(reorder=4)

    upload_events()

    assert receiver.types(4) == UPLOAD_EVENTS[::-1]


def test_a_flush_delivers_an_incomplete_group(posting_mux, receiver, upload_events):
    posting_mux.misbehave(reorder=10)
    upload_events()

    posting_mux.flush()

    assert receiver.types(4) == UPLOAD_EVENTS[::-1]


def test_behaving_delivers_an_incomplete_group(posting_mux, receiver, upload_events):
    posting_mux.misbehave(reorder=10)
    upload_events()

    posting_mux.behave()

    assert receiver.types(4) == UPLOAD_EVENTS[::-1]


def test_events_can_be_dropped(posting_mux, receiver, upload_events):
    posting_mux.misbehave(drop=["video.asset.ready"])
    upload_events()
    posting_mux.flush()

    assert receiver.types(3) == UPLOAD_EVENTS[:3]
    assert [event["state"] for event in posting_mux.events()][3] == "dropped"


def test_a_dropped_event_can_be_redelivered(posting_mux, receiver, posting_sdk, make_upload):
    posting_mux.misbehave(drop=["*"])
    make_upload(posting_sdk)
    posting_mux.redeliver(posting_mux.events()[0]["id"])

    assert receiver.types(1) == UPLOAD_EVENTS[:1]


@pytest.mark.parametrize("age", [3600, -3600], ids=["old", "from the future"])
def test_deliveries_can_have_a_shifted_timestamp(posting_mux, receiver, posting_sdk, make_upload, age):
    posting_mux.misbehave(age=age)
    make_upload(posting_sdk)

    (delivery,) = receiver.wait_for(1)
    timestamp = int(re.match(r"t=(\d+),", delivery["signature"])[1])
    assert abs(time.time() - age - timestamp) < 10
    assert delivery["signature"] == sign(posting_mux.context.webhooks.secret, delivery["raw"], at=timestamp)


def test_deliveries_can_be_signed_with_a_wrong_secret(posting_mux, receiver, posting_sdk, make_upload):
    posting_mux.misbehave(secret="wrong")
    make_upload(posting_sdk)

    (delivery,) = receiver.wait_for(1)
    timestamp = int(re.match(r"t=(\d+),", delivery["signature"])[1])
    assert delivery["signature"] == sign("wrong", delivery["raw"], at=timestamp)


def test_the_api_can_fail_a_number_of_times(mux, sdk):
    mux.misbehave(api=ApiFault("status", status=503, times=2, retry_after=7))

    for _ in range(2):
        with pytest.raises(mux_python.exceptions.ServiceException) as failure:
            sdk.assets.list_assets()
        assert (failure.value.status, failure.value.headers["Retry-After"]) == (503, "7")

    assert sdk.assets.list_assets().data == []


def test_only_matching_requests_fail(mux, sdk, make_upload):
    mux.misbehave(api={"kind": "status", "status": 429, "method": "POST", "path": "/video/v1/uploads"})

    assert sdk.uploads.list_direct_uploads().data == []
    assert sdk.assets.list_assets().data == []
    with pytest.raises(mux_python.exceptions.ApiException) as failure:
        make_upload(sdk)
    assert failure.value.status == 429


def test_a_fault_can_replace_the_response_after_the_effect(mux, sdk):
    mux.misbehave(api={"kind": "status", "status": 500, "carried_out": True})

    with pytest.raises(mux_python.exceptions.ServiceException):
        sdk.assets.create_asset({"inputs": [{"url": "https://samples.test/sample.mp4"}]})

    assert len(sdk.assets.list_assets().data) == 1


def test_the_api_can_hang(mux, sdk):
    mux.misbehave(api={"kind": "hang", "seconds": 1})

    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        sdk.assets.list_assets(_request_timeout=(0.2, 0.2))


def test_the_api_can_return_a_body_that_is_not_json(mux, sdk, upload):
    mux.misbehave(api={"kind": "text"})

    assert sdk.uploads.get_direct_upload(upload.id).data is None
    assert sdk.uploads.get_direct_upload(upload.id).data.id == upload.id


def test_the_api_can_return_an_enum_value_unknown_to_the_sdk(mux, sdk, upload):
    mux.misbehave(api={"kind": "enum", "times": 2})

    with pytest.raises(ValueError, match="Invalid value for `status`"):
        sdk.uploads.get_direct_upload(upload.id)
    with pytest.raises(ValueError, match="Invalid value for `status`"):
        sdk.uploads.list_direct_uploads()


def test_the_upload_url_can_fail(mux, upload):
    mux.misbehave(api={"kind": "status", "status": 503, "path": "/upload/"})

    assert mux.put_video(upload.url, mux.sample_video()) == 503
    assert mux.put_video(upload.url, mux.sample_video()) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"rudeness": 3},
        {"duplicate": "often"},
        {"api": {"kind": "melt"}},
        {"api": {"kind": "hang", "for": 3}},
        {"api": {"kind": "hang", "times": "2"}},
    ],
    ids=json.dumps,
)
def test_an_unknown_misbehavior_is_rejected(mux, changes):
    with pytest.raises(ValueError, match=r"there is no|cannot be|unexpected"):
        mux.misbehave(**changes)


def test_behaving_ends_every_misbehavior(mux, sdk):
    mux.misbehave(duplicate=1, drop=["*"], api={"kind": "status", "times": 99})

    mux.behave()

    assert sdk.assets.list_assets().data == []
    assert (mux.context.behavior.duplicate, mux.context.behavior.drop) == (0, [])
