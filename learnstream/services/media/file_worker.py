"""The processing of uploaded files by workers.

A worker claims a file, copies its staged bytes to a name that no upload address covers, and checks the copy: what was
checked cannot be replaced afterwards. Each try has a name of its own, so that a worker whose claim has lapsed overwrites
nothing; its outcome does not count. The claim of a worker that died lapses.
"""

import hashlib
import logging
from datetime import timedelta
from secrets import token_hex
from typing import Any, cast

from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents.file import File, FilePurpose, FileState, StoredFile
from learnstream.errors.file_storage import FileStorageError, Missing
from learnstream.integrations import files as port
from learnstream.integrations.files import FileStore, StoredObject
from learnstream.integrations.unusable import Unusable
from learnstream.services.foundation.retries import describe
from learnstream.services.media import file_queue, file_quota, file_removal, files
from learnstream.services.media.file_processing import Checked, Refused, processors
from learnstream.services.media.file_purposes import PURPOSES
from learnstream.stores.breaker import STORE_FAILURES

log = logging.getLogger(__name__)

# Longer than any stage of a try takes. A try whose claim lapses nevertheless is wasted, and does no harm.
LEASE = timedelta(seconds=120)
# A file whose workers keep dying has probably killed them; the same goes for its checks.
MAX_LAPSES = 4
# They say nothing of the file: a storage or store is away, or this machine's disk is full.
FAILURES_OF_OTHERS = (FileStorageError, *STORE_FAILURES, OSError)
# The reason for a refusal can be read for this long.
KEPT_REFUSED = timedelta(days=7)


class ClaimLost(RuntimeError):
    """Another worker has claimed the file, or it was removed."""


def process_due() -> int:
    """Process files that are due until none is left; return how many."""
    done = 0
    while file := _claim():
        _process(file)
        done += 1
    return done


def _claim() -> StoredFile | None:
    moment = now()
    # Of a worker that died, the claim is still there.
    lapsed = {"$cond": [{"$gt": ["$claim", None]}, 1, 0]}
    counts = {
        "tries": {"$add": [{"$ifNull": ["$tries", 0]}, 1]},
        "lapses": {"$add": [{"$ifNull": ["$lapses", 0]}, lapsed]},
    }
    claim = {**counts, "claim": token_hex(8), "due_at": moment + LEASE}
    claimed = File.collection().find_one_and_update(
        {"due_at": {"$lte": moment}}, [{"$set": claim}], sort=[("due_at", 1)], return_document=ReturnDocument.AFTER
    )
    return claimed and files.STORED.complete(claimed)


def _process(file: StoredFile) -> None:
    file = cast(StoredFile, {**file, "object": f"files/{file['_id']}-{file['claim']}"})
    try:
        _settle(file, *_check(file, port.store_of(file["store"])))
    except Refused as refusal:
        _refuse(file, refusal)
    except ClaimLost:
        log.warning("file %s is processed by another worker, or was removed", file["_id"])
        _discard(file, cast(str, file["object"]))
    except Exception as error:
        _fail(file, error)


def _check(file: StoredFile, store: FileStore) -> tuple[Checked, StoredObject]:
    if file["lapses"] > MAX_LAPSES:
        raise _unprocessable()
    copied = _copy(file, store)
    _renew(file)
    if file["sha256"] and file["sha256"] != _digest(file, store):
        raise Refused("sha256", "checksum_mismatch", "The bytes that were uploaded have another SHA-256 digest.")
    _renew(file)
    checked = _checked(file, store)
    _require_type(file, checked.type)
    return checked, copied


def _checked(file: StoredFile, store: FileStore) -> Checked:
    try:
        return processors[FilePurpose(file["purpose"])](file, store)
    except Unusable as reason:
        raise Refused("content", reason.code, str(reason)) from None


def _renew(file: StoredFile) -> None:
    renewed = {"$set": {"due_at": now() + LEASE}}
    if not File.collection().update_one(_claimed(file), renewed).matched_count:
        raise ClaimLost()


