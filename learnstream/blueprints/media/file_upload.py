"""The endpoint that receives the bytes of files, if the file storage has none of its own."""

from collections.abc import Iterator

from flask import request

from learnstream.errors import TimedOut, TooLarge
from learnstream.errors.file_storage import Busy, SizeMismatch, Unreachable, UploadUrlExpired, UploadUrlInvalid
from learnstream.errors.files import NoSuchFile, UploadClosed
from learnstream.errors.requests import BodyIncomplete
from learnstream.services.media import file_uploads
from learnstream.web.body_limits import long_body
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "file_upload",
    __name__,
    position=68,
    title="Files: uploads",
    url_prefix="/uploads",
    description="Where the bytes of a file are sent to, unless it is uploaded to an external storage.",
)

READ = 255 * 1024  # bytes at a time: chunks of GridFS, which need not be joined then
EXAMPLE = "%PDF-1.7"
BODY = {
    "required": True,
    "description": "The file's bytes, exactly as many as `size` said. Any `Content-Type` is accepted.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}, "example": EXAMPLE}},
}


def upload_limit(upload_token: str) -> int:
    """Return the maximum size of an upload in bytes: invalid URLs do not have the server receive anything long."""
    return file_uploads.permitted_size(upload_token)


@blp.put("/<string:upload_token>")
@blp.doc(requestBody=BODY)
@long_body(upload_limit)
@blp.response(204)
@blp.raises(
    UploadUrlInvalid,
    UploadUrlExpired,
    NoSuchFile,
    UploadClosed,
    SizeMismatch(expected=5242880, received=5242000),
    BodyIncomplete,
    TimedOut,
    TooLarge,
    Unreachable,
    Busy,
)
def upload_file(upload_token: str) -> tuple[None, dict[str, str]]:
    """Upload the bytes of a file.

    The URL, which `POST /files` returns, is the authorization. Sending the bytes again replaces them, until the upload is
    completed. Nothing is stored of a body that is cut, or of another size.
    """
    request.max_content_length = upload_limit(upload_token)
    stored = file_uploads.receive(upload_token, announced=request.content_length, data=_body())
    return None, {"ETag": f'"{stored.etag}"'}


def _body() -> Iterator[bytes]:
    """Yield the body; it is too long or incomplete only once it is read."""
    while data := request.stream.read(READ):
        yield data
