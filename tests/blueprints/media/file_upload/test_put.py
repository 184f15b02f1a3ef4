"""PUT /uploads/{upload_token}: the bytes of a file."""

from datetime import timedelta
from io import BytesIO

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.file import File, FileState
from learnstream.errors.file_storage import Missing
from learnstream.integrations import files
from tests.files import make_file

CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 8000  # two megabytes: longer than any other body may be


@pytest.fixture
def store(app):
    return files.service()


@pytest.fixture
def file(owner):
    """A file whose bytes are to be uploaded."""
    return make_file(owner, state=FileState.UPLOADING)


@pytest.fixture
def name(file):
    """The name under which its bytes are stored first."""
    return f"staging/{file['_id']}"


@pytest.fixture
def url_for(store, name):
    def url_for(size, *, valid_for=timedelta(hours=1)):
        return store.upload_target(name, size=size, content_type=None, expires_at=now() + valid_for).url

    return url_for


def test_a_file_is_stored(client, store, name, url_for):
    response = client.put(url_for(len(CONTENT)), data=CONTENT, content_type="application/pdf")

    assert response.status_code == 204
    assert response.headers["ETag"] == f'"{store.stat(name).etag}"'
    assert b"".join(store.open(name)) == CONTENT


def test_a_file_that_is_sent_again_is_replaced(client, store, name, url_for):
    url = url_for(3)
    for content in (b"old", b"new"):
        assert client.put(url, data=content).status_code == 204

    assert b"".join(store.open(name)) == b"new"


def test_the_body_may_be_chunked(client, store, name, url_for):
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}

    response = client.put(url_for(3), input_stream=BytesIO(b"new"), environ_overrides=chunked)

    assert response.status_code == 204
    assert b"".join(store.open(name)) == b"new"


@pytest.mark.parametrize("content", [b"", b"ne", b"newer"])
def test_a_body_of_another_size_is_rejected(client, store, name, url_for, content):
    response = client.put(url_for(3), data=content)

    assert (response.status_code, response.json["code"]) == (422, "file_size_mismatch")
    assert response.json["errors"] == {"body": {"size": [f"Must be 3 bytes; received {len(content)}."]}}
    with pytest.raises(Missing):
        store.stat(name)


@pytest.mark.parametrize(("content", "status"), [(b"ne", 422), (b"newer", 413)])
def test_chunks_of_another_size_are_rejected(client, store, name, url_for, content, status):
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}

    response = client.put(url_for(3), input_stream=BytesIO(content), environ_overrides=chunked)

    assert response.status_code == status
    with pytest.raises(Missing):
        store.stat(name)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"state": FileState.PROCESSING}, (409, "upload_closed")),
        ({"state": FileState.READY}, (409, "upload_closed")),
        ({"removing_at": now()}, (404, "not_found")),
        ({"_id": ObjectId()}, (404, "not_found")),
    ],
)
def test_a_file_takes_no_bytes_once_its_upload_is_over(client, store, name, url_for, file, fields, error):
    File.collection().delete_one({"_id": file["_id"]})
    File.collection().insert_one(file | fields)

    response = client.put(url_for(3), data=b"new")

    assert (response.status_code, response.json["code"]) == error
    with pytest.raises(Missing):
        store.stat(name)


def test_an_expired_url_is_rejected(client, url_for):
    response = client.put(url_for(3, valid_for=timedelta(seconds=-1)), data=b"new")

    assert (response.status_code, response.json["code"]) == (403, "upload_url_expired")


@pytest.mark.parametrize("change", [lambda url: url[:-1], lambda url: url + "A", lambda _: "/uploads/x", str.upper])
def test_a_url_that_was_not_signed_is_rejected(client, url_for, change):
    prefix, _, token = url_for(3).rpartition("/")

    response = client.put(f"{prefix}/{change(token).rpartition('/')[2]}", data=b"new")

    assert (response.status_code, response.json["code"]) == (403, "upload_url_invalid")


def test_a_url_names_the_configured_address(app, url_for, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://api.example.com")

    assert url_for(3).startswith("https://api.example.com/uploads/")
