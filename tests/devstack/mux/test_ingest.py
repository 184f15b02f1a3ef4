import urllib.parse

import pytest
import requests

ORIGIN = "https://app.example.com"
CHUNK_SIZE = 64 * 1024


@pytest.fixture
def video(mux):
    return mux.sample_video().read_bytes()


def put_chunk(http, url, content, start, total, end=None):
    end = min(end or start + CHUNK_SIZE, len(content))
    headers = {"Content-Range": f"bytes {start}-{end - 1}/{total}"}
    return http.request("PUT", url, body=content[start:end], headers=headers)


def test_a_chunked_upload_is_assembled(mux, sdk, upload, http, video):
    statuses = [
        put_chunk(http, upload.url, video, start, len(video)).status for start in range(0, len(video), CHUNK_SIZE)
    ]

    asset_id = sdk.uploads.get_direct_upload(upload.id).data.asset_id
    assert statuses == [308] * (len(statuses) - 1) + [200]
    assert len(statuses) > 2
    assert (mux.context.media(asset_id) / "source").read_bytes() == video


def test_a_chunk_is_answered_with_the_received_range(upload, http, video):
    response = put_chunk(http, upload.url, video, 0, len(video))

    assert (response.status, response.headers["Range"]) == (308, f"bytes=0-{CHUNK_SIZE - 1}")


def test_an_interrupted_upload_reports_where_to_resume(upload, http, video):
    put_chunk(http, upload.url, video, 0, len(video), end=1000)

    response = http.request("PUT", upload.url, headers={"Content-Range": f"bytes */{len(video)}"})

    assert (response.status, response.headers["Range"]) == (308, "bytes=0-999")
    assert put_chunk(http, upload.url, video, 1000, len(video), end=len(video)).status == 200


def test_an_upload_without_bytes_has_no_range(upload, http):
    response = http.request("PUT", upload.url, headers={"Content-Range": "bytes */5000"})

    assert response.status == 308
    assert "Range" not in response.headers


def test_a_chunk_may_be_sent_twice(mux, sdk, upload, http, video):
    put_chunk(http, upload.url, video, 0, len(video))
    put_chunk(http, upload.url, video, 0, len(video))

    assert put_chunk(http, upload.url, video, CHUNK_SIZE, len(video), end=len(video)).status == 200
    asset_id = sdk.uploads.get_direct_upload(upload.id).data.asset_id
    assert (mux.context.media(asset_id) / "source").read_bytes() == video


def test_a_chunk_after_a_gap_is_not_stored(sdk, upload, http, video):
    response = put_chunk(http, upload.url, video, CHUNK_SIZE, len(video), end=len(video))

    assert response.status == 308
    assert "Range" not in response.headers
    assert sdk.uploads.get_direct_upload(upload.id).data.status == "waiting"


def test_a_repeated_last_chunk_creates_no_second_asset(sdk, upload, http, video):
    for _ in range(2):
        assert put_chunk(http, upload.url, video, 0, len(video), end=len(video)).status == 200

    assert len(sdk.assets.list_assets().data) == 1


def test_an_invalid_content_range_is_rejected(upload, http):
    assert http.request("PUT", upload.url, body=b"x", headers={"Content-Range": "lines 1-2"}).status == 400


def test_a_body_without_a_length_is_accepted(sdk, upload, video):
    response = requests.put(upload.url, data=iter([video[:1000], video[1000:]]), timeout=10)

    assert response.status_code == 200
    assert sdk.uploads.get_direct_upload(upload.id).data.status == "asset_created"


def test_the_upload_url_requires_its_key(mux, upload, video, http):
    url = urllib.parse.urlsplit(upload.url)._replace(query="upload_key=guessed").geturl()

    assert http.request("PUT", url, body=video).status == 403
    assert http.request("PUT", f"{mux.url}/upload/nothing?upload_key=guessed", body=video).status == 404


def test_the_cors_origin_may_put(sdk, make_upload, http, video):
    upload = make_upload(sdk, cors_origin=ORIGIN)

    preflight = http.request("OPTIONS", upload.url, headers={"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"})
    response = http.request("PUT", upload.url, body=video, headers={"Origin": ORIGIN})

    assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (200, ORIGIN)
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Content-Range" in preflight.headers["Access-Control-Allow-Headers"]
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Access-Control-Expose-Headers"] == "Range"


@pytest.mark.parametrize("cors_origin", [None, "https://other.example.com"])
def test_another_origin_cannot_read_the_response_of_a_successful_upload(sdk, make_upload, http, video, cors_origin):
    upload = make_upload(sdk, cors_origin=cors_origin)

    response = http.request("PUT", upload.url, body=video, headers={"Origin": ORIGIN})

    assert response.status == 200
    assert "Access-Control-Allow-Origin" not in response.headers
