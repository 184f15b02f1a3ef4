"""Webhook events that could not be applied immediately."""

import json
from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Video, WebhookEvent
from learnstream.services.media import webhooks
from tests.factories import make_video

ASSET = "as1"


def event(name, event_type="video.asset.ready", **data):
    data = {"id": ASSET, "status": "ready", "duration": 4.0, **data}
    return {"id": name, "type": event_type, "created_at": "2026-03-01T12:00:00Z", "data": data, "object": {"id": ASSET}}


def receive(payload):
    return webhooks.receive(json.dumps(payload).encode(), payload)


def stored(name="e1"):
    return WebhookEvent.collection().find_one({"_id": name})


def make_due():
    WebhookEvent.collection().update_many({}, {"$set": {"next_try_at": now() - timedelta(seconds=1)}})


def test_an_event_is_applied_when_its_video_appears(app):
    receive(event("e1"))
    video_id = make_video(asset_id=ASSET)

    assert webhooks.retry_due() == 0
    make_due()
    assert webhooks.retry_due() == 1

    assert Video.collection().find_one({"_id": ObjectId(video_id)})["duration"] == 4.0
    assert stored()["state"] == "applied"


def test_retrying_twice_changes_nothing_more(app):
    receive(event("e1"))
    video_id = make_video(asset_id=ASSET)
    make_due()
    webhooks.retry_due()
    before = Video.collection().find_one({"_id": ObjectId(video_id)})

    make_due()

    assert webhooks.retry_due() == 0
    assert Video.collection().find_one({"_id": ObjectId(video_id)}) == before


def test_a_second_delivery_applies_what_the_first_could_not_and_leaves_its_row_alone(app):
    receive(event("e1"))
    waiting = stored()
    video_id = make_video(asset_id=ASSET)

    receive(event("e1"))
    applied = Video.collection().find_one({"_id": ObjectId(video_id)})
    make_due()

    assert (applied["status"], stored() | {"next_try_at": waiting["next_try_at"]}) == ("ready", waiting)
    assert webhooks.retry_due() == 1
    assert Video.collection().find_one({"_id": ObjectId(video_id)}) == applied


def test_each_failure_waits_longer(app):
    receive(event("e1"))
    waits = []
    for _ in webhooks.RETRY_DELAYS:
        waits.append((stored()["next_try_at"] - now()).total_seconds())
        make_due()
        webhooks.retry_due()

    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(15, abs=3)
    assert waits[-1] == pytest.approx(7200, abs=3)


def test_after_five_tries_an_event_is_parked(app):
    receive(event("e1", id=None))
    for _ in range(7):
        make_due()
        webhooks.retry_due()

    assert (stored()["state"], stored()["tries"]) == ("parked", 5)
    assert "UnreadableEvent" in stored()["last_error"]


def test_a_poison_event_does_not_block_other_events(app):
    make_video(asset_id=ASSET)
    receive(event("e1", id=None))
    receive(event("e2"))

    assert stored("e2")["state"] == "applied"


def test_an_event_whose_process_died_during_a_retry_is_due_again(app):
    receive(event("e1"))
    make_video(asset_id=ASSET)
    make_due()
    webhooks._claim({"_id": "e1"})

    assert webhooks.retry_due() == 0
    make_due()

    assert webhooks.retry_due() == 1


def test_the_lag_counts_pending_and_parked_events(app):
    assert webhooks.lag() == {"pending": 0, "oldest_at": None, "seconds": 0.0, "parked": 0}
    receive(event("e1"))
    receive(event("e2"))
    WebhookEvent.collection().update_one({"_id": "e2"}, {"$set": {"state": "parked"}})

    lag = webhooks.lag()

    assert (lag["pending"], lag["parked"], lag["oldest_at"]) == (1, 1, stored()["received_at"])
    assert 0 <= lag["seconds"] < 10
