"""Schemas of attempts at quizzes, as their learners see them.

Responses are built as plain values; a test checks that they match these schemas.
"""

from marshmallow import fields, validate

from learnstream.documents import AttemptState, SubmittedBy
from learnstream.documents.quiz import Navigation
from learnstream.schemas.assessment.answer_value import AnswerValue
from learnstream.schemas.assessment.asked_question import (
    ASKED,
    QUESTION_ID,
    SEQ,
    OtherAskedQuestionSchema,
)
from learnstream.schemas.assessment.result import ResultSchema
from learnstream.schemas.assessment.staff_part import StaffPartSchema
from learnstream.schemas.common.base import Instant, Number, ObjectIdText, Schema, Text, Word
from learnstream.schemas.learning.progress import Count
from learnstream.web import cast
from learnstream.web.openapi import OneOf
from learnstream.web.openapi_schemas import MAY_BE_ABSENT

MAX_ANSWERS = 500  # in one request
MAX_SPENT = 10_000_000  # seconds, four months


class StartSchema(Schema):
    """What a learner needs to start an attempt."""

    access_code = Text(
        max=200,
        load_default=None,
        allow_none=True,
        metadata={"description": "The access code, for a quiz that needs one.", "example": cast.ACCESS_CODE},
    )


class GivenAnswerSchema(Schema):
    question_id = ObjectIdText(required=True, metadata=QUESTION_ID)
    answer = AnswerValue(required=True)
    seq = Count(required=True, metadata={"description": SEQ, "example": 12})
    client_time = Instant(
        required=True, metadata={"description": "When it was given, by the client's clock.", "example": cast.WATCHED_AT}
    )
    seconds = Number(
        allow_nan=False,
        validate=validate.Range(min=0, max=MAX_SPENT),
        allow_none=True,
        load_default=None,
        metadata={"description": "How long the learner has spent on the question, in seconds.", "example": 41.5},
    )


class SaveSchema(Schema):
    """Answers to save: one, or several that were given while the client was offline."""

    answers = fields.List(
        fields.Nested(GivenAnswerSchema),
        required=True,
        validate=validate.Length(min=1, max=MAX_ANSWERS),
        metadata={"description": f"At most {MAX_ANSWERS} answers, in any order."},
    )


class KeptSchema(Schema):
    question_id = ObjectIdText(metadata=QUESTION_ID)
    seq = fields.Integer(metadata={"description": "The number of the answer that is stored now.", "example": 12})


class ClockSchema(Schema):
    deadline_at = Instant(
        allow_none=True,
        metadata={
            "description": "When time is over: by the time limit, or when the quiz closes; null without either. Answers may "
            "arrive up to 15 seconds later.",
            "example": cast.ATTEMPT_ENDS_AT,
        },
    )
    server_time = Instant(
        metadata={"description": "The present time by the server's clock, which decides.", "example": cast.WATCHED_AT}
    )


DIGEST = {
    "description": "A digest of all answers that are stored. The course's staff can compare it with theirs.",
    "example": "5d41402abc4b2a76b9719d911017c592",
}


class SavedSchema(ClockSchema):
    kept = fields.List(
        fields.Nested(KeptSchema),
        metadata={"description": "What is stored now of the questions that were sent; a later answer may be."},
    )
    locked = fields.List(
        ObjectIdText(),
        metadata={
            "description": "The questions whose stored answers could not be changed: with `navigation` `forward`, once a "
            "later question has been answered.",
            "example": [],
        },
    )
    digest = fields.String(metadata=DIGEST)


class ListedAttemptSchema(ResultSchema):
    id = ObjectIdText(metadata={"description": "The attempt's id.", "example": cast.ATTEMPT_ID})
    number = fields.Integer(metadata={"description": "1 for the learner's first attempt at the quiz.", "example": 1})
    state = Word(AttemptState, metadata={"description": "It stays `submitted`.", "example": "in_progress"})
    started_at = Instant(metadata={"description": "When it was started.", "example": cast.BEGAN_AT})
    deadline_at = Instant(
        allow_none=True,
        metadata={"description": "When its time is over; null: never.", "example": cast.ATTEMPT_ENDS_AT},
    )
    submitted_at = Instant(
        allow_none=True,
        metadata={"description": "When it was submitted; null while it is in progress.", "example": None},
    )
    submitted_by = Word(
        SubmittedBy,
        allow_none=True,
        metadata={
            "description": "`clock`: when its time was over, with the answers that were saved.",
            "example": None,
        },
    )
    voided_at = Instant(
        allow_none=True,
        metadata={"description": "When the course's staff gave the attempt back; it does not count.", "example": None},
    )


class AttemptSchema(ListedAttemptSchema, ClockSchema):
    course_id = ObjectIdText(metadata={"description": "The course's id.", "example": cast.COURSE_ID})
    lesson_id = ObjectIdText(metadata={"description": "The lesson's id.", "example": cast.QUIZ_LESSON_ID})
    navigation = Word(
        Navigation,
        metadata={
            "description": "`forward`: once a later question has been answered, an answer cannot be changed.",
            "example": "free",
        },
    )
    max_score = fields.Float(metadata={"description": "The sum of all points.", "example": 2.0})
    time_left = fields.Integer(
        allow_none=True,
        metadata={
            "description": "Seconds until `deadline_at`; null without a limit, or after the end.",
            "example": 1740,
        },
    )
    questions = fields.List(
        OneOf("kind", ASKED, other=OtherAskedQuestionSchema),
        metadata={"description": "The questions, in this learner's order."},
    )
    digest = fields.String(metadata=DIGEST)
    staff = fields.Nested(
        StaffPartSchema,
        metadata={"description": "For the course's staff; learners do not get it.", MAY_BE_ABSENT: True},
    )
