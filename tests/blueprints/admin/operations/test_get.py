import json
from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import WebhookEvent
from learnstream.services.media import webhooks


@pytest.fixture
def receive(app):
    def receive(name, event_type="video.asset.ready", about="as1"):
        payload = {"id": name, "type": event_type, "object": {"id": about}, "data": {"n": 1}}
        webhooks.receive(json.dumps(payload).encode(), payload)

    return receive


def test_events_are_listed_newest_first_in_pages(client, admin, receive):
    for number in range(3):
        receive(f"e{number}")
        # Two of them may be received in the same millisecond.
        at = now() + timedelta(seconds=number)
        WebhookEvent.collection().update_one({"_id": f"e{number}"}, {"$set": {"received_at": at}})

    first = client.get("/admin/webhook-events?page_size=2", auth=admin)
    second = client.get("/admin/webhook-events?page_size=2&page=2", auth=admin)

    assert [event["id"] for event in first.json + second.json] == ["e2", "e1", "e0"]
    assert json.loads(first.headers["X-Pagination"])["total"] == 3
    assert "payload" not in first.json[0]


def test_an_event_shows_its_state(client, admin, receive):
    receive("e1")

    [event] = client.get("/admin/webhook-events", auth=admin).json

    assert (event["state"], event["tries"], event["object_id"]) == ("pending", 1, "as1")
    assert "UnreadableEvent" in event["last_error"]
    assert event["received_at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=parked", ["e2"]),
        ("state=pending", ["e1"]),
        ("type=video.live_stream.active", ["e3"]),
        ("object_id=as3", ["e3"]),
        ("state=applied", []),
    ],
)
def test_events_are_filtered(client, admin, receive, query, found):
    receive("e1")
    receive("e2")
    receive("e3", "video.live_stream.active", about="as3")
    WebhookEvent.collection().update_one({"_id": "e2"}, {"$set": {"state": "parked"}})

    assert [event["id"] for event in client.get(f"/admin/webhook-events?{query}", auth=admin).json] == found


def test_an_unknown_state_names_its_field(client, admin):
    response = client.get("/admin/webhook-events?state=lost", auth=admin)

    assert (response.status_code, list(response.json["errors"]["query"])) == (422, ["state"])


def test_an_event_is_returned_with_its_payload(client, admin, receive):
    receive("e1")

    response = client.get("/admin/webhook-events/e1", auth=admin)

    assert (response.status_code, response.json["payload"]["data"]) == (200, {"n": 1})


def test_an_unknown_event_is_not_found(client, admin):
    assert client.get("/admin/webhook-events/nothing", auth=admin).status_code == 404


@pytest.mark.parametrize("path", ["/admin/webhook-events", "/admin/webhook-events/e1"])
def test_events_are_for_admins(client, owner, stranger, receive, path):
    receive("e1")

    assert [client.get(path, auth=person).json["code"] for person in (owner, stranger)] == ["admins_only"] * 2
