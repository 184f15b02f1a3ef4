"""Files: their upload, look-up and use. `file_processing` checks what was uploaded, `file_removal` removes files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_bytes
from typing import Any, NoReturn

import orjson
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.file import File, FileFacts, FilePurpose, FileState, ListedFile, StoredFile
from learnstream.documents.projection import Projection
from learnstream.errors import Unprocessable
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile, UploadClosed, WrongPurpose
from learnstream.integrations import files as port
from learnstream.integrations.files import UploadTarget
from learnstream.services.media import file_queue, file_quota
from learnstream.services.media.file_purposes import PURPOSES, canonical
from learnstream.stores import cache
from learnstream.stores.keyset import Found, Keys, Part

# For the slowest upload that the server accepts, and a client that does not begin at once.
UPLOAD_LIFETIME = timedelta(hours=1)
# So many files of a user are checked as soon as possible. Further ones are due one after the other: hostile ones take up to
# 20 s each, and those of others would wait for all of them.
CHECKED_AT_ONCE, PACE = 10, timedelta(seconds=10)
# Uploads that are not completed by then are removed.
ABANDONED_AFTER = timedelta(hours=24)
TTL_SECONDS = 30
NEWEST = Keys(("created_at", -1), ("_id", 1))
FACTS = Projection(File, FileFacts)
LISTED = Projection(File, ListedFile)
STORED = Projection(File, StoredFile)
# Once it is to be removed, a file does not exist for any caller.
EXISTS = {"removing_at": None}


@dataclass(frozen=True, slots=True)
class Created:
    """A new file, and the request by which its bytes are uploaded."""

    file: StoredFile
    upload: UploadTarget


def create(
    *,
    owner_id: int,
    purpose: FilePurpose,
    name: str,
    size: int,
    content_type: str | None = None,
    sha256: str | None = None,
) -> Created:
    """Create a file whose bytes are yet to be uploaded. `size` is in bytes; `sha256` is the bytes' digest in hex.

    Raises:
        Unprocessable: files for this purpose are smaller, or have other types.
        QuotaExceeded, QuotaContended: see `file_quota.insert_charged`.
    """
    content_type = _require_allowed(purpose, size, content_type)
    store = port.service()
    file = _uploading() | {
        "_id": _new_id(purpose),
        "owner_id": owner_id,
        "purpose": purpose.value,
        "name": name,
        "size": size,
        "charged": size,
        "type": content_type,
        "declared_type": content_type,
        "sha256": sha256 and sha256.lower(),
        "store": store.kind,
    }
    file_quota.insert_charged(file)
    about = {"size": size, "content_type": content_type, "expires_at": file["upload_expires_at"]}
    return Created(STORED.complete(file), store.upload_target(staging_name(file["_id"]), **about))


def _uploading() -> dict[str, Any]:
    """Return the fields of every new file."""
    moment = now()
    return {
        "state": FileState.UPLOADING.value,
        "state_at": moment,
        "created_at": moment,
        "upload_expires_at": moment + UPLOAD_LIFETIME,
        "review_at": moment + ABANDONED_AFTER,
    }


def _new_id(purpose: FilePurpose) -> ObjectId:
    # Usual ids tell to the second when it was uploaded, and so whose anonymous homework it is.
    return ObjectId(token_bytes(12)) if purpose is FilePurpose.SUBMISSION else ObjectId()


def _require_allowed(purpose: FilePurpose, size: int, content_type: str | None) -> str | None:
    """Return the type's canonical name."""
    allowed, errors = PURPOSES[purpose], {}
    if size > allowed.max_size:
        errors["size"] = [f"Must be at most {allowed.max_size} for a {purpose}."]
    content_type = content_type and canonical(content_type)
    if content_type and content_type not in allowed.types:
        errors["type"] = [f"Must be one of: {', '.join(allowed.types)}."]
    if errors:
        raise Unprocessable(errors={"json": errors})
    return content_type


def complete(file_id: str, *, by: int) -> ListedFile:
    """Have the bytes of a user's file checked, which takes no more of them from now on. Repeating it changes nothing.

    Raises:
        NoSuchFile: the user has no such file.
    """
    own = {"_id": ObjectId(file_id), "owner_id": by, **EXISTS}
    moment = now()
    processing = {"state": FileState.PROCESSING.value, "state_at": moment, "due_at": moment + _delay(by)}
    uploading = {**own, "state": FileState.UPLOADING.value}
    if File.collection().update_one(uploading, {"$set": processing, "$unset": {"review_at": ""}}).modified_count:
        forget(file_id)
        file_queue.wake_processing()
    return _one(LISTED.find_one(own))


