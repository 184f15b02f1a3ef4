"""Photos of users, and covers of courses and programs: files with the purpose `photo`, of which everybody may see the copies."""

from datetime import UTC, timedelta
from typing import Any, NamedTuple, cast

from learnstream.clock import now
from learnstream.documents.file import FilePurpose
from learnstream.errors import AppError, Unprocessable
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile, UnknownFile, WrongPurpose
from learnstream.integrations import files as port
from learnstream.services.accounts import profiles
from learnstream.services.media import files
from learnstream.web import photo_urls
from learnstream.web.photo_urls import PhotoUrls

TYPE = "image/webp"
# From midnight: a storage's URL of a photo outlives the day for which clients may remember the redirection to it.
URL_LIFETIME = timedelta(days=3)


class StoredPhoto(NamedTuple):
    """A photo in one size: the name of its object, and the kind of file storage that has it."""

    name: str
    store: str


def replace(*, user_id: int, file_id: str) -> PhotoUrls:
    """Make one of a user's files their photo, and return its addresses. A former one is removed by a sweep.

    Raises:
        UnknownFile: the user has no such file.
        WrongPurpose, FileNotReady, FileRefused: see `files.hold`.
    """
    try:
        files.hold(file_id, purpose=FilePurpose.PHOTO, owner_id=user_id)
    except NoSuchFile:
        raise UnknownFile() from None
    profiles.set_photo(user_id, file_id)
    return cast(PhotoUrls, photo_urls.urls(file_id))


def remove(*, user_id: int) -> None:
    """Remove a user's photo, if they have one."""
    profiles.set_photo(user_id, None)


def hold_cover(cover: str, *, owner_id: int | None) -> None:
    """Let a course or program refer to the photo that a new `cover` names, if it names one.

    Raises:
        Unprocessable: it is not a photo of this user, or of anybody (None), that is ready.
    """
    photo_id = photo_urls.photo_in(cover)
    if photo_id is None:
        return
    try:
        files.hold(photo_id, purpose=FilePurpose.PHOTO, owner_id=owner_id)
    except (NoSuchFile, FileNotReady, FileRefused) as error:
        raise _wrong_cover(error.detail) from None
    except WrongPurpose:
        raise _wrong_cover("Must be a file with the purpose photo.") from None


def _wrong_cover(reason: str) -> AppError:
    return Unprocessable(errors={"json": {"cover": [reason]}})


def require(photo_id: str, size: str) -> StoredPhoto:
    """Return where a photo is in one size.

    Raises:
        NoSuchFile: there is no photo of this id that is ready.
    """
    facts, name = files.facts(photo_id), object_name(photo_id, size)
    if name not in facts["derived"]:
        raise NoSuchFile()
    return StoredPhoto(name, facts["store"])


def object_name(photo_id: str, size: str) -> str:
    return f"photos/{photo_id}/{size}.webp"


def external_url(photo: StoredPhoto) -> str | None:
    """Return the URL at which the file storage itself serves a photo; None if it has none. It is the same all day."""
    midnight = now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    shown: dict[str, Any] = {
        "filename": photo.name.rpartition("/")[2],
        "content_type": TYPE,
        "inline": True,
        "is_public": True,
    }
    return port.store_of(photo.store).download_url(photo.name, expires_at=midnight + URL_LIFETIME, **shown)


def content(photo: StoredPhoto) -> bytes:
    """Return the bytes of a photo: at most a few hundred kilobytes.

    Raises:
        Missing: it was removed a moment ago.
        Unreachable, Busy: the file storage fails.
    """
    return b"".join(port.store_of(photo.store).open(photo.name))
