"""Objects in a bucket, through obstore: for the Celery worker alone, in whose place a web worker would pay 6 MB for it."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from learnstream.errors.file_storage import Busy, FileStorageError, Missing, Unreachable
from learnstream.integrations.files import StoredObject
from learnstream.integrations.s3.bucket import Bucket

if TYPE_CHECKING:
    from obstore import Attributes, GetOptions, GetResult
    from obstore.store import S3Credential

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = timedelta(seconds=2)
# Without a byte from the store.
READ_TIMEOUT = timedelta(seconds=10)
# In all: of a call without content, and of one that moves an object's bytes, such as 50 MB at 1 MB/s.
CALL_TIMEOUT = timedelta(seconds=10)
TRANSFER_TIMEOUT = timedelta(seconds=50)
# Stores answer 500 and 503 now and then, and ask to try again; one that does not answer at all is not asked again.
RETRIES = 2
RETRY_TIMEOUT = timedelta(seconds=5)
# Bytes that an iterator yields at a time; and that a part of a large upload has, of which two are in memory.
PIECE = 256 * 1024
PART = 8 * 1024 * 1024
# How errors name what the store answers when it has too many requests.
THROTTLED = ("503 Service Unavailable", "429 Too Many Requests", "SlowDown")
MAX_REASON = 500  # characters
OUT_OF_RANGE = "416 Range Not Satisfiable"


class Objects:
    """The objects of a bucket. All errors are those of the port."""

    def __init__(self, bucket: Bucket) -> None:
        self._calls = _store(bucket, CALL_TIMEOUT)
        self._transfers = _store(bucket, TRANSFER_TIMEOUT)

    def stat(self, name: str) -> StoredObject:
        """Return an object's size and ETag.

        Raises:
            Missing: there is no object of this name.
        """
        with self._translated():
            found = obstore.head(self._calls, name)
        return StoredObject(found["size"], (found["e_tag"] or "").strip('"'))

    def open(self, name: str, start: int, end: int | None) -> Iterator[bytes]:
        """Return an iterator over an object's bytes from `start` up to, but without, `end`."""
        if end is not None and start >= end:
            self.stat(name)
            return iter(())
        options: GetOptions = {"range": {"offset": start} if end is None else (start, end)} if start or end else {}
        with self._translated():
            try:
                found = obstore.get(self._transfers, name, options=options)
            except BaseError as error:
                if OUT_OF_RANGE in str(error):
                    return iter(())
                raise
        return self._read(found)

    def put(self, name: str, chunks: Iterable[bytes], content_type: str | None) -> StoredObject:
        """Write an object."""
        # Collected first: obstore would draw the chunks inside its runtime, where a chunk that comes from this storage
        # is a panic; and what the chunks raise is raised before anything is sent.
        with SpooledTemporaryFile(max_size=PART) as collected:
            for chunk in chunks:  # `writelines` would keep them all in memory
                collected.write(chunk)
            size = collected.tell()
            collected.seek(0)
            # In one request if it is small; else as an iterator, with which 50 MB take 5 MB of memory, as a file object 21.
            data = collected.read() if size <= PART else iter(partial(collected.read, PIECE), b"")
            attributes: Attributes | None = {"Content-Type": content_type} if content_type else None
            with self._translated():
                obstore.put(self._transfers, name, data, attributes=attributes, chunk_size=PART, max_concurrency=1)
        return self._confirm(name, size)

    def copy(self, source: str, target: str) -> StoredObject:
        """Copy an object within the bucket; the store copies the bytes."""
        size = self.stat(source).size
        with self._translated():
            obstore.copy(self._transfers, source, target)
        return self._confirm(target, size)

    def delete(self, name: str) -> None:
        """Remove an object, if it exists."""
        with self._translated():
            obstore.delete(self._calls, name)

    def names(self, prefix: str, older_than: datetime) -> Iterator[str]:
        """Yield the names that begin with `prefix` and belong to objects from before that time."""
        folder = prefix[: prefix.rfind("/") + 1]
        with self._translated():
            for page in obstore.list(self._calls, folder or None, chunk_size=1000):
                yield from (
                    found["path"]
                    for found in page
                    if found["path"].startswith(prefix) and found["last_modified"] < older_than
                )

    def _read(self, found: "GetResult") -> Iterator[bytes]:
        with self._translated():
            yield from map(bytes, found.stream(min_chunk_size=PIECE))

    def _confirm(self, name: str, size: int) -> StoredObject:
        """Return an object that was just written; the store may have told a success that was none."""
        try:
            stored = self.stat(name)
        except Missing:
            raise _failed(f"does not have {name}, which it has just accepted") from None
        if stored.size != size:
            raise _failed(f"has {stored.size} of {size} bytes of {name}")
        return stored

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            self._require_bucket()
            raise Missing() from None
        except BaseError as error:
            raise _failed(_reason(error), type_=Busy if _is_throttled(error) else Unreachable) from error

    def _require_bucket(self) -> None:
        """Tell a bucket that does not exist from an object: stores answer 404 in both cases, for HEAD without a reason.

        A wrong setting must not look as if files were lost.
        """
        try:
            next(iter(obstore.list(self._calls, "none", chunk_size=1)), None)
        except (BaseError, FileNotFoundError) as error:
            raise _failed(_reason(error)) from error


def _store(bucket: Bucket, timeout: timedelta) -> S3Store:
    endpoint = bucket.endpoint if bucket.path_style else bucket.base_url
    return S3Store(
        bucket.name,
        endpoint=endpoint,
        # obstore reads variables of AWS's tools, which may be there for something else. This one would take precedence.
        aws_endpoint_url_s3=endpoint,
        region=bucket.region,
        # As a provider, since a stray AWS_SESSION_TOKEN would be sent with a key pair alone.
        credential_provider=lambda: _credential(bucket),
        virtual_hosted_style_request=not bucket.path_style,
        # One request for each object: not every store knows DeleteObjects.
        disable_bulk_delete=True,
        client_options={
            "allow_http": not bucket.endpoint.startswith("https://"),
            "connect_timeout": CONNECT_TIMEOUT,
            "read_timeout": READ_TIMEOUT,
            "timeout": timeout,
        },
        retry_config={"max_retries": RETRIES, "retry_timeout": RETRY_TIMEOUT},
    )


def _credential(bucket: Bucket) -> "S3Credential":
    key_id, secret = bucket.access_key_id, bucket.secret_access_key
    return {"access_key_id": key_id, "secret_access_key": secret, "token": None, "expires_at": None}


def _is_throttled(error: Exception) -> bool:
    return any(each in str(error) for each in THROTTLED)


def _reason(error: Exception) -> str:
    # The rest of the text is a dump of the request, and a store's answer may be long.
    return " ".join(str(error).partition("\n\n")[0].split())[:MAX_REASON]


def _failed(reason: str, type_: type[FileStorageError] = Unreachable) -> FileStorageError:
    log.warning("the S3 store failed: %s", reason)
    return type_()
