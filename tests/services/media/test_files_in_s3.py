"""The life of files in a bucket: clients move the bytes themselves, at presigned URLs."""

import hashlib
import socket
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import urllib3
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.file import File, FilePurpose
from learnstream.errors.file_storage import Unreachable
from learnstream.integrations import files as port
from learnstream.integrations.gridfs.adapter import GridFs
from learnstream.integrations.s3.adapter import S3
from learnstream.services.media import file_orphans, file_processing, file_sweeps, file_worker
from learnstream.services.media.file_processing import Checked
from tests.files import make_document, make_photo, stored
from tests.pictures import photo

pytestmark = pytest.mark.usefixtures("files_in_s3")
PHONE = photo("phone.jpg")
PDF = b"%PDF-1.7 and so on"


@pytest.fixture(autouse=True)
def accept_documents(monkeypatch):
    monkeypatch.setitem(file_processing.processors, FilePurpose.DOCUMENT, accept)


def accept(file, store):
    return Checked("application/pdf", pages=3)


def create(client, auth, data=PHONE, **fields):
    body = {"purpose": "photo", "name": "Я.jpg", "size": len(data), **fields}
    response = client.post("/files", json=body, auth=auth)
    assert response.status_code == 201, response.text
    return response.json


def send(upload, data=PHONE):
    return urllib3.request(upload["method"], upload["url"], body=data, headers=upload["headers"], retries=False).status


def complete(client, auth, file_id):
    assert client.post(f"/files/{file_id}/complete", auth=auth).status_code == 202
    file_worker.process_due()
    return client.get(f"/files/{file_id}", auth=auth).json


def objects(prefix=""):
    return sorted(port.store_of("s3").names(prefix, older_than=now() + timedelta(hours=1)))


def test_a_photo_is_uploaded_to_the_bucket_and_shown_from_there(client, stranger, s3):
    file = create(client, stranger, type="image/jpeg")
    assert file["upload"]["url"].startswith(s3.url)
    assert send(file["upload"]) == 200

    ready = complete(client, stranger, file["id"])

    assert (ready["state"], ready["type"], ready["width"]) == ("ready", "image/jpeg", 80)
    shown = client.get(f"/photos/{file['id']}/small")
    assert urllib3.request("GET", shown.headers["Location"]).data.startswith(b"RIFF")
    assert objects("staging/") == []
    assert len(objects("photos/")) == 3


@pytest.mark.parametrize(
    ("sent", "status"),
    [(PHONE[:-1], 403), (PHONE + b"x", 403), (b"", 403), (None, None)],
    ids=["cut", "longer", "empty", "none"],
)
def test_an_upload_other_than_announced_never_arrives(client, stranger, sent, status):
    file = create(client, stranger)
    if sent is not None:
        assert send(file["upload"], sent) == status

    refused = complete(client, stranger, file["id"])

    assert (refused["state"], refused["refusal"]["code"]) == ("refused", "upload_missing")
    assert objects() == []


def test_the_bytes_cannot_be_swapped_after_the_check(client, owner):
    file = create(client, owner, PDF, purpose="document", name="Moon.pdf", sha256=hashlib.sha256(PDF).hexdigest())
    assert send(file["upload"], PDF) == 200
    assert complete(client, owner, file["id"])["state"] == "ready"

    # The URL still works for some minutes: S3 knows nothing of the completion.
    assert send(file["upload"], PDF[::-1]) == 200

    served = port.store_of("s3").open(stored(file["id"])["object"])
    assert b"".join(served) == PDF


def test_what_is_uploaded_after_the_check_is_swept(client, stranger, s3):
    file = create(client, stranger)
    send(file["upload"])
    complete(client, stranger, file["id"])
    send(file["upload"])
    assert len(objects("staging/")) == 1
    s3.age(timedelta(days=2))

    file_orphans.sweep()

    assert objects("staging/") == []
    assert len(objects("photos/")) == 3


def test_a_deleted_file_leaves_nothing(client, stranger):
    file = create(client, stranger)
    send(file["upload"])
    complete(client, stranger, file["id"])

    assert client.delete(f"/files/{file['id']}", auth=stranger).status_code == 204
    file_sweeps.review_due()

    assert objects() == []


