import hashlib
import resource
from contextlib import contextmanager
from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents.file import File, FilePurpose
from learnstream.errors.file_storage import Missing, Unreachable
from learnstream.integrations import files as port
from learnstream.services.media import file_processing, file_quota, file_worker, files
from learnstream.services.media.file_processing import Checked, Refused
from tests.files import make_file, stored
from tests.pdf import make_pdf

PDF = b"%PDF-1.7 and so on"


@pytest.fixture(autouse=True)
def each_store(file_store):
    """Run every test with files in MongoDB, and with files in a bucket."""


@pytest.fixture
def check(app, monkeypatch):
    """Replace the check of documents; called with a result or an exception."""

    def check(outcome):
        def process(file, store):
            if isinstance(outcome, Exception):
                raise outcome
            return outcome(file, store) if callable(outcome) else outcome

        monkeypatch.setitem(file_processing.processors, FilePurpose.DOCUMENT, process)

    check(Checked("application/pdf", pages=3))
    return check


def uploaded(owner, data=PDF, **fields):
    file = make_file(owner, **{"size": len(PDF), "state": "processing", "due_at": now(), **fields})
    if data:
        port.service().put(files.staging_name(file["_id"]), [data], content_type=None)
    return file["_id"]


def objects():
    everything = {"older_than": now() + timedelta(hours=1)}
    return sorted(name for prefix in ("staging/", "files/") for name in port.service().names(prefix, **everything))


def test_a_checked_file_is_ready(owner, check):
    file_id = uploaded(owner)

    assert file_worker.process_due() == 1

    file = stored(file_id)
    assert (file["state"], file["type"], file["pages"], file["tries"]) == ("ready", "application/pdf", 3, 1)
    assert objects() == [file["object"]]
    assert b"".join(port.service().open(file["object"])) == PDF
    assert port.service().stat(file["object"]).etag == file["etag"]
    assert file_worker.process_due() == 0


@pytest.mark.parametrize(
    ("fields", "data", "field", "code"),
    [
        ({}, b"", "upload", "upload_missing"),
        ({}, PDF[:-1], "size", "size_mismatch"),
        ({}, PDF + b"\n", "size", "size_mismatch"),
        ({"sha256": "0" * 64}, PDF, "sha256", "checksum_mismatch"),
        ({"declared_type": "image/png"}, PDF, "type", "type_mismatch"),
    ],
)
def test_a_refused_file_leaves_nothing_but_the_reason(owner, check, fields, data, field, code):
    file_id = uploaded(owner, data, **fields)

    file_worker.process_due()

    file = stored(file_id)
    assert (file["state"], file["refusal"]["field"], file["refusal"]["code"]) == ("refused", field, code)
    assert (objects(), file_quota.used(owner.id)) == ([], 0)


def test_an_upload_that_arrives_during_the_check_refuses_nothing(owner, check, monkeypatch):
    """It was sent before the upload was completed, and takes the bytes away that are being copied."""
    file_id = uploaded(owner)
    copy, staged = port.service().copy, files.staging_name(file_id)

    def copy_what_is_replaced(source, target):
        monkeypatch.setattr(port.service(), "copy", copy)
        port.service().put(staged, [PDF], content_type=None)
        raise Missing()

    monkeypatch.setattr(port.service(), "copy", copy_what_is_replaced)
    file_worker.process_due()
    waiting = stored(file_id)
    File.collection().update_one({"_id": file_id}, {"$set": {"due_at": now()}})
    file_worker.process_due()

    assert (waiting["state"], stored(file_id)["state"], stored(file_id)["lapses"]) == ("processing", "ready", 0)


def test_the_digest_is_checked(owner, check):
    file_id = uploaded(owner, sha256=hashlib.sha256(PDF).hexdigest())

    file_worker.process_due()

    assert stored(file_id)["state"] == "ready"


@pytest.mark.parametrize("outcome", [Refused("pages", "encrypted", "It is encrypted."), Checked("image/png")])
def test_the_check_may_refuse_a_file(owner, check, outcome):
    check(outcome)
    file_id = uploaded(owner)

    file_worker.process_due()

    assert (stored(file_id)["state"], objects()) == ("refused", [])


def test_a_failed_check_is_repeated_later(owner, check):
    check(Unreachable())
    file_id = uploaded(owner)

    file_worker.process_due()

    file = stored(file_id)
    assert (file["state"], file["claim"], file["tries"]) == ("processing", None, 1)
    assert (file["due_at"] > now(), "Unreachable" in file["last_error"]) == (True, True)
    assert objects() == [files.staging_name(file_id)]


