from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import urllib3

from learnstream.clock import now
from learnstream.documents.file import File
from learnstream.integrations import files
from learnstream.services.media.files import forget
from tests.files import make_file, make_photo
from tests.problems import outcome

NOBODY = "6560f3a2c1d4e5f6a7b8c9d2"


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_everybody_sees_a_photo_and_may_keep_it_for_a_day(client, stranger, size):
    photo_id = make_photo(stranger)

    response = client.get(f"/photos/{photo_id}/{size}")

    assert response.status_code == 200
    assert response.data == f"RIFFphotos/{photo_id}/{size}.webp".encode()
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_kept_copy_stays_valid(client, stranger):
    photo_id = make_photo(stranger)
    etag = client.get(f"/photos/{photo_id}/small").headers["ETag"]
    assert etag != client.get(f"/photos/{photo_id}/large").headers["ETag"]

    again = client.get(f"/photos/{photo_id}/small", headers={"If-None-Match": etag})

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Cache-Control"] == "public, max-age=86400"


def test_head_describes_the_photo(client, stranger):
    path = f"/photos/{make_photo(stranger)}/small"

    described = client.head(path)

    assert (described.status_code, described.data) == (200, b"")
    assert described.headers["Content-Length"] == str(len(client.get(path).data))


def test_what_is_no_photo_does_not_exist(client, stranger):
    document = make_file(stranger, purpose="document", state="ready", object="files/1")["_id"]
    waiting = make_file(stranger, purpose="photo", state="processing")["_id"]
    refused = make_file(stranger, purpose="photo", state="refused")["_id"]

    for file_id in (document, waiting, refused, NOBODY):
        assert outcome(client.get(f"/photos/{file_id}/small")) == (404, "not_found")


@pytest.mark.parametrize("end", ["huge", "small.webp", "", "small/x", "SMALL"])
def test_another_size_does_not_exist(client, stranger, end):
    assert client.get(f"/photos/{make_photo(stranger)}/{end}").status_code == 404


def test_a_photo_that_is_being_removed_does_not_exist(client, stranger):
    photo_id = make_photo(stranger)
    client.get(f"/photos/{photo_id}/small")

    File.collection().update_one({"owner_id": stranger.id}, {"$currentDate": {"removing_at": True}})
    forget(photo_id)

    assert client.get(f"/photos/{photo_id}/small").status_code == 404


def test_a_photo_whose_bytes_are_gone_is_no_picture(client, stranger):
    photo_id = make_photo(stranger)
    client.get(f"/photos/{photo_id}/small")
    files.service().delete(f"photos/{photo_id}/small.webp")

    response = client.get(f"/photos/{photo_id}/small")

    assert outcome(response) == (404, "file_missing")
    assert "max-age" not in response.headers.get("Cache-Control", "")


def test_a_bucket_serves_the_photo_itself(client, stranger, files_in_s3):
    photo_id = make_photo(stranger)

    response = client.get(f"/photos/{photo_id}/small", headers={"If-None-Match": "*"})

    assert (response.status_code, response.headers["Cache-Control"]) == (302, "public, max-age=86400")
    assert "ETag" not in response.headers
    served = urllib3.request("GET", response.headers["Location"])
    assert (served.status, served.data) == (200, f"RIFFphotos/{photo_id}/small.webp".encode())
    assert served.headers["Content-Type"] == "image/webp"
    assert served.headers["Cache-Control"] == "public, max-age=86400"


def test_head_is_answered_without_the_bucket(client, stranger, files_in_s3):
    response = client.head(f"/photos/{make_photo(stranger)}/small")

    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/webp")


def test_a_redirection_that_was_kept_for_a_day_still_leads_to_the_photo(client, stranger, files_in_s3):
    photo_id = make_photo(stranger)
    first, second = (client.get(f"/photos/{photo_id}/small").headers["Location"] for _ in range(2))

    signed = dict(parse_qsl(urlsplit(first).query))
    begins = datetime.strptime(signed["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    assert first == second
    assert begins + timedelta(seconds=int(signed["X-Amz-Expires"])) > now() + timedelta(days=2) - timedelta(seconds=60)


def test_a_photo_stays_where_it_was_when_a_bucket_is_configured(client, stranger, request):
    photo_id = make_photo(stranger)
    request.getfixturevalue("files_in_s3")

    assert client.get(f"/photos/{photo_id}/small").data.startswith(b"RIFF")
