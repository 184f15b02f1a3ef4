"""Schemas of access checks: whether something is open and, if not, why.

Responses are built as plain values; a test checks that they match these schemas.
"""

from marshmallow import fields

from learnstream.schemas.common.base import Instant, Schema, Word
from learnstream.web import cast
from learnstream.web.openapi_schemas import MAY_BE_ABSENT

# Fields that other reasons, or prerequisites of the other kind, lack.
AT_TIMES = {MAY_BE_ABSENT: True}
CODES = (
    "`not_enrolled` and `enrollment_expired`: enrolling opens it, if `can_enroll` · `not_released_yet`: opens at "
    "`unlocks_at` · `prerequisite_missing`: completing the `prerequisite` opens it · `video_not_ready`, "
    "`video_errored`, `video_deleted`, `document_not_ready`: the instructor must wait or act · "
    "`not_in_your_version`: only a later version contains it · `not_published`: only a draft exists."
)


class PrerequisiteSchema(Schema):
    kind = Word(
        ("lesson", "module"), metadata={"description": "Whether it is a lesson or a module.", "example": "lesson"}
    )
    id = fields.String(metadata={"description": "The prerequisite that must be completed."})
    title = fields.String(metadata={"description": "Its title.", "example": cast.LESSON_TITLE})
    fraction = fields.Float(
        metadata=AT_TIMES | {"description": "For a lesson: the watched share of its video.", "example": 0.61}
    )
    threshold = fields.Float(
        allow_none=True,
        metadata=AT_TIMES
        | {"description": "The share that completes the lesson; null if another rule does.", "example": 0.9},
    )
    completed_lessons = fields.Integer(
        metadata=AT_TIMES | {"description": "For a module: the number of completed lessons."}
    )
    lesson_count = fields.Integer(metadata=AT_TIMES | {"description": "For a module: the number of its lessons."})


class ReasonSchema(Schema):
    code = fields.String(metadata={"description": CODES, "example": "prerequisite_missing"})
    detail = fields.String(metadata={"description": "The reason as a human-readable sentence."})
    unlocks_at = Instant(metadata=AT_TIMES | {"description": "When it opens."})
    expired_at = Instant(metadata=AT_TIMES | {"description": "When the enrollment ended."})
    can_enroll = fields.Boolean(metadata=AT_TIMES | {"description": "Whether the course accepts new learners."})
    prerequisite = fields.Nested(
        PrerequisiteSchema, metadata=AT_TIMES | {"description": "The prerequisite that must be completed."}
    )
    video_status = fields.String(
        metadata=AT_TIMES | {"description": "The status of the video; `missing` if there is none."}
    )
    document_state = fields.String(
        metadata=AT_TIMES | {"description": "The state of the document's file; `missing` if there is none."}
    )


class AnswerSchema(Schema):
    allowed = fields.Boolean(
        metadata={"description": "Whether it is open and its video playable, or its document readable."}
    )
    reasons = fields.List(fields.Nested(ReasonSchema), metadata={"description": "All reasons why it is closed."})


class LessonAccessSchema(AnswerSchema):
    course_id = fields.String(metadata={"description": "The id of the lesson's course."})
    lesson_id = fields.String(metadata={"description": "The lesson's id."})
    version = fields.Integer(metadata={"description": "The course version shown to the caller."})


class LessonAnswerSchema(AnswerSchema):
    lesson_id = fields.String(metadata={"description": "The lesson's id."})


class CourseAccessSchema(AnswerSchema):
    course_id = fields.String(metadata={"description": "The course's id."})
    version = fields.Integer(metadata={"description": "The version shown to the caller; 0 if none is published."})
    is_author = fields.Boolean(
        metadata={"description": "Whether the caller may change the course and needs no enrollment."}
    )
    expires_at = Instant(
        allow_none=True, metadata={"description": "When the caller's enrollment ends; null means never."}
    )
    lessons = fields.List(
        fields.Nested(LessonAnswerSchema), metadata={"description": "The lessons of that version, in outline order."}
    )
