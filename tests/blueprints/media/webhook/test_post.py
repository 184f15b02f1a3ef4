import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path

import pytest
import requests
from bson import ObjectId

from learnstream.documents import Video, WebhookEvent
from learnstream.integrations import video as port
from learnstream.stores.sql import db
from tests.factories import make_video
from tests.server import Server

EXAMPLES = [
    each["payload"] for each in json.loads((Path(__file__).parents[3] / "data" / "mux_events.json").read_text())
]
UPLOAD_ID = EXAMPLES[0]["data"]["id"]


@pytest.fixture
def post(client, mux):
    """Post any body, signed unless headers are given."""

    def post(body, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post("/webhooks/mux", data=raw, headers=mux.sign(raw) | headers)

    return post


@pytest.fixture
def upload_events(app, mux):
    """A video and its upload's events, before any delivery."""
    video_id = make_video()
    service = port.service()
    upload = service.create_upload(passthrough=video_id, title="", cors_origin="*", timeout=600, subtitles=["en"])
    mux.put_video(upload.url, mux.sample_video())
    return video_id, mux.take_events()


def stored(video_id):
    return Video.collection().find_one({"_id": ObjectId(video_id)})


def what_it_is(video_id):
    ours = {"status_at", "review_at", "updated_at", "created_at", "revision", "_id"}
    return {name: value for name, value in stored(video_id).items() if name not in ours}


def events():
    return list(WebhookEvent.collection().find())


def test_the_events_of_an_upload_make_its_video_ready(deliver, upload_events):
    video_id, delivered = upload_events

    response = deliver(*delivered)

    assert (response.status_code, response.json) == (200, {"id": delivered[-1].id})
    video = stored(video_id)
    assert (video["status"], video["duration"], video["aspect_ratio"]) == ("ready", 2.0, "16:9")
    assert video["playback_id"]
    assert {track["type"]: track["status"] for track in video["tracks"]}["text"] == "ready"
    assert {event["state"] for event in events()} == {"applied"}


def main_events(events):
    wanted = ("upload.created", "upload.asset_created", "asset.created", "asset.ready", "asset.updated")
    return [next(event for event in events if event.type == f"video.{name}") for name in wanted]


def test_every_order_of_the_five_main_events_has_the_same_result(app, deliver, upload_events):
    video_id, delivered = upload_events
    blank = stored(video_id)
    outcomes = []
    for order in permutations(main_events(delivered)):
        Video.collection().replace_one({"_id": blank["_id"]}, blank)
        WebhookEvent.collection().delete_many({})
        deliver(*order)
        outcomes.append(what_it_is(video_id))

    assert len(outcomes) == 120
    assert outcomes[0]["status"] == "ready"
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_fifty_concurrent_deliveries_have_one_effect(app, mux, upload_events):
    video_id, delivered = upload_events
    ready = next(event for event in delivered if event.type == "video.asset.ready")

    def send(_):
        return app.test_client().post("/webhooks/mux", data=ready.body, headers=mux.sign(ready.body))

    with ThreadPoolExecutor(16) as pool:
        responses = list(pool.map(send, range(50)))

    assert {(response.status_code, response.json["id"]) for response in responses} == {(200, ready.id)}
    assert [event["tries"] for event in events()] == [1]
    assert (stored(video_id)["status"], stored(video_id)["revision"]) == ("ready", 2)


def test_a_repeated_delivery_has_the_same_response_and_no_effect(deliver, upload_events):
    video_id, delivered = upload_events
    first = deliver(*delivered)
    before = stored(video_id)

    again = deliver(*delivered)

    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert stored(video_id) == before


def test_a_late_event_does_not_move_a_video_back(deliver, upload_events):
    video_id, delivered = upload_events
    deliver(*delivered)
    Video.collection().update_one({"_id": ObjectId(video_id)}, {"$set": {"status": "deleted"}})
    WebhookEvent.collection().delete_many({})

    deliver(*delivered)

    assert stored(video_id)["status"] == "deleted"


@pytest.mark.parametrize("payload", EXAMPLES, ids=[each["type"] for each in EXAMPLES])
def test_the_example_events_are_accepted(post, payload):
    make_video(upload_id=UPLOAD_ID, asset_id=EXAMPLES[2]["data"]["id"])

    assert post(payload).status_code == 200

    assert [(event["type"], event["state"]) for event in events()] == [(payload["type"], "applied")]


def test_the_example_events_end_in_the_deletion(post):
    video_id = make_video(upload_id=UPLOAD_ID)

    for payload in EXAMPLES:
        if payload["type"] not in {"video.asset.errored", "video.upload.cancelled", "video.upload.errored"}:
            post(payload)

    video = stored(video_id)
    assert (video["status"], video["duration"], video["purged_at"] is not None) == ("deleted", 2.976, True)


def test_an_event_before_its_video_stays_pending(deliver, upload_events):
    video_id, delivered = upload_events
    Video.collection().delete_one({"_id": ObjectId(video_id)})

    assert deliver(*delivered).status_code == 200

    assert {event["state"] for event in events()} == {"pending"}
    assert {event["tries"] for event in events()} == {1}


def test_an_ignored_event_is_stored_and_acknowledged(post):
    response = post({"id": "e1", "type": "video.live_stream.active", "created_at": "2026-01-01T00:00:00Z", "data": {}})

    assert response.status_code == 200
    assert [(event["_id"], event["state"]) for event in events()] == [("e1", "ignored")]


def test_an_unprocessable_event_is_acknowledged_and_stored(post):
    assert post({"id": "e1", "type": "video.asset.ready", "data": [{"a.b": 10**40, "$c": None}]}).status_code == 200

    assert [(event["state"], "UnreadableEvent" in event["last_error"]) for event in events()] == [("pending", True)]


@pytest.mark.parametrize(
    "body",
    [
        *([], "text", 7, None, {}, {"id": "e1"}, {"type": "x"}, {"id": "e1", "type": []}),
        *({"id": name, "type": "x"} for name in (7, "", "e\x00", "\ud800", "e" * 201)),
    ],
    ids=ascii,
)
def test_an_invalid_event_is_a_bad_request(post, body):
    response = post(body)

    assert (response.status_code, response.json["code"]) == (400, "not_an_event")
    assert events() == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"id": NaN}'], ids=lambda body: repr(body[:9]))
