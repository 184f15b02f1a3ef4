"""The progress of a group's members, as its staff see it."""

from marshmallow import fields

from learnstream.schemas.common.base import Instant, ObjectIdText, Schema
from learnstream.schemas.enrollment.group import GroupMemberSchema
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of


class CourseShareSchema(Schema):
    course_id = ObjectIdText(metadata={"description": "The course's id."})
    fraction = fields.Float(
        metadata={"description": "The progress from 0 to 1, as in the list of learners.", "example": cast.FRACTION}
    )
    completed_at = Instant(
        allow_none=True, metadata={"description": "When the member completed the course; or null.", "example": None}
    )
    last_active_at = Instant(
        allow_none=True, metadata={"description": "The last activity; null: none.", "example": cast.WATCHED_AT}
    )


class MemberProgressSchema(GroupMemberSchema):
    courses = fields.List(
        fields.Nested(CourseShareSchema),
        metadata={
            "description": "The progress in each course that the group is given.",
            "example": [example_of(CourseShareSchema())],
        },
    )