def _delay(owner_id: int) -> timedelta:
    """Return how long another file of this user waits, besides those that are due before it."""
    waiting = File.collection().count_documents({"owner_id": owner_id, "due_at": {"$exists": True}})
    return max(0, waiting + 1 - CHECKED_AT_ONCE) * PACE


def require_uploading(file_id: str) -> None:
    """Raise unless a file still takes bytes.

    Raises:
        NoSuchFile: there is no such file.
        UploadClosed: its upload was completed.
    """
    found = _one(LISTED.find_one({"_id": ObjectId(file_id), **EXISTS}))
    if found["state"] != FileState.UPLOADING:
        raise UploadClosed()


def find(file_id: str) -> ListedFile:
    """Return a file.

    Raises:
        NoSuchFile: there is no such file.
    """
    return _one(LISTED.find_one({"_id": ObjectId(file_id), **EXISTS}))


def _one(found: ListedFile | None) -> ListedFile:
    if found is None:
        raise NoSuchFile()
    return found


def browse(owner_id: int, *, part: Part) -> Found[ListedFile]:
    """Return a part of a user's files, newest first."""
    own = NEWEST.part_of({"owner_id": owner_id, **EXISTS}, part)
    return NEWEST.cut(LISTED.find(own, sort=NEWEST.sort, limit=part.look), part)


def facts(file_id: str) -> FileFacts:
    """Return the cached facts of a file.

    Raises:
        NoSuchFile: there is no such file.
    """
    found: FileFacts = orjson.loads(
        cache.get_or_load(facts_key(file_id), lambda: _load_facts(file_id), ttl=TTL_SECONDS)
    )
    return found


def facts_key(file_id: str) -> str:
    """Return the cache key of a file's facts, to prefetch them."""
    return f"file:{file_id}"


def _load_facts(file_id: str) -> bytes:
    found = FACTS.find_one({"_id": ObjectId(file_id), **EXISTS})
    if found is None:
        raise NoSuchFile()
    return orjson.dumps(found)


def forget(file_id: ObjectId | str) -> None:
    """Invalidate the cached facts of a file that has changed."""
    cache.invalidate(facts_key(str(file_id)))


def require_ready(file: FileFacts) -> None:
    """Raise unless a file can be read.

    Raises:
        FileNotReady, FileRefused: it was not checked yet, or was refused.
    """
    if file["state"] == FileState.REFUSED:
        raise FileRefused()
    if file["state"] != FileState.READY:
        raise FileNotReady()


def hold(file_id: str, *, purpose: FilePurpose, owner_id: int | None = None) -> ListedFile:
    """Return a file that is ready, to which something may begin to refer within the time of this request.

    Call it before the reference is written: the file is not removed in between.

    owner_id: the required owner; None for any.

    Raises:
        NoSuchFile: there is no such file.
        WrongPurpose, FileNotReady, FileRefused: it cannot be used.
    """
    which = {"_id": ObjectId(file_id), **EXISTS} | ({} if owner_id is None else {"owner_id": owner_id})
    ready = {**which, "purpose": purpose.value, "state": FileState.READY.value}
    held = {"$set": {"held_at": now(), "unnamed_since": None}}
    if not File.collection().update_one(ready, held).matched_count:
        _explain(LISTED.find_one(which), purpose)
    return find(file_id)


def hold_all(file_ids: Iterable[ObjectId]) -> None:
    """Do what `hold` does for those of the files that exist."""
    held = {"$set": {"held_at": now(), "unnamed_since": None}}
    if ids := list(file_ids):
        File.collection().update_many({"_id": {"$in": ids}, **EXISTS}, held)


def _explain(file: Mapping[str, Any] | None, purpose: FilePurpose) -> NoReturn:
    if file is None:
        raise NoSuchFile()
    if file["purpose"] != purpose:
        raise WrongPurpose(purpose)
    raise FileRefused() if file["state"] == FileState.REFUSED else FileNotReady()


def staging_name(file_id: ObjectId) -> str:
    """Return the name of the object that clients write."""
    return f"staging/{file_id}"
