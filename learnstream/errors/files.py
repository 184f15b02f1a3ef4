"""Errors of files. Those of the store that keeps their bytes are in `errors.file_storage`."""

from learnstream.errors import Conflict, Denied, NotFound, Retry, Unprocessable


class NoSuchFile(NotFound):
    detail = "The file does not exist."


class UnknownFile(Unprocessable):
    """A file that does not exist, or not for the caller."""

    def __init__(self) -> None:
        super().__init__(errors={"json": {"file_id": ["The file does not exist."]}})


class NotYourFile(Denied):
    code, detail = "not_your_file", "Only the owner of a file may change it."


class FileInUse(Conflict):
    code, detail = "file_in_use", "The file is in use, and can be deleted once nothing shows it any more."


class FileNotReady(Conflict):
    """The file was not uploaded completely, or is being checked."""

    code, detail = (
        "file_not_ready",
        "The file is not ready yet: complete its upload, and wait until its state is `ready`.",
    )
    retry = Retry.LATER


class FileRefused(Conflict):
    code, detail = "file_refused", "The file was refused; its `refusal` says why. Upload another one."


class UploadClosed(Conflict):
    code, detail = "upload_closed", "The file's upload was completed; it takes no more bytes."


class QuotaExceeded(Conflict):
    """The user's files would take more than they may."""

    code, detail = "quota_exceeded", "Your files would take more than your quota. Delete some that you no longer need."

    def __init__(self, used: int = 0, limit: int = 0) -> None:
        super().__init__(used=used, limit=limit)


class QuotaContended(Conflict):
    """Too many concurrent changes of one user's files; retrying later succeeds."""

    code, detail = "quota_contended", "Too many of your files are being changed at the same time; try again shortly."
    retry = Retry.LATER


class WrongPurpose(Unprocessable):
    """A file of another purpose cannot be used here."""

    code = "wrong_purpose"
    detail = "The file was uploaded for another purpose."

    def __init__(self, purpose: str = "document") -> None:
        super().__init__(errors={"json": {"file_id": [f"Must be a file with the purpose {purpose}."]}})
