"""Objects in GridFS: written under a new id, and visible once they are complete.

Clients cannot reach MongoDB, so they upload to a signed URL of this application, and download through its routes.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.errors.file_storage import FileStorageError
from learnstream.integrations.files import Discarded, Kind, StoredObject, UploadTarget
from learnstream.integrations.gridfs import chunks, entries, upload_urls
from learnstream.stores import gridfs

# After this time, a write has ended or was killed.
LONGEST_WRITE = timedelta(hours=1)


class GridFs:
    """The file storage in MongoDB."""

    kind: Kind = "gridfs"

    def upload_target(self, name: str, *, size: int, content_type: str | None, expires_at: datetime) -> UploadTarget:
        """See the port."""
        headers = {"Content-Type": content_type} if content_type else {}
        return UploadTarget("PUT", upload_urls.mint(name, size, expires_at), headers, expires_at)

    def download_url(self, name: str, **_: Any) -> None:
        """Return None: clients download from this application."""

    def stat(self, name: str) -> StoredObject:
        """See the port."""
        return _described(entries.find(name))

    def open(self, name: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See the port."""
        entry = entries.find(name)
        size = entry["length"]
        return chunks.read(entry["_id"], start, size if end is None else min(end, size))

    def put(self, name: str, data: Iterable[bytes], *, content_type: str | None) -> StoredObject:
        """See the port."""
        object_id = entries.begin(ObjectId())
        try:
            size = chunks.write(object_id, data)
            return _described(entries.show(object_id, name, size, content_type))
        except BaseException:
            # If MongoDB does not respond now, a sweep removes the parts.
            with suppress(FileStorageError):
                entries.discard(object_id)
            raise

    def copy(self, source: str, target: str) -> StoredObject:
        """See the port."""
        content_type = entries.find(source)["metadata"].get("contentType")
        return self.put(target, self.open(source), content_type=content_type)

    def delete(self, name: str) -> None:
        """See the port."""
        for object_id in entries.ids(name):
            entries.remove(entries.begin(object_id))

    def names(self, prefix: str, *, older_than: datetime) -> Iterator[str]:
        """See the port."""
        return entries.names(prefix, older_than)

    def discard_unfinished(self, *, older_than: datetime) -> Discarded:
        """See the port. Writes that began less than an hour ago may be in progress, and are left alone."""
        found = Discarded()
        while stale := entries.unfinished(min(older_than, now() - LONGEST_WRITE)):
            for removed in map(entries.discard, stale):
                size = removed * gridfs.CHUNK_SIZE
                found = Discarded(found.count + bool(removed), found.size + size)
        return found


def _described(entry: entries.Entry) -> StoredObject:
    return StoredObject(entry["length"], str(entry["_id"]))
