"""What each kind of event tells, and how the feed of them is read."""

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.models import EventType
from learnstream.schemas.common.base import Instant, ObjectIdText, Schema
from learnstream.web.openapi import OneOf
from learnstream.web.parsing import Integer

MAX_POSITION = 2**53 - 1  # the largest number that every JSON library keeps whole
MAX_LIMIT = 1000

USER = {"description": "Who learns.", "example": 7}
COURSE = {"description": "The course.", "example": "6560f3a2c1d4e5f6a7b8c9d0"}
VERSION = {"description": "The course version that the learner's seat is in.", "example": 1}


class CourseEventDataSchema(Schema):
    course_id = ObjectIdText(required=True, metadata=COURSE)


class PublicationEventDataSchema(CourseEventDataSchema):
    version = fields.Integer(required=True, metadata={"description": "The new version's number.", "example": 2})
    learners = fields.String(
        required=True,
        validate=validate.OneOf(("migrate", "keep")),
        metadata={"description": "Whether those who learn already moved to it.", "example": "migrate"},
    )


class SeatEventDataSchema(CourseEventDataSchema):
    enrollment_id = fields.Integer(required=True, metadata={"description": "The seat.", "example": 12})
    user_id = fields.Integer(required=True, metadata=USER)
    version = fields.Integer(required=True, metadata=VERSION)
    source = fields.String(
        required=True,
        metadata={"description": "How the seat came about: `self`, `admin`, `group` or `payment`.", "example": "self"},
    )


class CourseCompletionDataSchema(CourseEventDataSchema):
    enrollment_id = fields.Integer(required=True, metadata={"description": "The seat.", "example": 12})
    user_id = fields.Integer(required=True, metadata=USER)
    version = fields.Integer(required=True, metadata=VERSION)


class LessonCompletionDataSchema(CourseEventDataSchema):
    user_id = fields.Integer(required=True, metadata=USER)
    lesson_id = ObjectIdText(
        required=True, metadata={"description": "The lesson.", "example": "6560f3a2c1d4e5f6a7b8c9d1"}
    )
    version = fields.Integer(required=True, metadata=VERSION)
    completed_by = fields.String(
        required=True,
        metadata={
            "description": "The rule that was fulfilled: `watched`, `opened`, `manual`; `waived` by an instructor; or "
            "`rule_change`: a version came that asks for no more than the learner had done.",
            "example": "watched",
        },
    )


class EventBaseSchema(Schema):
    position = fields.Integer(
        required=True, metadata={"description": "Its place in the feed: 1, 2, 3, … without a gap.", "example": 1041}
    )
    id = fields.String(
        attribute="event_id",
        required=True,
        metadata={"description": "Names it forever.", "example": "lesson.completed:7:6560f3a2c1d4e5f6a7b8c9d1"},
    )
    occurred_at = Instant(required=True, metadata={"description": "When it happened; may lie before its neighbours'."})


def _shape(event_type: EventType, data: type[Schema], sentence: str) -> type[ma.Schema]:
    name = "".join(word.title() for word in event_type.value.split(".")) + "Event"
    word = {"description": sentence, "enum": [event_type.value], "example": event_type.value}
    return type(
        f"{name}Schema",
        (EventBaseSchema,),
        {
            "type": fields.String(required=True, metadata=word),
            "data": fields.Nested(data, required=True, metadata={"description": "What it tells."}),
        },
    )


SHAPES = {
    event_type.value: _shape(event_type, data, sentence)
    for event_type, data, sentence in (
        (EventType.ENROLLMENT_CREATED, SeatEventDataSchema, "A learner got a seat, or got it again."),
        (EventType.ENROLLMENT_WITHDRAWN, SeatEventDataSchema, "A learner left, or their seat was taken back."),
        (
            EventType.LESSON_COMPLETED,
            LessonCompletionDataSchema,
            "A learner completed a lesson, or did so again after a reset.",
        ),
        (
            EventType.COURSE_COMPLETED,
            CourseCompletionDataSchema,
            "A learner completed all lessons of a course, or did so again after a reset.",
        ),
        (EventType.COURSE_PUBLISHED, PublicationEventDataSchema, "A course got a new version."),
        (EventType.COURSE_ARCHIVED, CourseEventDataSchema, "A course takes no new learners any more."),
        (EventType.COURSE_REOPENED, CourseEventDataSchema, "An archived course takes learners again."),
    )
}


class FeedSchema(Schema):
    events = fields.List(
        OneOf("type", SHAPES), metadata={"description": "The next events, the oldest first; empty when there are none."}
    )
    next = fields.Integer(metadata={"description": "What to send as `after` next time.", "example": 1041})


class FeedQuerySchema(Schema):
    after = Integer(
        validate=validate.Range(min=0, max=MAX_POSITION),
        load_default=None,
        allow_none=False,
        metadata={"description": "The position of the last event you have; absent: from the oldest that is kept."},
    )
    limit = Integer(
        validate=validate.Range(min=1, max=MAX_LIMIT),
        load_default=100,
        metadata={"description": "How many events at most."},
    )
