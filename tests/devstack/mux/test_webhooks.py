import re
import time

from devstack.mux import Emulator
from devstack.mux.signatures import sign
from tests.devstack.mux.conftest import STORY


def test_events_arrive_signed_over_their_raw_bytes(posting_mux, receiver, story):
    story()

    for delivery in receiver.wait_for(4):
        stamp = int(re.match(r"t=(\d+),", delivery["signature"])[1])
        secret = posting_mux.environment()["MUX_WEBHOOK_SECRETS"]
        assert delivery["signature"] == sign(secret, delivery["raw"], at=stamp)
        assert abs(stamp - time.time()) < 10
    assert receiver.types(4) == STORY


def test_an_answered_event_is_delivered_once(posting_mux, receiver, posting_sdk, make_upload):
    make_upload(posting_sdk)
    receiver.wait_for(1)

    posting_mux.flush()
    posting_mux.advance(24 * 3600)
    posting_mux.deliver_due()

    assert len(receiver.received) == 1
    assert [event["state"] for event in posting_mux.events()] == ["delivered"]


def test_an_event_is_tried_again_with_growing_delay(posting_mux, receiver, posting_sdk, make_upload):
    receiver.answers = [500, 404, 302, 200]
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


def test_a_retry_tells_of_the_attempts_before_it(posting_mux, receiver, posting_sdk, make_upload):
    receiver.answers = [503]
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


def test_an_endpoint_that_does_not_answer_in_time_is_tried_again(posting_mux, receiver, posting_sdk, make_upload):
    receiver.seconds = 1
    make_upload(posting_sdk)
    receiver.wait_for(1)
    receiver.seconds = 0
    posting_mux.flush()

    assert posting_mux.deliveries()[0]["response_status_code"] == 0
    assert posting_mux.deliveries()[-1]["response_status_code"] == 204


def test_an_event_is_given_up_after_a_day(posting_mux, receiver, posting_sdk, make_upload):
    receiver.answers = [500] * 9
    make_upload(posting_sdk)
    receiver.wait_for(1)
    posting_mux.deliver_due()

    for _ in range(2):
        posting_mux.advance(24 * 3600 + 1)
        posting_mux.deliver_due()

    assert len(receiver.received) == 2
    assert [event["state"] for event in posting_mux.events()] == ["abandoned"]


def test_an_endpoint_that_is_not_there_is_tried_again(tmp_path, make_sdk, make_upload):
    with Emulator(tmp_path, fast=True, webhook_url="http://127.0.0.1:9/hook") as emulator:
        make_upload(make_sdk(emulator))
        emulator.flush()

        assert emulator.deliveries()[0]["response_status_code"] == 0
        assert [event["state"] for event in emulator.events()] == ["pending"]


def test_deliveries_tell_what_was_posted_and_answered(posting_mux, receiver, story):
    receiver.answers = [500]
    story()
    receiver.wait_for(4)
    posting_mux.flush()

    told = [(delivery["type"], delivery["response_status_code"]) for delivery in posting_mux.deliveries()]
    assert told == [(STORY[0], 500), *((kind, 204) for kind in STORY[1:]), (STORY[0], 204)]


def test_an_event_can_be_delivered_again(posting_mux, receiver, posting_sdk, make_upload):
    make_upload(posting_sdk)
    event_id = receiver.wait_for(1)[0]["id"]

    assert posting_mux.redeliver(event_id)

    assert [delivery["id"] for delivery in receiver.wait_for(2)] == [event_id, event_id]
    assert not posting_mux.redeliver("unknown")


def test_held_events_are_released_in_any_order(posting_mux, receiver, story):
    posting_mux.hold()
    story()
    ids = [event["id"] for event in posting_mux.events()]
    posting_mux.flush()
    assert receiver.received == []

    posting_mux.release(ids[::-1])

    assert receiver.types(4) == STORY[::-1]


def test_taken_events_are_the_bytes_that_would_be_posted(mux, upload):
    (event,) = mux.take_events()

    headers = mux.sign(event.body, at=1_700_000_000)

    secret = mux.environment()["MUX_WEBHOOK_SECRETS"]
    assert headers["Mux-Signature"] == sign(secret, event.body, at=1_700_000_000)
    assert mux.sign(event.body, secret="another")["Mux-Signature"] != mux.sign(event.body)["Mux-Signature"]
    assert (event.type, event.data["id"], event.payload["id"]) == ("video.upload.created", upload.id, event.id)
    assert mux.take_events() == []


def test_without_a_url_events_are_kept_whatever_is_asked(mux, upload):
    (event,) = mux.take_events()

    mux.release()
    mux.redeliver(event.id)

    assert [again.id for again in mux.take_events()] == [event.id]
    assert mux.deliveries() == []


def test_an_event_asked_for_while_it_is_under_way_comes_again(posting_mux, receiver, posting_sdk, make_upload):
    receiver.seconds = 0.2
    make_upload(posting_sdk)
    event_id = receiver.wait_for(1)[0]["id"]

    posting_mux.redeliver(event_id)

    assert len(receiver.wait_for(2)) == 2
