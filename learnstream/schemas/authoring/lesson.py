"""Schemas of lessons: drafts, and the published form."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents import FileState, LessonKind, VideoStatus
from learnstream.schemas.authoring.assignment import LessonAssignmentSchema, WholeAssignmentSchema
from learnstream.schemas.authoring.quiz import LessonQuizSchema
from learnstream.schemas.authoring.reading import LessonReadingSchema, ReadingEntrySchema
from learnstream.schemas.common.base import (
    Flag,
    Instant,
    Line,
    Number,
    ObjectIdText,
    Schema,
    SomethingToChange,
    Text,
    Word,
)
from learnstream.web import cast

RULES = ("watched", "opened", "manual", "passed", "submitted", "graded")
KINDS = tuple(LessonKind)
MAX_BODY = 200_000


class CompletionSchema(Schema):
    """The rule that completes a lesson."""

    rule = fields.String(
        required=True,
        validate=validate.OneOf(RULES),
        metadata={
            "description": "`watched`: enough of the video was watched (the default for videos) · `opened` (the "
            "default for texts and documents) · `manual`: the learner says so · `passed`: the quiz was passed (the default "
            "for quizzes), or the homework · `submitted`: an attempt at the quiz, or homework, was submitted (the default "
            "for assignments) · `graded`: the homework was graded, and the learner sees it. Videos may have `watched` or "
            "`manual`, texts and documents `opened` or `manual`, quizzes `passed` or `submitted`, assignments `submitted`, "
            "`graded` or `passed`.",
            "example": "watched",
        },
    )
    threshold = Number(
        allow_none=True,
        validate=validate.Range(min=0, max=1, min_inclusive=False),
        metadata={"description": "With `watched`: the required share of the video, 0.9 by default.", "example": 0.8},
    )

    @ma.validates_schema
    def threshold_needs_watched(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("threshold") is not None and data["rule"] != "watched":
            raise ma.ValidationError({"threshold": ["Only the rule `watched` has a threshold."]})


COMPLETION = {"description": "The rule that completes the lesson.", "example": {"rule": "watched", "threshold": 0.9}}


class LessonFieldsSchema(Schema):
    """The editable fields of a lesson."""

    summary = Text(max=500, strip=True, metadata={"description": "One or two sentences for the outline."})
    body = Text(
        max=MAX_BODY,
        metadata={
            "description": "Markdown source, stored unchanged and not rendered by the server. For a video, "
            "document, quiz or assignment: its notes.",
            "example": "# The moon\n\nLook *up*.",
        },
    )
    free_preview = Flag(metadata={"description": "Whether the published lesson is public."})
    completion = fields.Nested(
        CompletionSchema,
        allow_none=True,
        metadata={"description": "The rule that completes the lesson; null for the default of its kind."},
    )


TITLE = {"description": "The lesson's title.", "example": cast.LESSON_TITLE}
KIND = {"description": "`video`, `text`, `document`, `quiz` or `assignment`. It cannot be changed.", "example": "text"}


class LessonCreateSchema(LessonFieldsSchema):
    title = Line(max=200, required=True, metadata=TITLE)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS), metadata=KIND)
    module_id = ObjectIdText(metadata={"description": "The module to append the lesson to; by default the last one."})


class LessonPatchSchema(LessonFieldsSchema, SomethingToChange):
    title = Line(max=200, metadata=TITLE)
    course_id = ObjectIdText(
        metadata={
            "description": "For administrators: the course of a lesson that has none yet. It cannot be changed "
            "afterwards."
        }
    )
    module_id = ObjectIdText(metadata={"description": "With `course_id`: the module to append the lesson to."})

    @ma.validates_schema
    def module_needs_course(self, data: dict[str, Any], **_: Any) -> None:
        if "module_id" in data and "course_id" not in data:
            raise ma.ValidationError({"module_id": ["Move lessons with PUT /courses/{id}/outline."]})


class DraftQuerySchema(Schema):
    timeless = True

    draft = fields.Boolean(
        load_default=False, metadata={"description": "Return the draft, for callers who may change it."}
    )


class LessonVideoSchema(Schema):
    id = fields.String(metadata={"description": "The video's id."})
    status = Word(
        VideoStatus,
        metadata={"description": "The processing status; a `ready` video can be played.", "example": "ready"},
    )
    duration = fields.Float(
        allow_none=True,
        metadata={
            "description": "The length in seconds; null until the video is ready.",
            "example": cast.VIDEO_SECONDS,
        },
    )


class LessonDocumentSchema(Schema):
    id = fields.String(metadata={"description": "The file's id."})
    name = fields.String(metadata={"description": "The file's name.", "example": cast.DOCUMENT_NAME})
    pages = fields.Integer(
        allow_none=True, metadata={"description": "The number of pages, if known.", "example": cast.DOCUMENT_PAGES}
    )
    size = fields.Integer(metadata={"description": "The size in bytes.", "example": cast.DOCUMENT_SIZE})
    state = Word(
        FileState, metadata={"description": "The file's state; a `ready` document can be read.", "example": "ready"}
    )


class PlaceSchema(Schema):
    id = fields.String(metadata={"description": "The module's id."})
    title = fields.String(metadata={"description": "The module's title."})
    position = fields.Integer(metadata={"description": "The module's position in the course, from 1."})


class LessonEntrySchema(Schema):
    """A lesson in an outline."""

    id = fields.String(metadata={"description": "The lesson's id: the same in every version."})
    title = fields.String(metadata=TITLE)
    kind = Word(KINDS, metadata=KIND)
    summary = fields.String(metadata={"description": "One or two sentences."})
    free_preview = fields.Boolean(metadata={"description": "Whether the lesson is public."})
    module = fields.Nested(PlaceSchema, allow_none=True, metadata={"description": "The module that contains it."})
    position = fields.Integer(allow_none=True, metadata={"description": "Its position in the module, from 1."})
    completion = fields.Nested(CompletionSchema, metadata=COMPLETION)
    video = fields.Nested(
        LessonVideoSchema, allow_none=True, metadata={"description": "Its video; null if it has none."}
    )
    document = fields.Nested(
        LessonDocumentSchema, allow_none=True, metadata={"description": "Its document; null if it has none."}
    )
    quiz = fields.Nested(
        LessonQuizSchema,
        allow_none=True,
        metadata={"description": "Its quiz, without the questions; null if it has none.", "example": None},
    )
    assignment = fields.Nested(
        LessonAssignmentSchema,
        allow_none=True,
        metadata={"description": "Its assignment, in short; null if it has none.", "example": None},
    )
    reading = fields.List(
        fields.Nested(LessonReadingSchema),
        metadata={"description": "The books of the reading list that belong to it."},
    )


class LessonSchema(LessonEntrySchema):
    """A lesson as readers see it. For a draft, `version` is 0, and `module` and `position` are null."""

    course_id = fields.String(
        allow_none=True, metadata={"description": "The lesson's course; null if none is assigned yet."}
    )
    version = fields.Integer(metadata={"description": "The course version that is shown; 0 for the draft."})
    body = fields.String(metadata={"description": "Markdown source."})
    assignment = fields.Nested(
        WholeAssignmentSchema,
        allow_none=True,
        metadata={"description": "Its assignment; null if it has none.", "example": None},
    )
    reading = fields.List(
        fields.Nested(ReadingEntrySchema),
        metadata={"description": "The books of the reading list that belong to it."},
    )
    updated_at = Instant(metadata={"description": "When the lesson, in this version, was last changed."})
