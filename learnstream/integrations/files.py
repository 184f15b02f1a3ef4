"""The port to the file storage: objects of bytes under names that this application chooses.

The names are `staging/<file id>` while clients upload, `files/<file id>` once checked, and `photos/<file id>/<size>.webp`.
Calls outside requests are not limited in total, but each one to the storage has a timeout.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from flask import current_app

from learnstream.errors.file_storage import Unreachable

EXTENSION = "file_stores"
Kind = Literal["gridfs", "s3"]
# What browsers may show instead of saving it. They would execute others, such as HTML and SVG, in the origin that serves them.
INLINE_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """The request by which a client uploads an object: the body is the object's bytes, `headers` must be sent as given."""

    method: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A complete object. `size` is in bytes; `etag`, without quotes, changes whenever the object is written."""

    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class Discarded:
    """Number and size in bytes of what was removed."""

    count: int = 0
    size: int = 0


class FileStore(Protocol):
    """A file storage. All methods but `delete` raise `Missing` for unknown objects.

    Every method raises `Unreachable` or `Busy` when the storage fails, and iterators while they are read.
    """

    kind: Kind

    def upload_target(self, name: str, *, size: int, content_type: str | None, expires_at: datetime) -> UploadTarget:
        """Return a request that writes an object of exactly `size` bytes. It contacts no storage."""

    def download_url(
        self,
        name: str,
        *,
        filename: str,
        content_type: str,
        inline: bool,
        expires_at: datetime,
        is_public: bool = False,
    ) -> str | None:
        """Return a URL at which the storage itself serves an object; None if it has none. It contacts no storage.

        inline: let browsers show the object, if it has one of `INLINE_TYPES`. is_public: let caches keep it for a day.
        """

    def stat(self, name: str) -> StoredObject:
        """Return an object's size and ETag."""

    def open(self, name: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return an iterator over an object's bytes from `start` up to, but without, `end`."""

    def put(self, name: str, chunks: Iterable[bytes], *, content_type: str | None) -> StoredObject:
        """Write an object, or replace it at once: readers see the old one or the new one, and never a part.

        An exception that `chunks` raises leaves what was stored before.
        """

    def copy(self, source: str, target: str) -> StoredObject:
        """Copy an object, and return the copy."""

    def delete(self, name: str) -> None:
        """Remove an object, if it exists."""

    def names(self, prefix: str, *, older_than: datetime) -> Iterator[str]:
        """Return an iterator over the names of objects that begin with `prefix` and were last written before that time."""

    def discard_unfinished(self, *, older_than: datetime) -> Discarded:
        """Remove parts of objects whose writing began before that time and never ended: its process was killed."""


@dataclass(frozen=True, slots=True)
class Stores:
    """The file storages of this application: GridFS always, S3 if it is configured."""

    gridfs: FileStore
    s3: FileStore | None = None


def configured() -> list[FileStore]:
    """Return all file storages."""
    stores: Stores = current_app.extensions[EXTENSION]
    return [stores.gridfs, *([stores.s3] if stores.s3 else [])]


def service() -> FileStore:
    """Return the file storage for new files."""
    stores: Stores = current_app.extensions[EXTENSION]
    return stores.s3 or stores.gridfs


def store_of(kind: str) -> FileStore:
    """Return the file storage of this kind, which keeps the files that were uploaded while it was configured.

    Raises:
        Unreachable: it is S3, whose settings are gone.
    """
    stores: Stores = current_app.extensions[EXTENSION]
    store = stores.s3 if kind == "s3" else stores.gridfs
    if store is None:
        raise Unreachable()
    return store
