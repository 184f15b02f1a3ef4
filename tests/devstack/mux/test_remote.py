"""The controls over HTTP, as used by other processes."""

import pytest
import requests


@pytest.fixture
def remote(mux):
    environment = mux.environment()
    with requests.Session() as session:
        session.auth = (environment["MUX_TOKEN_ID"], environment["MUX_TOKEN_SECRET"])

        def call(path, method="POST", **body):
            return session.request(method, f"{mux.url}/_emulator/{path}", json=body or None, timeout=10)

        yield call


def test_the_controls_require_the_access_token(mux):
    assert requests.post(f"{mux.url}/_emulator/reset", timeout=10).status_code == 401


def test_misbehavior_can_be_set_and_ended(mux, remote):
    assert remote("misbehave", duplicate=2, api={"kind": "status", "path": "/stream/"}).status_code == 204
    assert (mux.context.behavior.duplicate, len(mux.context.behavior.api)) == (2, 1)

    assert remote("behave").status_code == 204
    assert (mux.context.behavior.duplicate, mux.context.behavior.api) == (0, [])


def test_an_unknown_misbehavior_is_a_bad_request(remote):
    assert remote("misbehave", rudeness=1).status_code == 400


def test_events_are_listed_with_their_state(remote, upload):
    (event,) = remote("events", "GET").json()["data"]

    assert (event["type"], event["state"], event["payload"]["data"]["id"]) == (
        "video.upload.created",
        "held",
        upload.id,
    )
    assert remote("deliveries", "GET").json() == {"data": []}


def test_events_are_held_released_flushed_and_redelivered(posting_mux, receiver, posting_sdk, make_upload):
    auth = (posting_mux.context.token_id, posting_mux.context.token_secret)

    def post(path, **body):
        return requests.post(
            f"{posting_mux.url}/_emulator/{path}", json=body or None, auth=auth, timeout=10
        ).status_code

    assert post("hold") == 204
    make_upload(posting_sdk)
    assert post("flush") == 204
    assert receiver.received == []
    assert post("release") == 204
    event_id = receiver.wait_for(1)[0]["id"]
    assert post(f"events/{event_id}/redeliver") == 204
    receiver.wait_for(2)
    assert post("events/unknown/redeliver") == 404
    assert post("release", order="backwards") == 400


def test_the_clock_can_be_advanced(remote, sdk, upload):
    assert remote("advance", seconds=3600).status_code == 204

    assert sdk.uploads.get_direct_upload(upload.id).data.status == "timed_out"
    assert remote("advance", seconds="an hour").status_code == 400


def test_encoding_is_paused_and_resumed(mux, remote, sdk, upload):
    assert remote("encoding/pause").status_code == 204
    mux.put_video(upload.url, mux.sample_video())
    assert sdk.assets.list_assets().data[0].status == "preparing"

    assert remote("encoding/resume").status_code == 204
    assert remote("encoding/settle").status_code == 204
    assert sdk.assets.list_assets().data[0].status == "ready"
    assert remote("encoding/stop").status_code == 404


def test_an_upload_is_made_ready(remote, sdk, upload):
    created = remote(f"uploads/{upload.id}/make-ready").json()["data"]

    assert sdk.assets.get_asset(created["asset_id"]).data.status == "ready"
    assert remote(f"uploads/{upload.id}/make-ready").status_code == 403
    assert remote("uploads/unknown/make-ready").status_code == 404


def test_an_event_can_be_emitted_on_demand(mux, remote, asset):
    assert remote(f"assets/{asset.id}/emit", type="video.asset.warning").status_code == 204

    assert mux.take_events()[-1].type == "video.asset.warning"
    assert remote("assets/unknown/emit", type="video.asset.warning").status_code == 404


def test_reset_deletes_everything_but_the_keys(mux, remote, sdk, asset):
    key_id = mux.environment()["MUX_SIGNING_KEY_ID"]

    assert remote("reset").status_code == 204

    assert sdk.assets.list_assets().data == sdk.uploads.list_direct_uploads().data == []
    assert mux.events() == []
    assert sdk.keys.get_signing_key(key_id).data.id == key_id