@pytest.fixture
def failing(app, s3, s3_proxy, impatient, monkeypatch):
    """The proxy before the bucket that the application uses."""
    behind = S3(replace(s3.bucket, endpoint=f"http://{s3_proxy.address}"))
    monkeypatch.setitem(app.extensions, port.EXTENSION, port.Stores(GridFs(), behind))
    return s3_proxy


@pytest.mark.parametrize("failure", ["refuse", "black_hole", "reset"])
def test_a_file_waits_until_the_bucket_is_back(client, stranger, failing, failure):
    file = create(client, stranger)
    assert send(file["upload"]) == 200
    getattr(failing, failure)()

    assert complete(client, stranger, file["id"])["state"] == "processing"
    assert stored(file["id"])["tries"] == 1

    failing.heal()
    File.collection().update_one({"_id": ObjectId(file["id"])}, {"$set": {"due_at": now()}})
    file_worker.process_due()
    assert client.get(f"/files/{file['id']}", auth=stranger).json["state"] == "ready"
    assert objects("staging/") == []


def test_no_web_request_uses_the_client_of_the_bucket(client, owner, monkeypatch):
    """It would take 5 MB of each web worker, and wait for the bucket."""
    file_id, photo_id = make_document(owner), make_photo(owner)
    monkeypatch.setattr(S3, "_objects", property(lambda self: pytest.fail("a web request calls the bucket")))

    created = create(client, owner)["id"]
    assert client.post(f"/files/{created}/complete", auth=owner).status_code == 202
    assert client.get(f"/files/{created}", auth=owner).json["state"] == "processing"
    assert client.get("/users/me/files", auth=owner).status_code == 200
    for path in (f"/files/{file_id}/content", f"/photos/{photo_id}/small"):
        assert client.get(path, auth=owner).status_code == 302
        assert client.head(path, auth=owner).status_code == 200
    assert client.delete(f"/files/{file_id}", auth=owner).status_code == 204


def test_a_worker_that_is_killed_leaves_nothing_that_no_sweep_finds(client, owner, s3, monkeypatch):
    def die(file, store):
        raise KeyboardInterrupt  # caught by nothing on the way, like the end of the process

    file = create(client, owner, PDF, purpose="document", name="Moon.pdf")
    send(file["upload"], PDF)
    monkeypatch.setitem(file_processing.processors, FilePurpose.DOCUMENT, die)
    with pytest.raises(KeyboardInterrupt):
        complete(client, owner, file["id"])
    assert len(objects("files/")) == 1
    File.collection().update_one({"_id": ObjectId(file["id"])}, {"$set": {"due_at": now()}})
    monkeypatch.setitem(file_processing.processors, FilePurpose.DOCUMENT, accept)

    file_worker.process_due()
    s3.age(timedelta(days=2))
    file_orphans.sweep()

    assert stored(file["id"])["state"] == "ready"
    assert objects() == [stored(file["id"])["object"]]


def test_a_file_is_removed_once_the_bucket_is_back(client, owner, failing):
    photo_id = make_photo(owner)
    client.delete(f"/files/{photo_id}", auth=owner)
    failing.refuse()
    with pytest.raises(Unreachable):
        file_sweeps.review_due()
    assert stored(photo_id) is not None

    failing.heal()
    File.collection().update_one({"_id": ObjectId(photo_id)}, {"$set": {"review_at": now()}})
    file_sweeps.review_due()

    assert (stored(photo_id), objects()) == (None, [])


def test_nothing_is_held_when_an_upload_is_cut(client, stranger, s3):
    file = create(client, stranger)
    url = urlsplit(file["upload"]["url"])
    with socket.create_connection((url.hostname, url.port), timeout=5) as client_socket:
        head = (
            f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/octet-stream\r\n"
        )
        client_socket.sendall(f"{head}Content-Length: {len(PHONE)}\r\n\r\n".encode() + PHONE[:1000])

    refused = complete(client, stranger, file["id"])

    assert (refused["state"], refused["refusal"]["code"]) == ("refused", "upload_missing")
