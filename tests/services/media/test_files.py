from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents.file import File, FilePurpose
from learnstream.errors import Unprocessable
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile, QuotaExceeded, UploadClosed, WrongPurpose
from learnstream.services.media import file_quota, files
from tests.files import make_file, stored

NOBODY = "6560f3a2c1d4e5f6a7b8c9d2"


def create(owner, **changes):
    wanted = {"purpose": FilePurpose.DOCUMENT, "name": "Moon.pdf", "size": 1000}
    return files.create(owner_id=owner.id, **{**wanted, **changes})


def test_a_file_is_created_with_an_upload_target(owner):
    created = create(owner, content_type="application/pdf")

    assert created.upload.method == "PUT"
    assert created.upload.expires_at == stored(created.file["_id"])["upload_expires_at"]
    assert stored(created.file["_id"]) == created.file


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"size": 50_000_001}, "size"),
        ({"size": 5_000_001, "purpose": FilePurpose.PHOTO}, "size"),
        ({"content_type": "text/html"}, "type"),
        ({"content_type": "image/svg+xml", "purpose": FilePurpose.PHOTO}, "type"),
        ({"content_type": "image/png"}, "type"),
    ],
)
def test_what_a_purpose_does_not_allow_is_named(owner, changes, field):
    with pytest.raises(Unprocessable) as refused:
        create(owner, **changes)

    assert list(refused.value.errors["json"]) == [field]
    assert file_quota.used(owner.id) == 0


@pytest.mark.parametrize(("given", "canonical"), [("image/JPG", "image/jpeg"), ("image/png; q=1", "image/png")])
def test_types_have_one_name(owner, given, canonical):
    assert create(owner, purpose=FilePurpose.PHOTO, content_type=given).file["type"] == canonical


def test_a_full_quota_creates_nothing(app, owner, monkeypatch):
    monkeypatch.setitem(app.config, "FILES_QUOTA", 1500)
    create(owner)

    with pytest.raises(QuotaExceeded):
        create(owner)

    assert File.collection().count_documents({}) == 1


def test_a_completed_file_is_processed_and_takes_no_more_bytes(owner):
    file = make_file(owner)
    files.require_uploading(str(file["_id"]))

    completed = files.complete(str(file["_id"]), by=owner.id)

    assert completed["state"] == "processing"
    with pytest.raises(UploadClosed):
        files.require_uploading(str(file["_id"]))


def test_completing_again_changes_nothing(owner):
    file = make_file(owner, state="ready")

    assert files.complete(str(file["_id"]), by=owner.id)["state"] == "ready"
    assert stored(file["_id"])["state"] == "ready"


def test_others_files_cannot_be_completed(owner, stranger):
    file = make_file(owner)

    with pytest.raises(NoSuchFile):
        files.complete(str(file["_id"]), by=stranger.id)

    assert stored(file["_id"])["state"] == "uploading"


def test_facts_follow_changes(owner):
    file = make_file(owner)
    assert files.facts(str(file["_id"]))["state"] == "uploading"

    files.complete(str(file["_id"]), by=owner.id)

    assert files.facts(str(file["_id"]))["state"] == "processing"


def test_a_file_to_be_removed_exists_for_nobody(owner):
    file_id = str(make_file(owner, removing_at=now(), state="ready")["_id"])

    for look_up in (files.find, files.facts, files.require_uploading):
        with pytest.raises(NoSuchFile):
            look_up(file_id)
    with pytest.raises(NoSuchFile):
        files.hold(file_id, purpose=FilePurpose.DOCUMENT)


def test_a_ready_file_can_be_held(owner):
    file = make_file(owner, state="ready", unnamed_since=now() - timedelta(days=3))

    assert files.hold(str(file["_id"]), purpose=FilePurpose.DOCUMENT, owner_id=owner.id)["_id"] == file["_id"]
    assert stored(file["_id"])["unnamed_since"] is None


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"purpose": "photo", "state": "ready"}, WrongPurpose),
        ({}, FileNotReady),
        ({"state": "processing"}, FileNotReady),
        ({"state": "refused"}, FileRefused),
    ],
)
def test_other_files_cannot_be_held(owner, fields, error):
    file = make_file(owner, **fields)

    with pytest.raises(error):
        files.hold(str(file["_id"]), purpose=FilePurpose.DOCUMENT)


def test_files_of_others_can_be_held_only_without_an_owner(owner, stranger):
    file_id = str(make_file(owner, state="ready")["_id"])

    with pytest.raises(NoSuchFile):
        files.hold(file_id, purpose=FilePurpose.DOCUMENT, owner_id=stranger.id)
    with pytest.raises(NoSuchFile):
        files.hold(NOBODY, purpose=FilePurpose.DOCUMENT)
    files.hold(file_id, purpose=FilePurpose.DOCUMENT)
