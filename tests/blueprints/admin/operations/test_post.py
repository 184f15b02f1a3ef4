import json

import pytest
from bson import ObjectId

from learnstream.documents import Video, WebhookEvent
from learnstream.services.media import webhooks
from tests.factories import make_video


@pytest.fixture
def parked(app):
    """An event that was given up because its video was not there."""
    data = {"id": "as1", "status": "ready", "duration": 4.0}
    payload = {"id": "e1", "type": "video.asset.ready", "created_at": "2026-03-01T12:00:00Z", "data": data}
    webhooks.receive(json.dumps(payload).encode(), payload)
    WebhookEvent.collection().update_one({"_id": "e1"}, {"$set": {"state": "parked", "tries": 5}})
    return "e1"


def test_a_parked_event_is_applied_once_its_cause_is_mended(client, admin, parked):
    video_id = make_video(asset_id="as1")

    answer = client.post(f"/admin/webhook-events/{parked}/replay", auth=admin)

    assert (answer.status_code, answer.json["state"], answer.json["last_error"]) == (200, "applied", None)
    assert Video.collection().find_one({"_id": ObjectId(video_id)})["status"] == "ready"


def test_a_replay_that_fails_again_gets_all_its_tries(client, admin, parked):
    answer = client.post(f"/admin/webhook-events/{parked}/replay", auth=admin)

    assert (answer.status_code, answer.json["state"], answer.json["tries"]) == (200, "pending", 1)
    assert "NoVideoYet" in answer.json["last_error"]


def test_replaying_an_applied_event_changes_nothing(client, admin, parked):
    video_id = make_video(asset_id="as1")
    client.post(f"/admin/webhook-events/{parked}/replay", auth=admin)
    before = Video.collection().find_one({"_id": ObjectId(video_id)})

    client.post(f"/admin/webhook-events/{parked}/replay", auth=admin)

    assert Video.collection().find_one({"_id": ObjectId(video_id)}) == before


def test_an_unknown_event_is_not_found(client, admin):
    assert client.post("/admin/webhook-events/nothing/replay", auth=admin).status_code == 404


def test_replaying_is_for_admins(client, owner, parked):
    answer = client.post(f"/admin/webhook-events/{parked}/replay", auth=owner)

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")
