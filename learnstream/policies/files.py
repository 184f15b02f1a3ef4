"""Access rules of files."""

from learnstream.documents.file import FilePurpose
from learnstream.errors.files import NoSuchFile, NotYourFile
from learnstream.policies.access import require_admin, require_can_author
from learnstream.policies.views import Caller


def require_can_upload(caller: Caller, purpose: FilePurpose) -> None:
    """Allow everybody to upload photos and homework, spreadsheets of people to administrators, other files to instructors."""
    if purpose is FilePurpose.IMPORT:
        require_admin(caller)
    elif purpose not in {FilePurpose.PHOTO, FilePurpose.SUBMISSION}:
        require_can_author(caller)


def can_read_file(caller: Caller, owner_id: int, purpose: str) -> bool:
    """Return whether the caller may read a file whatever refers to it: as its owner, or as an administrator.

    Spreadsheets of people are their owners' alone.
    """
    return caller.id == owner_id or (caller.is_admin and purpose != FilePurpose.IMPORT)


def require_own_file(caller: Caller, owner_id: int) -> None:
    """Allow the file's owner; for all other callers but administrators, the file does not exist."""
    if caller.id != owner_id:
        raise NotYourFile() if caller.is_admin else NoSuchFile()
