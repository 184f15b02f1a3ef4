import re
import time

from devstack.emulation.signatures import sign
from devstack.mux import Emulator
from tests.devstack.mux.conftest import UPLOAD_EVENTS


def test_events_are_signed_over_their_raw_bytes(posting_mux, receiver, upload_events):
    upload_events()

    for delivery in receiver.wait_for(4):
        timestamp = int(re.match(r"t=(\d+),", delivery["signature"])[1])
        secret = posting_mux.environment()["MUX_WEBHOOK_SECRETS"]
        assert delivery["signature"] == sign(secret, delivery["raw"], at=timestamp)
        assert abs(timestamp - time.time()) < 10
    assert receiver.types(4) == UPLOAD_EVENTS


def test_an_acknowledged_event_is_delivered_once(posting_mux, receiver, posting_sdk, make_upload):
    make_upload(posting_sdk)
    receiver.wait_for(1)

    posting_mux.flush()
    posting_mux.advance(24 * 3600)
    posting_mux.deliver_due()

    assert len(receiver.received) == 1
    assert [event["state"] for event in posting_mux.events()] == ["delivered"]


def test_a_failed_delivery_is_retried_with_increasing_delay(posting_mux, receiver, posting_sdk, make_upload):
    receiver.statuses = [500, 404, 302, 200]
    make_upload(posting_sdk)
    receiver.wait_for(1)
    posting_mux.deliver_due()

    for tries, seconds in ((2, 2), (3, 5), (4, 15)):
        posting_mux.advance(seconds - 1)
        posting_mux.deliver_due()
        assert len(receiver.received) == tries - 1
        posting_mux.advance(1)
        posting_mux.deliver_due()
        assert len(receiver.received) == tries

    assert len({delivery["id"] for delivery in receiver.received}) == 1


def test_a_retry_lists_the_previous_attempts(posting_mux, receiver, posting_sdk, make_upload):
    receiver.statuses = [503]
    make_upload(posting_sdk)
    receiver.wait_for(1)
    posting_mux.flush()

    first, second = receiver.wait_for(2)
    (attempt,) = second["attempts"]
    assert first["attempts"] == []
    assert (attempt["response_status_code"], attempt["address"]) == (503, receiver.url)
    assert attempt.keys() == {
        *("id", "webhook_id", "address", "created_at", "max_attempts"),
        *("response_status_code", "response_headers", "response_body"),
    }


def test_a_delivery_that_timed_out_is_retried(posting_mux, receiver, posting_sdk, make_upload):
    receiver.seconds = 1
    make_upload(posting_sdk)
    receiver.wait_for(1)
    receiver.seconds = 0
    posting_mux.flush()

    assert posting_mux.deliveries()[0]["response_status_code"] == 0
    assert posting_mux.deliveries()[-1]["response_status_code"] == 204


def test_an_event_is_abandoned_after_a_day(posting_mux, receiver, posting_sdk, make_upload):
    receiver.statuses = [500] * 9
    make_upload(posting_sdk)
    receiver.wait_for(1)
    posting_mux.deliver_due()

    for _ in range(2):
        posting_mux.advance(24 * 3600 + 1)
        posting_mux.deliver_due()

    assert len(receiver.received) == 2
    assert [event["state"] for event in posting_mux.events()] == ["abandoned"]


def test_an_unreachable_endpoint_is_retried(tmp_path, make_sdk, make_upload):
    with Emulator(tmp_path, fast=True, webhook_url="http://127.0.0.1:9/hook") as emulator:
        make_upload(make_sdk(emulator))
        emulator.flush()

        assert emulator.deliveries()[0]["response_status_code"] == 0
        assert [event["state"] for event in emulator.events()] == ["pending"]


def test_deliveries_list_every_attempt_with_its_status(posting_mux, receiver, upload_events):
    receiver.statuses = [500]
    upload_events()
    receiver.wait_for(4)
    posting_mux.flush()

    delivered = [(delivery["type"], delivery["response_status_code"]) for delivery in posting_mux.deliveries()]
    assert delivered == [(UPLOAD_EVENTS[0], 500), *((kind, 204) for kind in UPLOAD_EVENTS[1:]), (UPLOAD_EVENTS[0], 204)]


def test_an_event_can_be_redelivered(posting_mux, receiver, posting_sdk, make_upload):
    make_upload(posting_sdk)
    event_id = receiver.wait_for(1)[0]["id"]

    assert posting_mux.redeliver(event_id)

    assert [delivery["id"] for delivery in receiver.wait_for(2)] == [event_id, event_id]
    assert not posting_mux.redeliver("unknown")


def test_held_events_are_released_in_any_order(posting_mux, receiver, upload_events):
    posting_mux.hold()
    upload_events()
    ids = [event["id"] for event in posting_mux.events()]
    posting_mux.flush()
    assert receiver.received == []

    posting_mux.release(ids[::-1])

    assert receiver.types(4) == UPLOAD_EVENTS[::-1]


def test_taken_events_have_the_body_that_would_be_posted(mux, upload):
    (event,) = mux.take_events()

    headers = mux.sign(event.body, at=1_700_000_000)

    secret = mux.environment()["MUX_WEBHOOK_SECRETS"]
    assert headers["Mux-Signature"] == sign(secret, event.body, at=1_700_000_000)
    assert mux.sign(event.body, secret="another")["Mux-Signature"] != mux.sign(event.body)["Mux-Signature"]
    assert (event.type, event.data["id"], event.payload["id"]) == ("video.upload.created", upload.id, event.id)
    assert mux.take_events() == []


def test_without_a_url_events_stay_held(mux, upload):
    (event,) = mux.take_events()

    mux.release()
    mux.redeliver(event.id)

    assert [again.id for again in mux.take_events()] == [event.id]
    assert mux.deliveries() == []


def test_a_redelivery_requested_during_a_delivery_still_happens(posting_mux, receiver, posting_sdk, make_upload):
    receiver.seconds = 0.2
    make_upload(posting_sdk)
    event_id = receiver.wait_for(1)[0]["id"]

    posting_mux.redeliver(event_id)

    assert len(receiver.wait_for(2)) == 2
