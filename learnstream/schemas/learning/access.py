"""Whether something opens, and if not, why.

The answers are made as plain values; these shapes document them, and a test holds the two together.
"""

from marshmallow import fields

from learnstream.schemas.common.base import Instant, Schema, Word
from learnstream.web.openapi_document import MAY_BE_ABSENT

# What other reasons, and prerequisites of the other kind, do not have.
AT_TIMES = {MAY_BE_ABSENT: True}
CODES = (
    "`not_enrolled` and `enrollment_expired`: enrolling opens it, if `can_enroll` · `not_released_yet`: `unlocks_at` does · "
    "`prerequisite_missing`: completing the `prerequisite` does · `video_not_ready`, `video_errored`, `video_deleted`: "
    "its instructor has to act, or only to wait · `not_in_your_version`: a later version has it · `not_published`: only "
    "a draft exists."
)


class PrerequisiteSchema(Schema):
    kind = Word(("lesson", "module"), metadata={"description": "Which of the two it is.", "example": "lesson"})
    id = fields.String(metadata={"description": "What has to be completed."})
    title = fields.String(metadata={"description": "Its title.", "example": "Why the moon has phases"})
    fraction = fields.Float(
        metadata=AT_TIMES | {"description": "Of a lesson: the share of its video that was watched.", "example": 0.61}
    )
    threshold = fields.Float(
        allow_none=True,
        metadata=AT_TIMES
        | {"description": "The share that completes it; null if something else does.", "example": 0.9},
    )
    completed_lessons = fields.Integer(
        metadata=AT_TIMES | {"description": "Of a module: how many lessons are completed."}
    )
    lesson_count = fields.Integer(metadata=AT_TIMES | {"description": "Of a module: how many it has."})


class ReasonSchema(Schema):
    code = fields.String(metadata={"description": CODES, "example": "prerequisite_missing"})
    detail = fields.String(metadata={"description": "The reason in a sentence for people."})
    unlocks_at = Instant(metadata=AT_TIMES | {"description": "When it opens by itself."})
    expired_at = Instant(metadata=AT_TIMES | {"description": "When the seat ended."})
    can_enroll = fields.Boolean(metadata=AT_TIMES | {"description": "Whether the course takes new learners."})
    prerequisite = fields.Nested(PrerequisiteSchema, metadata=AT_TIMES | {"description": "What has to be completed."})
    video_status = fields.String(
        metadata=AT_TIMES | {"description": "How far the video is; `missing` if there is none."}
    )


class AnswerSchema(Schema):
    allowed = fields.Boolean(metadata={"description": "Whether it opens, and plays if it is a video."})
    reasons = fields.List(fields.Nested(ReasonSchema), metadata={"description": "All that stands against it."})


class LessonAccessSchema(AnswerSchema):
    course_id = fields.String(metadata={"description": "The lesson's course."})
    lesson_id = fields.String(metadata={"description": "The lesson."})
    version = fields.Integer(metadata={"description": "The version of the course that the caller is shown."})


class LessonAnswerSchema(AnswerSchema):
    lesson_id = fields.String(metadata={"description": "The lesson."})


class CourseAccessSchema(AnswerSchema):
    course_id = fields.String(metadata={"description": "The course."})
    version = fields.Integer(metadata={"description": "The version that the caller is shown; 0 if none is published."})
    is_author = fields.Boolean(metadata={"description": "Whether the caller may change the course, and needs no seat."})
    expires_at = Instant(allow_none=True, metadata={"description": "When the caller's seat ends; null is never."})
    lessons = fields.List(
        fields.Nested(LessonAnswerSchema), metadata={"description": "The lessons of that version, in outline order."}
    )
