"""A lesson's document: a file that is put into the draft; published versions keep theirs."""

from typing import Any

from learnstream.blueprints.authoring import examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import confirms_caller
from learnstream.blueprints.common.require_author import require_attachable_file, require_lesson_author
from learnstream.errors.authoring import NoSuchLesson, NotADocumentLesson, NotYourCourse
from learnstream.errors.files import FileNotReady, FileRefused, UnknownFile, WrongPurpose
from learnstream.errors.media import NoDocument
from learnstream.schemas.authoring.lesson import LessonSchema
from learnstream.schemas.delivery.document import AttachSchema
from learnstream.services.authoring import lessons
from learnstream.services.authoring.lessons import DescribedLesson
from learnstream.web import cast
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "lesson_document",
    __name__,
    position=62,
    title="Lessons: document",
    url_prefix="/lessons",
    description="The documents of lessons, for their authors.",
)


@blp.put("/<object_id:lesson_id>/document")
@blp.arguments(AttachSchema, example={"file_id": cast.DOCUMENT_ID})
@confirms_caller
@blp.response(200, LessonSchema, example=examples.DOCUMENT_DRAFT)
@blp.raises(NoSuchLesson, NotYourCourse, NotADocumentLesson, FileNotReady, FileRefused, WrongPurpose(), UnknownFile())
@etag.conditional
def replace_document(
    body: dict[str, Any], lesson_id: str, expect: etag.Revisions
) -> tuple[DescribedLesson, dict[str, str]]:
    """Set the document of the lesson's draft.

    Several lessons and courses may show the same file, which is kept as long as one of them does. The file must be the
    caller's own, or one that a course of theirs shows; administrators may use any. Learners see it once the course is
    published again.
    """
    require_lesson_author(lesson_id)
    require_attachable_file(body["file_id"])
    lesson = lessons.set_document(lesson_id, body["file_id"], expect=expect)
    return lessons.describe(lesson), etag.of(lesson)


@blp.delete("/<object_id:lesson_id>/document")
@confirms_caller
@blp.response(204)
@blp.raises(NoSuchLesson, NotYourCourse, NotADocumentLesson, NoDocument)
@etag.conditional
def delete_document(lesson_id: str, expect: etag.Revisions) -> tuple[None, dict[str, str]]:
    """Remove the document from the lesson's draft.

    Published versions keep it. The file is deleted a week after nothing shows it any more.
    """
    require_lesson_author(lesson_id)
    return None, etag.of(lessons.remove_document(lesson_id, expect=expect))
