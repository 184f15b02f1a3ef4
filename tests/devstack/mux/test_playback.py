import base64
import itertools
import re
import time
from urllib.parse import urljoin

import jwt
import mux_python
import pytest

from tests.devstack.mux.conftest import make_token

HOSTS = {
    "v": "stream/{}.m3u8",
    "t": "image/{}/thumbnail.jpg",
    "g": "image/{}/animated.gif",
    "s": "image/{}/storyboard.vtt",
}


@pytest.fixture
def playback_id(asset):
    return asset.playback_ids[0].id


@pytest.fixture
def fetch(mux, http, playback_id):
    """Fetch from one of the hosts with a token; return the response."""

    def get(token=None, audience="v", playback_id=playback_id, **query):
        fields = ({"token": token} if token else {}) | query
        return http.request("GET", f"{mux.url}/{HOSTS[audience].format(playback_id)}", fields=fields)

    return get


@pytest.mark.parametrize("audience", HOSTS)
def test_a_valid_token_is_accepted(mux, fetch, playback_id, audience):
    response = fetch(make_token(mux, playback_id, audience), audience)

    assert response.status == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(("audience", "wrong"), list(itertools.permutations(HOSTS, 2)))
def test_a_token_for_another_audience_is_rejected(mux, fetch, playback_id, audience, wrong):
    assert fetch(make_token(mux, playback_id, wrong), audience).status == 403


@pytest.mark.parametrize("audience", HOSTS)
def test_a_missing_token_is_rejected(fetch, audience):
    assert fetch(None, audience).status == 403


