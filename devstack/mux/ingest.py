"""The upload URL: accepts a file in one PUT or in resumable chunks with Content-Range, like the storage behind Mux."""

import re
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected

from devstack.emulation.store import Record
from devstack.mux import uploads
from devstack.mux.context import Context, current_context
from devstack.mux.errors import MuxError

blp = Blueprint("ingest", __name__, url_prefix="/upload")

CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
CHUNK_SIZE = 1 << 20


class UploadLocks:
    """One lock per upload, so that two PUTs to the same one do not interleave."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, Lock] = WeakValueDictionary()
        self._lock = Lock()

    def get(self, upload_id: str) -> Lock:
        with self._lock:
            lock = self._locks.get(upload_id) or Lock()
            self._locks[upload_id] = lock
            return lock


upload_locks = UploadLocks()


@blp.route("/<upload_id>", methods=["OPTIONS"])
def preflight(upload_id: str) -> Response:
    response = Response(status=200)
    response.headers["Access-Control-Allow-Methods"] = "PUT, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type, Content-Range"
    return _with_cors(response, uploads.load(current_context(), upload_id))


@blp.put("/<upload_id>")
def receive_upload(upload_id: str) -> Response:
    context = current_context()
    upload = uploads.load(context, upload_id)
    if request.args.get("upload_key") != upload["_key"]:
        raise MuxError(403, "The upload URL's signature does not match")
    with upload_locks.get(upload_id):
        response = _store_part(context, uploads.load(context, upload_id))
    return _with_cors(response, upload)


def _store_part(context: Context, upload: Record) -> Response:
    if upload["status"] in {"asset_created", "errored"}:
        return Response(status=200)  # a repeated last chunk: its response may have been lost
    if upload["status"] != "waiting":
        raise MuxError(410, f"The upload is {upload['status']}", kind="gone")
    part = context.part(upload["id"])
    part.parent.mkdir(parents=True, exist_ok=True)
    if not _receive(part):
        return _incomplete(part)
    asset_id = uploads.complete(context, upload["id"])
    uploads.submit(context, asset_id)
    return Response(status=200)


def _receive(part: Path) -> bool:
    """Write the request's body; return True if the file is complete.

    Raises:
        MuxError: 400, the Content-Range is invalid or the connection broke.
    """
    content_range = request.headers.get("Content-Range")
    if content_range is None:
        _append(part, at=0)
        return True
    match = CONTENT_RANGE.fullmatch(content_range)
    if not match:
        raise MuxError(400, "Content-Range cannot be read")
    size = _size(part)
    if match[1] is not None and int(match[1]) <= size:
        # A chunk may overlap the bytes already received, but must not leave a gap.
        size = _append(part, at=int(match[1]))
    return match[3] != "*" and size == int(match[3])


def _append(part: Path, *, at: int) -> int:
    with part.open("r+b" if part.exists() else "wb") as file:
        file.seek(at)
        try:
            while chunk := request.stream.read(CHUNK_SIZE):
                file.write(chunk)
        except ClientDisconnected:
            raise MuxError(400, "The connection broke") from None
        finally:
            file.truncate()
    return _size(part)


def _incomplete(part: Path) -> Response:
    """Return 308: continue after the last byte in Range, or at the beginning if there is none."""
    response = Response(status=308)
    if _size(part):
        response.headers["Range"] = f"bytes=0-{_size(part) - 1}"
    return response


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _with_cors(response: Response, upload: Record) -> Response:
    """Allow only the upload's `cors_origin` to read the response; without one, browsers cannot read it."""
    origin = request.headers.get("Origin")
    if origin and upload["cors_origin"] in (origin, "*"):
        response.headers["Access-Control-Allow-Origin"] = upload["cors_origin"]
        response.headers["Access-Control-Expose-Headers"] = "Range"
        response.headers["Vary"] = "Origin"
    return response
