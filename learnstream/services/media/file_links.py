"""Links to files: of the file storage where it has addresses of its own, else of our own route, which checks access anew.

A link of ours carries a signed token; the server stores nothing. It names whose access it stands for, and through which
lesson: a session that has been revoked, a seat that was withdrawn or a gate that has closed since make it useless.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import current_app

from learnstream.clock import now
from learnstream.documents.file import FileFacts
from learnstream.errors.media import FileLinkExpired, FileLinkInvalid
from learnstream.integrations import files as port
from learnstream.policies.views import Caller
from learnstream.services.foundation.signed_texts import SignedText

LIFETIME = timedelta(minutes=5)
# Clients renew a link this long before it ends, so that a request on its way still arrives in time.
SLACK = timedelta(minutes=1)
SHAPE = re.compile(
    r"([0-9a-f]{24})-([0-9a-f]{24})-([01])-([0-9]{1,12})(?:-([0-9]{1,19})-([0-9a-f]{32})-([0-9]{1,16}))?", re.ASCII
)
TOKEN = SignedText("file-link", SHAPE)
MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Reader:
    """The user that a link was given to, in one of their sessions. `issued_at` is their access token's, in epoch seconds."""

    user_id: int
    session_id: UUID
    issued_at: float

    @classmethod
    def of(cls, caller: Caller | None) -> "Reader | None":
        """Return the reader that a caller is; None for a guest."""
        return cls(caller.id, caller.session_id, caller.issued_at) if caller else None


@dataclass(frozen=True, slots=True)
class FileLink:
    """A link to the file that a lesson shows, or that its draft does; `reader` is None for a guest."""

    lesson_id: str
    file_id: str
    is_draft: bool
    expires_at: datetime
    reader: Reader | None


def url_for(link: FileLink, file: FileFacts, *, inline: bool, base: Callable[[], str]) -> str:
    """Return the URL that gives the bytes of a file until the link expires.

    base: returns where this application is reached, if `PUBLIC_URL` is not set.
    """
    return stored_url(file, inline=inline, expires_at=link.expires_at) or _own_url(link, inline=inline, base=base)


def stored_url(file: FileFacts, *, inline: bool, expires_at: datetime | None = None) -> str | None:
    """Return the file storage's own URL of a file that is ready; None if it has none.

    expires_at: by default after five minutes.

    Raises:
        Unreachable: the store that keeps the file is not configured any more.
    """
    return port.store_of(file["store"]).download_url(
        str(file["object"]),
        filename=file["name"],
        content_type=str(file["type"]),
        inline=inline,
        expires_at=expires_at or now() + LIFETIME,
    )


def _own_url(link: FileLink, *, inline: bool, base: Callable[[], str]) -> str:
    root = current_app.config["PUBLIC_URL"] or base()
    return f"{root.rstrip('/')}/files/{link.file_id}/content?inline={str(inline).lower()}&token={mint(link)}"


def new(*, lesson_id: str, file_id: str, is_draft: bool, caller: Caller | None) -> FileLink:
    """Return a link that begins now, for the caller or a guest."""
    return FileLink(lesson_id, file_id, is_draft, now().replace(microsecond=0) + LIFETIME, Reader.of(caller))


def mint(link: FileLink) -> str:
    """Return the signed token of a link."""
    text = f"{link.lesson_id}-{link.file_id}-{int(link.is_draft)}-{int(link.expires_at.timestamp())}"
    if reader := link.reader:
        text += f"-{reader.user_id}-{reader.session_id.hex}-{round(reader.issued_at * MICROSECONDS)}"
    return TOKEN.sign(text)


def read(token: str, *, file_id: str) -> FileLink:
    """Return the link of a token.

    Raises:
        FileLinkInvalid: the token is malformed, was signed with another key, or belongs to another file.
        FileLinkExpired: it is too old.
    """
    link = _parse(token)
    if link.file_id != file_id:
        raise FileLinkInvalid()
    if link.expires_at <= now():
        raise FileLinkExpired()
    return link


def _parse(token: str) -> FileLink:
    found = TOKEN.read(token)
    if found is None:
        raise FileLinkInvalid()
    lesson_id, file_id, draft, expires, user_id, session_id, issued_at = found.groups()
    reader = Reader(int(user_id), UUID(hex=session_id), int(issued_at) / MICROSECONDS) if user_id else None
    return FileLink(lesson_id, file_id, draft == "1", datetime.fromtimestamp(int(expires), UTC), reader)
