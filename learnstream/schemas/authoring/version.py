"""Schemas of publishing and of course versions."""

from marshmallow import fields, validate

from learnstream.documents import FileState, VideoStatus
from learnstream.errors.assignment_lessons import Fault as AssignmentFault
from learnstream.errors.quiz_lessons import Fault
from learnstream.schemas.authoring.course import MetadataSchema
from learnstream.schemas.authoring.lesson import LessonEntrySchema
from learnstream.schemas.authoring.reading import ReadingEntrySchema
from learnstream.schemas.common.base import Instant, Schema, Text, Word
from learnstream.web import cast

LEARNERS = ("migrate", "keep")
NOTE = {"description": "Release notes for the list of versions.", "example": cast.NOTE}


class PublishSchema(Schema):
    note = Text(max=500, strip=True, load_default="", metadata=NOTE)
    learners = fields.String(
        validate=validate.OneOf(LEARNERS),
        load_default="migrate",
        metadata={"description": "`migrate` moves enrolled learners to the new version, `keep` leaves them in theirs."},
    )


class WarningSchema(Schema):
    lesson_id = fields.String(metadata={"description": "The id of a lesson that cannot be shown yet."})
    title = fields.String(metadata={"description": "The lesson's title."})
    video_status = Word(
        [*VideoStatus, "missing"],
        allow_none=True,
        metadata={"description": "The status of a video lesson's video; `missing` if it has none."},
    )
    document_state = Word(
        [*FileState, "missing"],
        allow_none=True,
        metadata={"description": "The state of a document lesson's file; `missing` if it has none.", "example": None},
    )
    quiz_problem = Word(
        Fault,
        allow_none=True,
        metadata={"description": "Why a draft's quiz cannot be published; null after publishing.", "example": None},
    )
    assignment_problem = Word(
        AssignmentFault,
        allow_none=True,
        metadata={
            "description": "Why a draft's assignment cannot be published; null after publishing.",
            "example": None,
        },
    )


class PublicationSchema(Schema):
    course_id = fields.String(metadata={"description": "The course's id."})
    version = fields.Integer(metadata={"description": "The new version's number."})
    published_at = Instant(metadata={"description": "When it was published."})
    note = fields.String(metadata=NOTE)
    learners = Word(
        LEARNERS,
        metadata={"description": "Whether enrolled learners moved to it (`migrate`) or kept their versions (`keep`)."},
    )
    status = Word(("published", "archived"), metadata={"description": "An archived course stays `archived`."})
    warnings = fields.List(
        fields.Nested(WarningSchema),
        metadata={"description": "Lessons whose video, document, quiz or assignment cannot be shown yet."},
    )


class VersionSchema(Schema):
    version = fields.Integer(attribute="number", metadata={"description": "The version's number, from 1."})
    published_at = Instant(metadata={"description": "When it was published."})
    published_by = fields.Integer(metadata={"description": "The user who published it."})
    note = fields.String(metadata=NOTE)
    learners = Word(
        LEARNERS,
        metadata={"description": "Whether enrolled learners moved to it (`migrate`) or kept their versions (`keep`)."},
    )
    current = fields.Boolean(metadata={"description": "Whether new learners get this version."})


class VersionDetailSchema(VersionSchema, MetadataSchema):
    title = fields.String(metadata={"description": "The course's title in this version."})
    lessons = fields.List(fields.Nested(LessonEntrySchema), metadata={"description": "Its lessons, in outline order."})
    reading_list = fields.List(
        fields.Nested(ReadingEntrySchema), metadata={"description": "Its reading list, in order."}
    )