def _copy(file: StoredFile, store: FileStore) -> StoredObject:
    staged = files.staging_name(file["_id"])
    try:
        uploaded = store.stat(staged)
    except Missing:
        raise Refused("upload", "upload_missing", "No bytes were uploaded before the upload was completed.") from None
    # Before the copy, because some stores accept far more than they were told to expect.
    _require_size(file, uploaded.size)
    # `Missing` if an upload that was still in progress replaces the bytes now: then it is tried again.
    copied = store.copy(staged, cast(str, file["object"]))
    _require_size(file, copied.size)
    return copied


def _require_size(file: StoredFile, size: int) -> None:
    if size != file["size"]:
        message = f"{size} bytes were uploaded, and {file['size']} announced."
        raise Refused("size", "size_mismatch", message)


def _digest(file: StoredFile, store: FileStore) -> str:
    digest = hashlib.sha256()
    for chunk in store.open(cast(str, file["object"])):
        digest.update(chunk)
    return digest.hexdigest()


def _require_type(file: StoredFile, found: str) -> None:
    if found not in PURPOSES[FilePurpose(file["purpose"])].types:
        raise Refused("type", "type_not_allowed", f"The contents are of the type {found}.")
    if file["declared_type"] not in {None, found}:
        raise Refused("type", "type_mismatch", f"The contents are of the type {found}, not {file['declared_type']}.")


def _settle(file: StoredFile, checked: Checked, copied: StoredObject) -> None:
    moment = now()
    facts = {"type": checked.type, "pages": checked.pages, "width": checked.width, "height": checked.height}
    kept = {"object": file["object"], "etag": copied.etag} if checked.keeps_original else {"object": None}
    objects = {**kept, "derived": [*checked.derived]}
    life = {"unnamed_since": moment, "review_at": moment + file_removal.REVIEW_INTERVAL}
    ready = {"state": FileState.READY.value, "state_at": moment, **facts, **objects, **life}
    change = {"$set": {**ready, "claim": None, "last_error": None}, "$unset": {"due_at": ""}}
    if not File.collection().update_one(_claimed(file), change).modified_count:
        raise ClaimLost()
    files.forget(file["_id"])
    _discard(file, files.staging_name(file["_id"]))
    if not checked.keeps_original:
        _discard(file, cast(str, file["object"]))


def _refuse(file: StoredFile, refusal: Refused) -> None:
    moment = now()
    reason = {"field": refusal.field, "code": refusal.code, "message": refusal.message}
    refused = {"state": FileState.REFUSED.value, "state_at": moment, "refusal": reason}
    change = {"$set": {**refused, "claim": None, "review_at": moment + KEPT_REFUSED}, "$unset": {"due_at": ""}}
    if file_quota.release(_claimed(file), change):
        files.forget(file["_id"])
        _discard(file, files.staging_name(file["_id"]))
    _discard(file, cast(str, file["object"]))


def _fail(file: StoredFile, error: Exception) -> None:
    log.warning("file %s was not processed: %s", file["_id"], type(error).__name__, exc_info=error)
    pause = file_queue.RETRIES.pause_after(file["tries"])
    if pause is None:
        _refuse(file, _unprocessable())
        return
    _discard(file, cast(str, file["object"]))
    lapsed = 0 if isinstance(error, FAILURES_OF_OTHERS) else 1
    later = {"due_at": now() + pause, "claim": None, "last_error": describe(error)}
    File.collection().update_one(_claimed(file), {"$set": later, "$inc": {"lapses": lapsed}})


def _claimed(file: StoredFile) -> dict[str, Any]:
    return {"_id": file["_id"], "claim": file["claim"], "state": FileState.PROCESSING.value, **files.EXISTS}


def _unprocessable() -> Refused:
    return Refused("upload", "processing_failed", "The file could not be checked. Try another one.")


def _discard(file: StoredFile, name: str) -> None:
    """Delete an object; a sweep finds what is left."""
    try:
        port.store_of(file["store"]).delete(name)
    except Exception as error:
        log.warning("the object %s was not deleted: %s", name, type(error).__name__)