def test_invalid_json_is_a_bad_request(post, body):
    response = post(body)

    assert (response.status_code, response.json["code"]) == (400, "malformed_json")


def test_a_body_beyond_the_limit_is_rejected(app, post):
    response = post(b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1))

    assert (response.status_code, response.json["code"]) == (413, "body_too_large")


def test_the_content_type_does_not_matter(post):
    event = {"id": "e1", "type": "video.live_stream.active"}

    assert post(event, **{"Content-Type": "text/plain"}).status_code == 200


@pytest.mark.parametrize("header", [None, "", "t=1", "v1=abc"])
def test_an_unsigned_event_is_rejected(client, header):
    headers = {} if header is None else {"Mux-Signature": header}

    response = client.post("/webhooks/mux", data=b"{}", headers=headers)

    assert (response.status_code, response.json["code"]) == (403, "signature_invalid")


def test_the_signature_is_checked_before_the_body_is_read(client):
    response = client.post("/webhooks/mux", data=b"{", headers={"Mux-Signature": f"t={int(time.time())},v1={'0' * 64}"})

    assert response.json["code"] == "signature_invalid"


def test_a_changed_body_is_rejected(client, mux):
    event = b'{"id": "e1", "type": "video.asset.ready"}'

    response = client.post("/webhooks/mux", data=event + b" ", headers=mux.sign(event))

    assert response.json["code"] == "signature_invalid"
    assert events() == []


@pytest.mark.parametrize("seconds", [-301, 310])
def test_an_event_with_an_old_timestamp_is_rejected(client, mux, seconds):
    event = b'{"id": "e1", "type": "video.asset.ready"}'

    response = client.post("/webhooks/mux", data=event, headers=mux.sign(event, at=int(time.time()) + seconds))

    assert (response.status_code, response.json["code"]) == (403, "signature_expired")


def test_an_older_secret_is_accepted_while_configured(app, client, mux, monkeypatch):
    event = b'{"id": "e1", "type": "video.live_stream.active"}'
    monkeypatch.setitem(app.config, "MUX_WEBHOOK_SECRETS", ["new" * 9, "old" * 9])

    assert client.post("/webhooks/mux", data=event, headers=mux.sign(event, secret="old" * 9)).status_code == 200
    assert client.post("/webhooks/mux", data=event, headers=mux.sign(event)).status_code == 403


def test_without_a_secret_nothing_is_accepted(app, post, monkeypatch):
    monkeypatch.setitem(app.config, "MUX_WEBHOOK_SECRETS", [])

    response = post({"id": "e1", "type": "video.asset.ready"})

    assert (response.status_code, response.json["code"]) == (503, "webhooks_unconfigured")
    assert events() == []


def test_no_signature_is_written_to_the_log(client, mux, caplog):
    caplog.set_level(logging.DEBUG)
    right = mux.sign(b"{}")["Mux-Signature"].partition("v1=")[2]

    client.post("/webhooks/mux", data=b"{}", headers={"Mux-Signature": f"t={int(time.time())},v1={'0' * 64}"})

    assert right not in caplog.text


def test_many_events_from_one_address_are_not_throttled(app, settings, mux, tmp_path):
    body = b'{"id": "e1", "type": "video.live_stream.active"}'
    with Server(settings | {"RATELIMIT_ENABLED": "true"}, tmp_path / "log") as server, requests.Session() as http:
        responses = {
            http.post(f"{server.url}/webhooks/mux", data=body, headers=mux.sign(body)).status_code for _ in range(310)
        }

    assert responses == {200}


def test_postgresql_is_not_queried(deliver, upload_events):
    _, delivered = upload_events
    db.session.rollback()

    deliver(*delivered)

    assert not db.session().in_transaction()
