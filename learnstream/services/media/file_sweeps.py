"""Reviews of files, which remove those that are no longer needed; `file_orphans` removes objects that belong to no file.

Each file that is not being processed has a review time. A worker claims a review by postponing it, so several workers can
share them, and repeating a review is harmless.
"""

from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents.file import File, FilePurpose, FileState, StoredFile
from learnstream.models import User
from learnstream.services.media import file_removal, file_use, files, removal_log
from learnstream.services.media.file_removal import REVIEW_INTERVAL, Reason
from learnstream.stores.sql import db

# A review that has not ended by then is assumed to have died with its process.
LEASE = timedelta(minutes=5)
# A file to which nothing refers for this long is removed.
UNUSED_AFTER = timedelta(days=7)


def review_due() -> int:
    """Review the files that are due until none is left; return how many."""
    done = 0
    while file := _claim():
        _review(file)
        done += 1
    return done


def _claim() -> StoredFile | None:
    claimed = File.collection().find_one_and_update(
        {"review_at": {"$lte": now()}},
        {"$set": {"review_at": now() + LEASE}},
        sort=[("review_at", 1)],
        return_document=ReturnDocument.AFTER,
    )
    return claimed and files.STORED.complete(claimed)


def _review(file: StoredFile) -> None:
    if file["removing_at"]:
        _purge(file)
    elif reason := _reason_to_remove(file):
        if file_removal.mark(file, reason):
            # Claimed again at once, unless a request may be about to refer to the file.
            return
        _postpone(file, REVIEW_INTERVAL)


def _purge(file: StoredFile) -> None:
    size = file_removal.purge(file)
    if size is not None:
        removal_log.count(Reason(file["removing_for"] or Reason.DELETED), number=1, size=size)


def _reason_to_remove(file: StoredFile) -> Reason | None:
    """Return why a file is to be removed; None if it is not, after its next review was scheduled."""
    if file["state"] == FileState.UPLOADING:
        return Reason.ABANDONED
    if file["state"] == FileState.REFUSED:
        return Reason.REFUSED
    if _goes_with_owner(FilePurpose(file["purpose"])) and not _has_owner(file):
        return Reason.ORPHANED
    return _reason_of_use(file)


def _goes_with_owner(purpose: FilePurpose) -> bool:
    """Return whether files for a purpose are removed with their owner's account: photos, and what only owners remove."""
    return purpose is FilePurpose.PHOTO or not file_use.namers[purpose]


def _has_owner(file: StoredFile) -> bool:
    found = db.session.scalar(select(User.id).where(User.id == file["owner_id"]))
    # Reading opened a transaction, which must not stay open during calls to the file storage.
    db.session.rollback()
    return found is not None


def _reason_of_use(file: StoredFile) -> Reason | None:
    if not file_use.namers[FilePurpose(file["purpose"])] or file_removal.is_named(file):
        _postpone(file, REVIEW_INTERVAL, unnamed_since=None)
        return None
    since = file["unnamed_since"]
    if since and since <= now() - UNUSED_AFTER:
        return Reason.UNUSED
    _postpone(file, REVIEW_INTERVAL, unnamed_since=since or now())
    return None


def _postpone(file: StoredFile, pause: timedelta, **fields: Any) -> None:
    """Schedule the next review, unless the file was held or removed since this one was claimed."""
    claimed = {"_id": file["_id"], "review_at": file["review_at"], "held_at": file["held_at"]}
    File.collection().update_one(claimed, {"$set": {"review_at": now() + pause, **fields}})
