"""Schemas of lists of submissions for the staff."""

from marshmallow import fields

from learnstream.documents import SubmissionState
from learnstream.documents.submission import Stage
from learnstream.schemas.common.base import Choice, Flag, Instant, ObjectIdText, RowId, Schema, Word
from learnstream.web import cast

LATE = {"description": "Only what was handed in late (`true`), or in time.", "example": True}
OF_GROUP = (
    "Only submissions of the group's present members. While submissions are anonymous, it is for the group's staff alone, "
    "and only if at least three learners could have handed in each of them"
)


class QueueQuerySchema(Schema):
    lesson_id = ObjectIdText(
        metadata={"description": "Only submissions in this lesson.", "example": cast.ASSIGNMENT_LESSON_ID}
    )
    group_id = RowId(
        strict=False,
        metadata={"description": f"{OF_GROUP}; others are left out.", "example": cast.GROUP_ID},
    )
    late = fields.Boolean(metadata=LATE)


class SubmissionQuerySchema(Schema):
    state = Choice(
        Stage,
        metadata={
            "description": "Only those that await grading (`submitted`), that have a grade which the learner does not see yet "
            "(`graded`), whose grade the learner sees (`released`), or that were returned to the learner (`returned`).",
            "example": "submitted",
        },
    )
    late = fields.Boolean(metadata=LATE)
    group_id = RowId(strict=False, metadata={"description": f"{OF_GROUP}; else it is 422.", "example": cast.GROUP_ID})
    user_id = RowId(
        strict=False,
        metadata={"description": "Only submissions of this learner; 422 while there are anonymous ones in the lesson."},
    )
    marked_by = RowId(strict=False, metadata={"description": "Only those that this user has graded."})
    latest = fields.Boolean(
        load_default=True,
        metadata={"description": "Only the latest submission of each learner (`true`), or all.", "example": True},
    )


class StaffListedSubmissionSchema(Schema):
    id = ObjectIdText(metadata={"description": "The submission's id.", "example": cast.SUBMISSION_ID})
    course_id = ObjectIdText(metadata={"description": "The course.", "example": cast.COURSE_ID})
    lesson_id = ObjectIdText(metadata={"description": "The lesson.", "example": cast.ASSIGNMENT_LESSON_ID})
    anonymous = Flag(
        metadata={
            "description": "Whether the learner is shown by a pseudonym: until a grade of theirs in the lesson is released.",
            "example": False,
        }
    )
    user_id = fields.Integer(
        allow_none=True,
        metadata={"description": "The learner; null while anonymous.", "example": cast.LEARNER_ID},
    )
    name = fields.String(
        allow_none=True,
        metadata={
            "description": "The learner's name, or the pseudonym, which is the same for all submissions of the learner in the "
            "lesson; null if the account was deleted.",
            "example": cast.LEARNER["name"],
        },
    )
    number = fields.Integer(metadata={"description": "1 for the learner's first submission.", "example": 1})
    state = Word(SubmissionState, metadata={"description": "`submitted` or `returned`.", "example": "submitted"})
    superseded = Flag(metadata={"description": "Whether the learner has handed in a later one.", "example": False})
    submitted_at = Instant(
        allow_none=True,
        metadata={
            "description": "When it was handed in; null while anonymous, since other times of learners are known by name."
        },
    )
    due_at = Instant(
        allow_none=True,
        metadata={"description": "When it was due for the learner; null while anonymous, and if it never was."},
    )
    late_seconds = fields.Integer(
        metadata={"description": "How much later than due it came; while anonymous, in begun days.", "example": 0}
    )
    penalty = fields.Float(
        metadata={"description": "The percentage of the points that lateness takes.", "example": 0.0}
    )
    points = fields.Float(
        allow_none=True, metadata={"description": "The points that were given; null if none were.", "example": 8.5}
    )
    reduced_points = fields.Float(
        allow_none=True, metadata={"description": "The points that lateness leaves.", "example": 8.5}
    )
    max_points = fields.Float(metadata={"description": "The points that can be reached.", "example": 10.0})
    graded_by = fields.Integer(
        allow_none=True, metadata={"description": "The user who gave the grade.", "example": cast.INSTRUCTOR["id"]}
    )
    graded_at = Instant(allow_none=True, metadata={"description": "When it was given."})
    released_at = Instant(
        allow_none=True,
        metadata={"description": "Since when the learner sees this grade; null if they do not.", "example": None},
    )
    returned_at = Instant(
        allow_none=True, metadata={"description": "When it was returned to the learner.", "example": None}
    )
    claimed_by = fields.Integer(
        allow_none=True,
        metadata={"description": "The user who is grading it; or null.", "example": cast.INSTRUCTOR["id"]},
    )
    claimed_until = Instant(
        allow_none=True, metadata={"description": "Until when nobody else can; or null.", "example": None}
    )
    revision = fields.Integer(
        metadata={
            "description": "The state of the submission; send it in quotes as `If-Match` when you grade it.",
            "example": 2,
        }
    )
