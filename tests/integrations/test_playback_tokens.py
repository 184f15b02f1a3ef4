from datetime import UTC, datetime, timedelta

import jwt
import pytest
import urllib3

from learnstream.clock import now
from learnstream.errors import Unavailable
from learnstream.integrations.mux import playback_tokens
from learnstream.integrations.mux.playback_tokens import Audience, expiry_for, sign

SOON = timedelta(minutes=5)


@pytest.fixture
def playback_id(app, mux):
    """Return the signed playback id of an asset that is ready."""
    asset = {"inputs": [{"url": "https://samples.test/sample.mp4"}], "playback_policies": ["signed"]}
    token = f"{app.config['MUX_TOKEN_ID']}:{app.config['MUX_TOKEN_SECRET']}"
    headers = urllib3.make_headers(basic_auth=token)
    return urllib3.request("POST", f"{mux.url}/video/v1/assets", json=asset, headers=headers).json()["data"][
        "playback_ids"
    ][0]["id"]


def fetch(url):
    return urllib3.request("GET", url, retries=False)


def test_the_token_opens_the_manifest(playback_id):
    token = sign(playback_id, Audience.VIDEO, now() + SOON)

    manifest = fetch(playback_tokens.manifest_url(playback_id, token))

    assert (manifest.status, manifest.data[:7]) == (200, b"#EXTM3U")


def test_each_kind_of_picture_has_its_own_token(playback_id):
    still = sign(playback_id, Audience.THUMBNAIL, now() + SOON, width=160)
    board = sign(playback_id, Audience.STORYBOARD, now() + SOON)

    assert fetch(playback_tokens.thumbnail_url(playback_id, still)).headers["Content-Type"] == "image/jpeg"
    assert fetch(playback_tokens.storyboard_url(playback_id, board)).data.startswith(b"WEBVTT")
    assert fetch(playback_tokens.thumbnail_url(playback_id, board)).status == 403


def test_an_expired_token_is_rejected(playback_id):
    token = sign(playback_id, Audience.VIDEO, now() - SOON)

    assert fetch(playback_tokens.manifest_url(playback_id, token)).status == 403


def test_the_key_is_named_in_the_header_and_in_the_payload(app):
    token = sign("abc", Audience.VIDEO, now() + SOON)

    payload = jwt.decode(token, options={"verify_signature": False})
    assert jwt.get_unverified_header(token)["kid"] == payload["kid"] == app.config["MUX_SIGNING_KEY_ID"]


def test_claims_cannot_replace_what_the_token_is_for(app):
    token = sign("abc", Audience.VIDEO, now() + SOON, sub="another", aud="t")

    payload = jwt.decode(token, options={"verify_signature": False})
    assert (payload["sub"], payload["aud"]) == ("abc", "v")


def test_the_same_arguments_give_the_same_token(app):
    at = now() + SOON

    assert sign("abc", Audience.VIDEO, at) == sign("abc", Audience.VIDEO, at)


def test_without_a_key_video_is_unconfigured(app, monkeypatch):
    monkeypatch.setitem(app.config, "MUX_SIGNING_KEY_ID", "")

    with pytest.raises(Unavailable) as error:
        sign("abc", Audience.VIDEO, now() + SOON)

    assert error.value.code == "video_unconfigured"


def test_all_requests_in_the_same_window_get_the_same_expiry():
    begin = datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)

    assert expiry_for(60, begin) == expiry_for(60, begin + timedelta(minutes=10))


@pytest.mark.parametrize("duration", [0.0, 1.5, 59.0, 3600.0, 43_200.0])
@pytest.mark.parametrize("second", [0, 1, 449, 899])
def test_tokens_outlast_the_video(duration, second):
    at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=second)

    left = (expiry_for(duration, at) - at).total_seconds()

    assert duration + 30 * 60 <= left <= duration + 45 * 60
