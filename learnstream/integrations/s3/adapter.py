"""The S3 adapter of the file storage.

Clients move the bytes themselves, at presigned URLs, which a web worker signs. All else is done by the Celery worker.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from learnstream.clock import now
from learnstream.integrations.files import INLINE_TYPES, Discarded, Kind, StoredObject, UploadTarget
from learnstream.integrations.s3 import signing
from learnstream.integrations.s3.bucket import Bucket
from learnstream.web.content_disposition import content_disposition

if TYPE_CHECKING:
    from learnstream.integrations.s3.objects import Objects

# Without a type, browsers send none and some programs one of their own, which would not match the signature.
ANY_TYPE = "application/octet-stream"


class S3:
    """The file storage in a bucket."""

    kind: Kind = "s3"

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @cached_property
    def _objects(self) -> "Objects":
        # Web workers never need it, and save 6 MB and the threads of its runtime, which a fork would not copy.
        from learnstream.integrations.s3.objects import Objects  # noqa: PLC0415 - see above

        return Objects(self._bucket)

    def upload_target(self, name: str, *, size: int, content_type: str | None, expires_at: datetime) -> UploadTarget:
        """See the port. Size and type are signed; the client's HTTP library sends `Content-Length` by itself."""
        headers = {"Content-Type": content_type or ANY_TYPE}
        signed = {**headers, "Content-Length": str(size)}
        url = signing.presign(self._bucket, "PUT", name, signed_at=now(), expires_at=expires_at, headers=signed)
        return UploadTarget("PUT", url, headers, expires_at)

    def download_url(
        self,
        name: str,
        *,
        filename: str,
        content_type: str,
        inline: bool,
        expires_at: datetime,
        is_public: bool = False,
    ) -> str:
        """See the port. The same arguments give the same URL all day, so that browsers find their copy again."""
        shown = {
            "response-cache-control": "public, max-age=86400" if is_public else "private, no-cache",
            "response-content-disposition": content_disposition(
                filename, inline=inline and content_type in INLINE_TYPES
            ),
            "response-content-type": content_type,
        }
        midnight = now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return signing.presign(self._bucket, "GET", name, signed_at=midnight, expires_at=expires_at, query=shown)

    def stat(self, name: str) -> StoredObject:
        """See the port."""
        return self._objects.stat(name)

    def open(self, name: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See the port."""
        return self._objects.open(name, start, end)

    def put(self, name: str, chunks: Iterable[bytes], *, content_type: str | None) -> StoredObject:
        """See the port."""
        return self._objects.put(name, chunks, content_type)

    def copy(self, source: str, target: str) -> StoredObject:
        """See the port."""
        return self._objects.copy(source, target)

    def delete(self, name: str) -> None:
        """See the port."""
        self._objects.delete(name)

    def names(self, prefix: str, *, older_than: datetime) -> Iterator[str]:
        """See the port."""
        return self._objects.names(prefix, older_than)

    def discard_unfinished(self, *, older_than: datetime) -> Discarded:
        """Return nothing: the bucket's lifecycle rule removes what a killed worker began to write."""
        return Discarded()
