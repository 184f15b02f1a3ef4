import json

import pytest
from bson import ObjectId

from learnstream.documents import Video, WebhookEvent
from learnstream.services.media import webhooks
from tests.factories import make_video


@pytest.fixture
def parked_event(app):
    """An event that was abandoned because its video did not exist."""
    data = {"id": "as1", "status": "ready", "duration": 4.0}
    payload = {"id": "e1", "type": "video.asset.ready", "created_at": "2026-03-01T12:00:00Z", "data": data}
    webhooks.receive(json.dumps(payload).encode(), payload)
    WebhookEvent.collection().update_one({"_id": "e1"}, {"$set": {"state": "parked", "tries": 5}})
    return "e1"


def test_a_parked_event_can_be_applied_after_its_cause_is_fixed(client, admin, parked_event):
    video_id = make_video(asset_id="as1")

    response = client.post(f"/admin/webhook-events/{parked_event}/replay", auth=admin)

    assert (response.status_code, response.json["state"], response.json["last_error"]) == (200, "applied", None)
    assert Video.collection().find_one({"_id": ObjectId(video_id)})["status"] == "ready"


def test_a_failed_replay_gets_all_attempts_again(client, admin, parked_event):
    response = client.post(f"/admin/webhook-events/{parked_event}/replay", auth=admin)

    assert (response.status_code, response.json["state"], response.json["tries"]) == (200, "pending", 1)
    assert "NoVideoYet" in response.json["last_error"]


def test_replaying_an_applied_event_changes_nothing(client, admin, parked_event):
    video_id = make_video(asset_id="as1")
    client.post(f"/admin/webhook-events/{parked_event}/replay", auth=admin)
    before = Video.collection().find_one({"_id": ObjectId(video_id)})

    client.post(f"/admin/webhook-events/{parked_event}/replay", auth=admin)

    assert Video.collection().find_one({"_id": ObjectId(video_id)}) == before


def test_an_unknown_event_is_not_found(client, admin):
    assert client.post("/admin/webhook-events/nothing/replay", auth=admin).status_code == 404


def test_replaying_is_for_admins(client, owner, parked_event):
    response = client.post(f"/admin/webhook-events/{parked_event}/replay", auth=owner)

    assert (response.status_code, response.json["code"]) == (403, "admins_only")
