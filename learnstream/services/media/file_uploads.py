"""Uploads to this application's own signed URLs, for a file storage that clients cannot reach."""

from collections.abc import Iterable, Iterator

from learnstream.errors.file_storage import SizeMismatch, UploadUrlExpired, UploadUrlInvalid
from learnstream.integrations import files as port
from learnstream.integrations.files import StoredObject
from learnstream.integrations.gridfs import upload_urls
from learnstream.services.media import files


def permitted_size(token: str) -> int:
    """Return the size in bytes that an upload must have; 0 if its URL is not valid."""
    try:
        return upload_urls.read(token).size
    except (UploadUrlInvalid, UploadUrlExpired):
        return 0


def receive(token: str, *, announced: int | None, data: Iterable[bytes]) -> StoredObject:
    """Store the bytes that were sent to an upload URL; the file is not usable before it is completed and checked.

    announced: the `Content-Length`, None if there is none.

    Raises:
        UploadUrlInvalid, UploadUrlExpired: see `upload_urls.read`.
        SizeMismatch: there are more or fewer bytes than the URL permits.
        NoSuchFile, UploadClosed: see `files.require_uploading`.
        Unreachable, Busy: the storage fails.
    """
    claims = upload_urls.read(token)
    if announced is not None and announced != claims.size:
        raise SizeMismatch(expected=claims.size, received=announced)
    files.require_uploading(claims.name.rpartition("/")[2])
    # Also if new files go elsewhere by now: the URL was given out before.
    return port.store_of("gridfs").put(claims.name, _exactly(claims.size, data), content_type=None)


def _exactly(size: int, data: Iterable[bytes]) -> Iterator[bytes]:
    received = 0
    for part in data:
        received += len(part)
        yield part
        if received > size:
            break
    if received != size:
        raise SizeMismatch(expected=size, received=received)
