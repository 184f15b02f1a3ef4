"""Errors of the file storage, and of the addresses that files are uploaded to."""

from learnstream.errors import AppError, Denied, NotFound, Retry, Unavailable, Unprocessable


class FileStorageError(AppError):
    """The base class of what calls to the file storage raise."""


class Unreachable(FileStorageError, Unavailable):
    """The file storage does not respond, or not in time."""

    code, detail = "file_storage_unavailable", "The file storage is unavailable; try again shortly."

    def __init__(self) -> None:
        Unavailable.__init__(self, "file_storage")


class Busy(Unreachable):
    """The file storage rejects requests for now: it throttles, or has no space."""

    detail = "The file storage accepts no requests at the moment; try again shortly."


class Missing(FileStorageError, NotFound):
    """The storage has no object of this name."""

    code, detail = "file_missing", "The file's content does not exist."


class RangeNotSatisfiable(AppError):
    status, code, detail = 416, "range_not_satisfiable", "The requested range begins after the end of the file."
    retry = Retry.NEVER

    def __init__(self, size: int = 0) -> None:
        super().__init__(headers={"Content-Range": f"bytes */{size}"})


class UploadUrlInvalid(Denied):
    code, detail = "upload_url_invalid", "This is not an upload URL of this server."
    retry = Retry.NEVER


class UploadUrlExpired(Denied):
    code, detail = "upload_url_expired", "The upload URL has expired; create the file again."
    retry = Retry.NEVER


class SizeMismatch(Unprocessable):
    """The body of an upload is not as long as the file was said to be."""

    code, detail = "file_size_mismatch", "The body does not have the size that was given when the file was created."

    def __init__(self, *, expected: int = 0, received: int = 0) -> None:
        super().__init__(errors={"body": {"size": [f"Must be {expected} bytes; received {received}."]}})