CHANGES = {
    "expired": {"expires_in": -1},
    "no expiry": {"exp": None},
    "expiry is a word": {"exp": "soon"},
    "another subject": {"sub": "another"},
    "no subject": {"sub": None},
    "no audience": {"aud": None},
    "no key named": {"kid": None},
    "unknown key": {"kid": "unknown"},
    "two keys named": {"header": {"kid": "another"}},
    "unknown restriction": {"playback_restriction_id": "unknown"},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_token_with_invalid_claims_is_rejected(mux, fetch, playback_id, changes):
    response = fetch(make_token(mux, playback_id, **({"audience": "v"} | changes)))

    assert response.status == 403
    assert response.json()["error"]["type"] == "forbidden"


@pytest.mark.parametrize("token", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_a_malformed_token_is_rejected(fetch, token):
    assert fetch(token).status == 403


def test_the_key_may_be_named_in_the_header_or_the_payload(mux, fetch, playback_id):
    key_id = mux.environment()["MUX_SIGNING_KEY_ID"]

    in_header = make_token(mux, playback_id, "v", kid=None, header={"kid": key_id})
    in_both = make_token(mux, playback_id, "v", header={"kid": key_id})

    assert fetch(in_header).status == 200
    assert fetch(in_both).status == 200


def test_a_token_signed_by_another_key_is_rejected(mux, sdk, fetch, playback_id):
    other = base64.b64decode(sdk.keys.create_signing_key().data.private_key)
    claims = {"sub": playback_id, "aud": "v", "exp": int(time.time()) + 60}
    claims["kid"] = mux.environment()["MUX_SIGNING_KEY_ID"]

    assert fetch(jwt.encode(claims, other, algorithm="RS256")).status == 403


def test_a_token_of_a_deleted_key_is_rejected(sdk, fetch, playback_id):
    key = sdk.keys.create_signing_key().data
    claims = {"sub": playback_id, "aud": "v", "exp": int(time.time()) + 60, "kid": key.id}
    token = jwt.encode(claims, base64.b64decode(key.private_key), algorithm="RS256")
    assert fetch(token).status == 200

    sdk.keys.delete_signing_key(key.id)

    assert fetch(token).status == 403


def test_a_symmetric_token_is_rejected(mux, fetch, playback_id):
    """Mux does not accept the old HMAC-signed URLs."""
    claims = {"sub": playback_id, "aud": "v", "exp": int(time.time()) + 60}
    claims["kid"] = mux.environment()["MUX_SIGNING_KEY_ID"]

    assert fetch(jwt.encode(claims, "s" * 32, algorithm="HS256")).status == 403


def test_a_token_expires(mux, fetch, playback_id):
    token = make_token(mux, playback_id, "v", expires_in=60)
    assert fetch(token).status == 200

    mux.advance(61)

    assert fetch(token).status == 403


@pytest.mark.parametrize("audience", HOSTS)
def test_query_parameters_beside_a_token_are_rejected(mux, fetch, playback_id, audience):
    response = fetch(make_token(mux, playback_id, audience), audience, time="1")

    assert response.status == 400


def test_an_invalid_image_claim_is_rejected(mux, fetch, playback_id):
    assert fetch(make_token(mux, playback_id, "t", width="wide"), "t").status == 400
    assert fetch(make_token(mux, playback_id, "t", fit_mode="explode"), "t").status == 400


def test_a_public_playback_id_needs_no_token(sdk, asset, fetch):
    public = sdk.assets.create_asset_playback_id(asset.id, mux_python.CreatePlaybackIDRequest(policy="public")).data

    assert fetch(playback_id=public.id).status == 200
    assert fetch(audience="t", playback_id=public.id, width="64").status == 200


def test_an_unknown_playback_id_is_not_found(mux, fetch):
    assert fetch(make_token(mux, "unknown", "v"), playback_id="unknown").status == 404


def test_a_deleted_asset_does_not_play(mux, sdk, asset, fetch, playback_id):
    sdk.assets.delete_asset(asset.id)

    assert fetch(make_token(mux, playback_id, "v")).status == 404


def test_an_asset_that_is_not_ready_does_not_play(mux, sdk, make_upload, fetch):
    mux.pause_encoding()
    upload = make_upload(sdk)
    mux.put_video(upload.url, mux.sample_video())
    playback_id = sdk.assets.list_assets(upload_id=upload.id).data[0].playback_ids[0].id

    assert fetch(make_token(mux, playback_id, "v"), playback_id=playback_id).status == 412


@pytest.fixture
def segment_url(mux, fetch, http, playback_id):
    """Return the URL of a segment, found as a player does."""
    token = make_token(mux, playback_id, "v", expires_in=60)
    main = fetch(token).data.decode()
    rendition_url = urljoin(f"{mux.url}/stream/", re.search(r"^\w\S*m3u8$", main, re.MULTILINE)[0])
    rendition = http.request("GET", rendition_url).data.decode()
    return urljoin(rendition_url, re.search(r"^\w\S*\.ts$", rendition, re.MULTILINE)[0])


def test_segments_of_a_manifest_need_no_token(segment_url, http):
    response = http.request("GET", segment_url)

    assert (response.status, response.data[:1], response.headers["Content-Type"]) == (200, b"\x47", "video/mp2t")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_segment_url_expires_with_its_token(mux, segment_url, http):
    mux.advance(61)

    assert http.request("GET", segment_url).status == 403


def test_the_expiry_of_a_segment_url_cannot_be_extended(segment_url, http):
    extended = re.sub(r"/(\d+)-", lambda match: f"/{int(match[1]) + 1}-", segment_url)

    assert extended != segment_url
    assert http.request("GET", extended).status == 403


def test_a_segment_url_is_not_found_after_its_asset_is_deleted(sdk, asset, segment_url, http):
    sdk.assets.delete_asset(asset.id)

    assert http.request("GET", segment_url).status == 404


def test_ready_text_tracks_are_listed_in_the_manifest(mux, sdk, asset, fetch, http, playback_id):
    track = mux_python.CreateTrackRequest(
        url="https://samples.test/subtitles.vtt", type="text", text_type="subtitles", language_code="de", name="Deutsch"
    )
    sdk.assets.create_asset_track(asset.id, track)

    main = fetch(make_token(mux, playback_id, "v")).data.decode()
    playlist_url = urljoin(f"{mux.url}/stream/", re.search(r'LANGUAGE="de".*URI="(.*?)"', main)[1])
    playlist = http.request("GET", playlist_url).data.decode()
    text_url = urljoin(playlist_url, re.search(r"^\w\S*\.vtt$", playlist, re.MULTILINE)[0])

    assert 'SUBTITLES="texts"' in main
    assert b"This is a sample." in http.request("GET", text_url).data
