from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.file import File, FilePurpose
from learnstream.integrations import files as port
from learnstream.services.media import file_orphans, file_quota, file_removal, file_sweeps, file_use, files, removal_log
from learnstream.services.media.file_removal import Reason
from tests.files import make_file, stored

DAY = timedelta(days=1)
FUTURE = timedelta(hours=1)


@pytest.fixture
def named(monkeypatch):
    """The ids of documents that something refers to."""
    ids = set()
    monkeypatch.setitem(file_use.namers, FilePurpose.DOCUMENT, [lambda asked: ids & set(asked)])
    return ids


@pytest.fixture
def orphans_at_once(monkeypatch):
    """Let objects count as orphans although they are new."""
    monkeypatch.setattr(file_orphans, "MIN_AGE", -FUTURE)


def ready(owner, **fields):
    file = make_file(owner, state="ready", review_at=now(), **fields)
    name = f"files/{file['_id']}-x"
    File.collection().update_one({"_id": file["_id"]}, {"$set": {"object": name}})
    put(name)
    return file["_id"]


def put(name):
    port.service().put(name, [b"some bytes"], content_type=None)


def objects():
    return sorted(port.service().names("", older_than=now() + FUTURE))


def removed():
    return {reason: each["count"] for reason, each in removal_log.report()["removed"].items() if each["count"]}


def due_again(file_id):
    File.collection().update_one({"_id": file_id}, {"$set": {"review_at": now()}})
    file_sweeps.review_due()


def test_an_upload_that_was_not_completed_in_a_day_is_removed(owner, named):
    created = files.create(owner_id=owner.id, purpose=FilePurpose.DOCUMENT, name="Moon.pdf", size=10).file
    put(files.staging_name(created["_id"]))
    assert created["review_at"] - created["created_at"] == DAY

    due_again(created["_id"])

    assert (stored(created["_id"]), objects(), file_quota.used(owner.id)) == (None, [], 0)
    assert removed() == {Reason.ABANDONED: 1}


def test_a_refused_file_is_forgotten(owner, named):
    file_id = make_file(owner, state="refused", review_at=now())["_id"]

    file_sweeps.review_due()

    assert (stored(file_id), removed()) == (None, {Reason.REFUSED: 1})


def test_a_file_in_use_stays(owner, named):
    file_id = ready(owner, unnamed_since=now() - 8 * DAY)
    named.add(file_id)

    file_sweeps.review_due()

    file = stored(file_id)
    assert (file["removing_at"], file["unnamed_since"]) == (None, None)
    assert file["review_at"] > now() + DAY - FUTURE


def test_a_file_that_nothing_shows_is_removed_after_a_week(owner, named):
    file_id = ready(owner)
    file_sweeps.review_due()
    since = stored(file_id)["unnamed_since"]
    assert since is not None

    File.collection().update_one({"_id": file_id}, {"$set": {"unnamed_since": since - 6 * DAY}})
    due_again(file_id)
    assert stored(file_id)["removing_at"] is None
    File.collection().update_one({"_id": file_id}, {"$set": {"unnamed_since": since - 7 * DAY}})
    due_again(file_id)

    assert (stored(file_id), objects(), file_quota.used(owner.id)) == (None, [], 0)
    assert removed() == {Reason.UNUSED: 1}


def test_files_whose_use_is_unknown_stay(owner, monkeypatch):
    monkeypatch.setitem(file_use.namers, FilePurpose.ATTACHMENT, [])
    file_id = ready(owner, purpose="attachment", unnamed_since=now() - 30 * DAY)

    file_sweeps.review_due()

    assert stored(file_id)["removing_at"] is None


def test_a_file_that_is_named_between_the_two_looks_stays(owner, monkeypatch):
    looks = []

    def name_at_the_second_look(asked):
        looks.append(asked)
        return set(asked) if len(looks) == 2 else set()

    monkeypatch.setitem(file_use.namers, FilePurpose.DOCUMENT, [name_at_the_second_look])
    file_id = ready(owner, unnamed_since=now() - 8 * DAY)

    file_sweeps.review_due()

    assert (stored(file_id)["removing_at"], len(looks)) == (None, 2)
    assert files.hold(str(file_id), purpose=FilePurpose.DOCUMENT)["_id"] == file_id


def test_a_file_that_was_held_is_not_removed(owner, named):
    file = stored(ready(owner, unnamed_since=now() - 8 * DAY))
    files.hold(str(file["_id"]), purpose=FilePurpose.DOCUMENT)

    assert not file_removal.mark(file, Reason.UNUSED)
    assert stored(file["_id"])["removing_at"] is None


def test_a_reference_that_was_written_late_brings_a_file_back(owner, named):
    file_id = ready(owner)
    files.hold(str(file_id), purpose=FilePurpose.DOCUMENT)
    file_removal.delete(str(file_id))
    named.add(file_id)

    due_again(file_id)

    assert files.find(str(file_id))["_id"] == file_id
    assert len(objects()) == 1


def test_while_a_store_that_knows_is_down_nothing_is_removed(owner, monkeypatch):
    looks = []

    def fail_at_the_second_look(asked):
        looks.append(asked)
        if len(looks) == 2:
            raise ConnectionError
        return set()

    monkeypatch.setitem(file_use.namers, FilePurpose.DOCUMENT, [fail_at_the_second_look])
    file_id = ready(owner, unnamed_since=now() - 8 * DAY)

    with pytest.raises(ConnectionError):
        file_sweeps.review_due()

    assert files.find(str(file_id))["_id"] == file_id


def test_photos_of_accounts_that_are_gone_are_removed(owner):
    here, gone = ready(owner, purpose="photo"), ready(owner, purpose="photo")
    File.collection().update_one({"_id": gone}, {"$set": {"owner_id": 999_999}})

    file_sweeps.review_due()

    assert (stored(here)["removing_at"], stored(gone)) == (None, None)
    assert removed() == {Reason.ORPHANED: 1}


def test_attachments_of_accounts_that_are_gone_are_removed_once_nothing_shows_them_for_a_week(owner):
    recent, old = (ready(owner, purpose="attachment", unnamed_since=now() - days * DAY) for days in (6, 8))
    File.collection().update_many({}, {"$set": {"owner_id": 999_999}})

    file_sweeps.review_due()

    assert (stored(recent)["removing_at"], stored(old)) == (None, None)
    assert removed() == {Reason.UNUSED: 1}


def test_a_removal_that_was_interrupted_is_finished(owner, named):
    file_id = ready(owner, removing_at=now(), removing_for="unused")
    # The process died after it had removed the bytes.
    port.service().delete(f"files/{file_id}-x")

    file_sweeps.review_due()

    assert (stored(file_id), file_quota.used(owner.id)) == (None, 0)


def test_objects_of_no_file_are_removed(owner, named, orphans_at_once):
    file_id = ready(owner)
    uploading = make_file(owner)["_id"]
    kept = [f"files/{file_id}-x", f"staging/{uploading}"]
    put(kept[1])
    left = [f"staging/{ObjectId()}", f"staging/{file_id}", f"files/{file_id}-y", f"photos/{file_id}/small.webp"]
    for name in left:
        put(name)

    assert file_orphans.sweep() == len(left)

    assert objects() == sorted(kept)
    orphaned = removal_log.report()["removed"][Reason.ORPHANED]
    assert orphaned == {"count": len(left), "bytes": 10 * len(left)}
    assert file_orphans.sweep() == 0


def test_objects_in_progress_are_left_alone(owner, named):
    put(f"staging/{ObjectId()}")

    assert file_orphans.sweep() == 0
    assert len(objects()) == 1
