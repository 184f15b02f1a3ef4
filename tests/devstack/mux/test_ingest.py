import urllib.parse

import pytest
import requests

ORIGIN = "https://app.example.com"
PIECE = 64 * 1024


@pytest.fixture
def video(mux):
    return mux.sample_video().read_bytes()


def put_piece(http, url, content, start, total, end=None):
    end = min(end or start + PIECE, len(content))
    headers = {"Content-Range": f"bytes {start}-{end - 1}/{total}"}
    return http.request("PUT", url, body=content[start:end], headers=headers)


def test_a_file_in_pieces_becomes_whole(mux, sdk, upload, http, video):
    statuses = [put_piece(http, upload.url, video, at, len(video)).status for at in range(0, len(video), PIECE)]

    asset_id = sdk.uploads.get_direct_upload(upload.id).data.asset_id
    assert statuses == [308] * (len(statuses) - 1) + [200]
    assert len(statuses) > 2
    assert (mux.world.media(asset_id) / "source").read_bytes() == video


def test_a_piece_is_answered_with_what_is_there(upload, http, video):
    answer = put_piece(http, upload.url, video, 0, len(video))

    assert (answer.status, answer.headers["Range"]) == (308, f"bytes=0-{PIECE - 1}")


def test_an_interrupted_upload_tells_where_to_go_on(upload, http, video):
    put_piece(http, upload.url, video, 0, len(video), end=1000)

    asked = http.request("PUT", upload.url, headers={"Content-Range": f"bytes */{len(video)}"})

    assert (asked.status, asked.headers["Range"]) == (308, "bytes=0-999")
    assert put_piece(http, upload.url, video, 1000, len(video), end=len(video)).status == 200


def test_an_upload_without_a_byte_starts_at_the_beginning(upload, http):
    asked = http.request("PUT", upload.url, headers={"Content-Range": "bytes */5000"})

    assert asked.status == 308
    assert "Range" not in asked.headers


def test_a_piece_may_come_twice(mux, sdk, upload, http, video):
    put_piece(http, upload.url, video, 0, len(video))
    put_piece(http, upload.url, video, 0, len(video))

    assert put_piece(http, upload.url, video, PIECE, len(video), end=len(video)).status == 200
    asset_id = sdk.uploads.get_direct_upload(upload.id).data.asset_id
    assert (mux.world.media(asset_id) / "source").read_bytes() == video


def test_a_piece_after_a_hole_is_not_taken(sdk, upload, http, video):
    answer = put_piece(http, upload.url, video, PIECE, len(video), end=len(video))

    assert answer.status == 308
    assert "Range" not in answer.headers
    assert sdk.uploads.get_direct_upload(upload.id).data.status == "waiting"


def test_the_last_piece_again_makes_no_second_asset(sdk, upload, http, video):
    for _ in range(2):
        assert put_piece(http, upload.url, video, 0, len(video), end=len(video)).status == 200

    assert len(sdk.assets.list_assets().data) == 1


def test_a_range_that_cannot_be_read_is_refused(upload, http):
    assert http.request("PUT", upload.url, body=b"x", headers={"Content-Range": "lines 1-2"}).status == 400


def test_a_body_without_a_length_is_taken(sdk, upload, video):
    answer = requests.put(upload.url, data=iter([video[:1000], video[1000:]]), timeout=10)

    assert answer.status_code == 200
    assert sdk.uploads.get_direct_upload(upload.id).data.status == "asset_created"


def test_the_url_needs_its_key(mux, upload, video, http):
    url = urllib.parse.urlsplit(upload.url)._replace(query="upload_key=guessed").geturl()

    assert http.request("PUT", url, body=video).status == 403
    assert http.request("PUT", f"{mux.url}/upload/nothing?upload_key=guessed", body=video).status == 404


def test_a_browser_of_the_right_origin_may_put(sdk, make_upload, http, video):
    upload = make_upload(sdk, cors_origin=ORIGIN)

    asked = http.request("OPTIONS", upload.url, headers={"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"})
    done = http.request("PUT", upload.url, body=video, headers={"Origin": ORIGIN})

    assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (200, ORIGIN)
    assert "PUT" in asked.headers["Access-Control-Allow-Methods"]
    assert "Content-Range" in asked.headers["Access-Control-Allow-Headers"]
    assert done.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert done.headers["Access-Control-Expose-Headers"] == "Range"


@pytest.mark.parametrize("made_for", [None, "https://other.example.com"])
def test_a_browser_of_another_origin_sees_no_answer_although_the_upload_works(sdk, make_upload, http, video, made_for):
    upload = make_upload(sdk, cors_origin=made_for)

    done = http.request("PUT", upload.url, body=video, headers={"Origin": ORIGIN})

    assert done.status == 200
    assert "Access-Control-Allow-Origin" not in done.headers
