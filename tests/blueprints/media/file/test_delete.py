from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents.file import FilePurpose
from learnstream.integrations import files as port
from learnstream.services.media import file_quota, file_sweeps, file_use, files
from tests.files import make_file, stored


@pytest.fixture
def named(monkeypatch):
    """The ids of files that something refers to."""
    ids = set()
    monkeypatch.setitem(file_use.namers, FilePurpose.DOCUMENT, [lambda asked: ids & set(asked)])
    return ids


def delete(client, file, auth):
    return client.delete(f"/files/{file['_id']}", auth=auth)


def test_an_unused_file_is_removed_with_its_bytes(client, owner, named):
    file = make_file(owner, state="ready", object="files/x", derived=["photos/x/small.webp"])
    store = port.service()
    for name in (files.staging_name(file["_id"]), "files/x", "photos/x/small.webp"):
        store.put(name, [b"bytes"], content_type=None)

    assert delete(client, file, owner).status_code == 204
    assert client.get(f"/files/{file['_id']}", auth=owner).status_code == 404
    file_sweeps.review_due()

    assert (stored(file["_id"]), file_quota.used(owner.id)) == (None, 0)
    assert [*store.names("", older_than=now() + timedelta(hours=1))] == []


@pytest.mark.parametrize("state", ["uploading", "processing", "refused"])
def test_a_file_can_be_removed_in_every_state(client, owner, named, state):
    file = make_file(owner, state=state)

    assert delete(client, file, owner).status_code == 204
    assert delete(client, file, owner).status_code == 404
    file_sweeps.review_due()

    assert stored(file["_id"]) is None


def test_a_file_in_use_stays(client, owner, named):
    file = make_file(owner, state="ready")
    named.add(file["_id"])

    response = delete(client, file, owner)

    assert (response.status_code, response.json["code"]) == (409, "file_in_use")
    assert stored(file["_id"])["removing_at"] is None


def test_a_file_that_was_used_a_moment_ago_is_removed_a_minute_later(client, owner, named):
    file = make_file(owner, state="ready")
    files.hold(str(file["_id"]), purpose=FilePurpose.DOCUMENT)

    assert delete(client, file, owner).status_code == 204
    file_sweeps.review_due()

    assert stored(file["_id"])["review_at"] > now()


def test_files_of_others_cannot_be_removed(client, owner, stranger, admin, named):
    file = make_file(owner)

    assert delete(client, file, stranger).status_code == 404
    assert delete(client, file, admin).status_code == 403
    assert stored(file["_id"])["removing_at"] is None
