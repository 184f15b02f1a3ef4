"""Webhook events interrupted by MongoDB failures: an unacknowledged event is sent again and takes effect once."""

import json

import pytest
from bson import ObjectId
from pymongo.errors import AutoReconnect, OperationFailure

from learnstream.documents import Video, WebhookEvent
from learnstream.services.media import webhooks
from tests.factories import make_video

OUT_OF_DISK_SPACE = 14031
READY = {"id": "as1", "status": "ready", "duration": 4.0}
EVENT = {"id": "e1", "type": "video.asset.ready", "created_at": "2026-03-01T12:00:00Z", "data": READY}


@pytest.fixture
def video(app):
    """Return a function that reads the event's video."""
    video_id = make_video(asset_id="as1")
    return lambda: Video.collection().find_one({"_id": ObjectId(video_id)})


def receive():
    return webhooks.receive(json.dumps(EVENT).encode(), EVENT)


def stored_event():
    return [(event["_id"], event["state"], event["tries"]) for event in WebhookEvent.collection().find()]


def test_an_event_that_was_applied_but_not_stored_is_stored_when_it_is_sent_again(video, reject_command, fail_command):
    reject_command("insert", "webhook_events", OUT_OF_DISK_SPACE)
    with pytest.raises(OperationFailure):
        receive()
    applied = video()
    fail_command()

    receive()

    assert (applied["status"], stored_event()) == ("ready", [("e1", "applied", 1)])
    assert video() == applied


@pytest.mark.parametrize("command", ["find", "update"])
def test_an_event_is_not_acknowledged_while_its_video_is_out_of_reach(video, fail_command, command):
    fail_command(command, "videos", closeConnection=True)
    with pytest.raises(AutoReconnect):
        receive()
    fail_command()

    assert (stored_event(), video()["status"]) == ([], "waiting")
    receive()
    assert (stored_event(), video()["status"]) == ([("e1", "applied", 1)], "ready")


def test_an_event_whose_update_fails_is_stored_and_retried(video, reject_command, fail_command):
    reject_command("update", "videos", OUT_OF_DISK_SPACE)
    receive()
    fail_command()
    [waiting] = WebhookEvent.collection().find()
    WebhookEvent.collection().update_one({}, {"$set": {"next_try_at": waiting["received_at"]}})

    assert (waiting["state"], "OperationFailure" in waiting["last_error"]) == ("pending", True)
    assert webhooks.retry_due() == 1
    assert (stored_event(), video()["status"]) == ([("e1", "applied", 2)], "ready")
