"""The sweep of stored objects that belong to no file: left by processes that died, or written after a file was removed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.file import FileState, StoredFile
from learnstream.integrations import files as port
from learnstream.integrations.files import Discarded, FileStore, Kind
from learnstream.services.foundation import lease
from learnstream.services.foundation.lease import Lease
from learnstream.services.media import files, removal_log
from learnstream.services.media.file_removal import Reason, remove_object

# Of whoever removes orphans, or writes objects that may replace one.
LEASE = "files"
# Objects that are younger may belong to work in progress.
MIN_AGE = timedelta(hours=24)
BATCH = 500
PREFIXES = ("staging/", "files/", "photos/")
OBJECT = re.compile(r"\w+/([0-9a-f]{24})\b.*")
IN_PROGRESS = {FileState.UPLOADING, FileState.PROCESSING}


def sweep() -> int:
    """Remove objects that belong to no file, and unfinished ones; return how many. One worker at a time does."""
    with lease.hold(LEASE) as held:
        if held is None:
            return 0
        removed = [_sweep(store, held) for store in port.configured()]
        number, size = sum(each.count for each in removed), sum(each.size for each in removed)
        removal_log.count(Reason.ORPHANED, number=number, size=size)
        removal_log.note_run()
        return number


def _sweep(store: FileStore, held: Lease) -> Discarded:
    before = now() - MIN_AGE
    number, size = 0, 0
    for prefix in PREFIXES:
        for names in _batches(store.names(prefix, older_than=before)):
            held.renew()
            for name in _orphans(names, store.kind):
                size += remove_object(store, name)
                number += 1
    unfinished = store.discard_unfinished(older_than=before)
    return Discarded(number + unfinished.count, size + unfinished.size)


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(names, BATCH)):
        yield batch


def _orphans(names: list[str], kind: Kind) -> Iterator[str]:
    """Yield the names of objects in a store that no file has there. Names that are not of files are left alone."""
    ids = {name: ObjectId(found[1]) for name in names if (found := OBJECT.fullmatch(name))}
    known = {file["_id"]: file for file in files.STORED.find({"_id": {"$in": [*set(ids.values())]}})}
    for name, file_id in ids.items():
        if file_id not in known or not _has(known[file_id], name, kind):
            yield name


def _has(file: StoredFile, name: str, kind: Kind) -> bool:
    # A file that was moved to another store has left its objects behind.
    if file["store"] != kind:
        return False
    return file["state"] in IN_PROGRESS or name == file["object"] or name in file["derived"]
