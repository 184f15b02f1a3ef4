"""Reading of a lesson's document."""

from typing import Any

from flask import Response, request

from learnstream.blueprints.common.authentication import maybe_caller, optional_token, prefetches
from learnstream.blueprints.common.require_reader import require_readable_draft, require_readable_lesson
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.delivery import examples
from learnstream.documents import LessonKind
from learnstream.errors import Unauthenticated
from learnstream.errors.authoring import NoSuchLesson
from learnstream.errors.delivery import DocumentNotReady, NotADocument
from learnstream.errors.file_storage import Unreachable
from learnstream.policies.access import LESSON_ACCESS_ERRORS
from learnstream.schemas.delivery.document import DocumentQuerySchema, DocumentSchema
from learnstream.services.delivery import documents
from learnstream.web.openapi import Blueprint

blp = Blueprint("document", __name__, position=122, title="Documents", description="The documents of lessons.")


@blp.get("/lessons/<object_id:lesson_id>/document")
@optional_token
@prefetches(documents.prefetch_keys)
@blp.arguments(DocumentQuerySchema, location="query")
@blp.response(200, DocumentSchema, example=examples.DOCUMENT)
@blp.raises(NoSuchLesson, NotADocument, Unauthenticated, *LESSON_ACCESS_ERRORS, DocumentNotReady, Unreachable)
def read_document(query: dict[str, bool], lesson_id: str) -> Response:
    """Get a link to a lesson's document.

    Learners get the version of their enrollment, other callers the current version; a free preview needs no token. The
    link is the caller's own and lives five minutes. Unless the file storage has addresses of its own, each request of
    the link checks anew whether the lesson is open to the caller.
    """
    shown = _document_of_draft(lesson_id) if query["draft"] else _document(lesson_id)
    answer = documents.link(
        lesson_id=lesson_id,
        **shown,
        caller=maybe_caller(),
        is_draft=query["draft"],
        inline=query["inline"],
        # Only then: it takes 15 µs, of 350 for the request.
        base=lambda: request.url_root,
    )
    # Access may end at any time: the response must not be cached.
    return private_json(answer)


def _document(lesson_id: str) -> dict[str, Any]:
    lesson = require_readable_lesson(lesson_id)
    return {"kind": lesson.kind, "document_id": lesson.document_id}


def _document_of_draft(lesson_id: str) -> dict[str, Any]:
    lesson = require_readable_draft(lesson_id)
    document_id = lesson["document_id"]
    return {"kind": LessonKind(lesson["kind"]), "document_id": str(document_id) if document_id else None}
