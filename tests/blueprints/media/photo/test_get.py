import pytest

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


def test_an_external_storage_serves_the_photo_itself(client, stranger, monkeypatch):
    photo_id = make_photo(stranger)
    monkeypatch.setattr(
        type(files.service()),
        "download_url",
        lambda self, name, **facts: f"https://s3.test/{name}?for={facts['content_type']}",
    )

    response = client.get(f"/photos/{photo_id}/small")

    assert response.status_code == 302
    assert response.headers["Location"] == f"https://s3.test/photos/{photo_id}/small.webp?for=image/webp"
    assert response.headers["Cache-Control"] == "public, max-age=86400"