def test_the_original_is_kept_only_if_it_is_needed(owner, check):
    check(Checked("application/pdf", derived=("photos/x",), keeps_original=False))
    file_id = uploaded(owner)

    file_worker.process_due()

    file = stored(file_id)
    assert (file["state"], file["object"], file["etag"]) == ("ready", None, None)
    assert objects() == []


def test_a_check_that_keeps_dying_is_given_up(owner, check):
    check(RuntimeError("killed"))
    file_id = uploaded(owner)

    for _ in range(file_worker.MAX_LAPSES + 2):
        File.collection().update_one({"_id": file_id, "state": "processing"}, {"$set": {"due_at": now()}})
        file_worker.process_due()

    assert stored(file_id)["refusal"]["code"] == "processing_failed"


def test_a_storage_that_is_away_gives_up_no_file(owner, check):
    check(Unreachable())
    file_id = uploaded(owner)

    for _ in range(file_worker.MAX_LAPSES + 2):
        File.collection().update_one({"_id": file_id}, {"$set": {"due_at": now()}})
        file_worker.process_due()

    assert stored(file_id)["state"] == "processing"


def test_a_full_disk_of_the_worker_gives_up_no_file(owner):
    data = make_pdf(1)
    file_id = uploaded(owner, data, size=len(data))

    with no_disk_space():
        for _ in range(file_worker.MAX_LAPSES + 2):
            File.collection().update_one({"_id": file_id}, {"$set": {"due_at": now()}})
            file_worker.process_due()

    assert stored(file_id)["state"] == "processing"
    File.collection().update_one({"_id": file_id}, {"$set": {"due_at": now()}})
    file_worker.process_due()
    assert stored(file_id)["state"] == "ready"


@contextmanager
def no_disk_space():
    """Let this process write no byte into any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_check_that_keeps_failing_is_given_up(owner, check):
    check(Unreachable())
    file_id = uploaded(owner, tries=1000)

    file_worker.process_due()

    assert stored(file_id)["refusal"]["code"] == "processing_failed"


def test_a_file_whose_worker_died_is_processed_when_the_claim_has_lapsed(owner, check):
    file_id = uploaded(owner, claim="dead", due_at=now() + timedelta(seconds=60))
    assert file_worker.process_due() == 0

    File.collection().update_one({"_id": file_id}, {"$set": {"due_at": now()}})
    file_worker.process_due()

    assert (stored(file_id)["state"], stored(file_id)["lapses"]) == ("ready", 1)


def test_a_file_that_keeps_killing_workers_is_refused(owner, check):
    file_id = uploaded(owner, claim="dead", lapses=file_worker.MAX_LAPSES)

    file_worker.process_due()

    assert stored(file_id)["refusal"]["code"] == "processing_failed"


def test_a_worker_whose_claim_has_lapsed_changes_nothing(owner, check):
    seen = []

    def slow(file, store):
        if not seen:
            seen.append(file["object"])
            File.collection().update_one({"_id": file["_id"]}, {"$set": {"due_at": now()}})
            file_worker._process(file_worker._claim())
            port.service().put(files.staging_name(file["_id"]), [b"swapped"], content_type=None)
        return Checked("application/pdf")

    check(slow)
    file_id = uploaded(owner)
    file_worker.process_due()

    file = stored(file_id)
    assert (file["state"], b"".join(port.service().open(file["object"]))) == ("ready", PDF)
    with pytest.raises(Missing):
        port.service().stat(seen[0])


def test_a_file_removed_meanwhile_stays_removed(owner, check):
    def remove(file, store):
        File.collection().update_one({"_id": file["_id"]}, {"$set": {"removing_at": now()}, "$unset": {"due_at": ""}})
        return Checked("application/pdf")

    check(remove)
    file_id = uploaded(owner)
    file_worker.process_due()

    assert stored(file_id)["state"] == "processing"
    assert objects() == [files.staging_name(file_id)]


def test_a_file_whose_store_is_not_configured_waits(owner, check, app, monkeypatch):
    file_id, other_id = uploaded(owner, store="s3"), uploaded(owner, store="gridfs")
    monkeypatch.setitem(app.extensions, port.EXTENSION, port.Stores(port.store_of("gridfs")))

    file_worker.process_due()

    assert (stored(file_id)["state"], stored(file_id)["tries"]) == ("processing", 1)
    assert stored(other_id)["state"] != "processing"
