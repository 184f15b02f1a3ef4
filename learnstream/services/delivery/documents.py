"""Documents of lessons: the link by which a reader gets the file, and the file's description.

A link names its reader, so the response is built for each one: signing it takes 10 µs, of 350 for the request.
"""

from collections.abc import Callable
from typing import TypedDict

from learnstream.documents import FileState, LessonKind
from learnstream.documents.file import FileFacts
from learnstream.errors.delivery import DocumentNotReady, NotADocument
from learnstream.errors.files import NoSuchFile
from learnstream.policies.views import Caller
from learnstream.services.delivery import visibility
from learnstream.services.media import file_links, files


class DocumentAnswer(TypedDict):
    """A document's link and description."""

    url: str
    expires_at: str
    renew_after: str
    name: str
    type: str | None
    size: int
    pages: int | None


def prefetch_keys(*, user_id: int | None, lesson_id: str) -> list[str]:
    """Return the cache keys that reading a lesson's document will probably need, as far as this process knows."""
    file_id = visibility.shown_documents.get(lesson_id)
    keys = visibility.prefetch_keys(user_id=user_id, lesson_id=lesson_id)
    return keys + ([files.facts_key(file_id)] if file_id else [])


def require_document(*, kind: LessonKind, document_id: str | None) -> FileFacts:
    """Return the facts of a lesson's document that can be read.

    Raises:
        NotFound: `not_a_document`.
        Conflict: `document_not_ready`.
    """
    if kind is not LessonKind.DOCUMENT:
        raise NotADocument()
    if document_id is None:
        raise DocumentNotReady(detail="The lesson has no document yet.")
    try:
        found = files.facts(document_id)
    except NoSuchFile:
        raise DocumentNotReady(detail="The lesson's document has been deleted.") from None
    if found["state"] != FileState.READY:
        raise DocumentNotReady()
    return found


def state_of(file_id: str) -> str | None:
    """Return the state of a document's file; None if it was deleted."""
    try:
        return files.facts(file_id)["state"]
    except NoSuchFile:
        return None


def link(
    *,
    lesson_id: str,
    kind: LessonKind,
    document_id: str | None,
    caller: Caller | None,
    is_draft: bool,
    inline: bool,
    base: Callable[[], str],
) -> DocumentAnswer:
    """Return the link by which the caller reads a lesson's document. Callers check access before.

    base: returns where this application is reached, if `PUBLIC_URL` is not set.

    Raises:
        NotFound, Conflict: see `require_document`.
    """
    file = require_document(kind=kind, document_id=document_id)
    given = file_links.new(lesson_id=lesson_id, file_id=str(document_id), is_draft=is_draft, caller=caller)
    return {
        "url": file_links.url_for(given, file, inline=inline, base=base),
        "expires_at": given.expires_at.isoformat(),
        "renew_after": (given.expires_at - file_links.SLACK).isoformat(),
        "name": file["name"],
        "type": file["type"],
        "size": file["size"],
        "pages": file["pages"],
    }
