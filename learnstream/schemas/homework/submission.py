"""Schemas of submissions, as their learners see them.

Responses are built as plain values; a test checks that they match these schemas.
"""

from typing import Any
from urllib.parse import urlsplit

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents import SubmissionState
from learnstream.schemas.authoring.assignment import MAX_FILES, MAX_LENGTH, RubricCriterionSchema
from learnstream.schemas.common.base import Flag, Instant, Line, ObjectIdText, Schema, SomethingToChange, Text, Word
from learnstream.web import cast

MAX_URL = 2000
REASONS = ("submission_closed", "submissions_exhausted", "not_open_again")
TEXT = {"description": "What the learner wrote, stored unchanged; null for nothing.", "example": "The sun lights it."}
LINK = {"description": "The URL of a work elsewhere, `http` or `https`; null for none.", "example": None}
LATE_SECONDS = {
    "description": "By how many begun seconds it was handed in late; 0 for in time.",
    "example": 0,
}
PENALTY = {"description": "The percentage of the points that lateness takes.", "example": 0.0}
DUE_AT = {"description": "When it is due for the learner; null for never.", "example": cast.ASSIGNMENT_DUE_AT}


def _is_web_address(url: str) -> None:
    if url and not _names_a_host(url):
        raise ma.ValidationError("Must be a URL that begins with http:// or https:// and a host.")


def _names_a_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    # What stands before an `@` looks like the host to its reader, and so do characters that change the order of others.
    return is_web and parts.username is None and url.isprintable() and " " not in url


class WebAddress(Line):
    """An `http` or `https` URL, or an empty text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min=0, max=MAX_URL, validate=_is_web_address, **kwargs)


class SubmissionInputSchema(SomethingToChange):
    """A draft as a whole: what is absent is removed from it. A body without anything is a mistake, and removes nothing."""

    text = Text(max=MAX_LENGTH, allow_none=True, metadata=TEXT)
    url = WebAddress(allow_none=True, metadata=LINK)
    file_ids = fields.List(
        ObjectIdText(),
        validate=validate.Length(max=MAX_FILES),
        metadata={
            "description": "Own files with the purpose `submission` that are `ready`, in the learner's order.",
            "example": [cast.SUBMITTED_FILE_ID],
        },
    )

    @ma.post_load
    def add_what_is_absent(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"text": None, "url": None, "file_ids": [], **data}


class SubmittedFileSchema(Schema):
    file_id = ObjectIdText(metadata={"description": "The file's id.", "example": cast.SUBMITTED_FILE_ID})
    name = fields.String(metadata={"description": "The file's name.", "example": "Moon diary.pdf"})
    size = fields.Integer(metadata={"description": "Its size in bytes.", "example": 182_044})
    type = fields.String(metadata={"description": "The type of its contents.", "example": "application/pdf"})


class SubmissionContentSchema(Schema):
    number = fields.Integer(
        metadata={"description": "The number of the submission in the lesson: 1, 2, 3, …", "example": 1}
    )
    text = fields.String(allow_none=True, metadata=TEXT)
    url = fields.String(allow_none=True, metadata=LINK)
    files = fields.List(fields.Nested(SubmittedFileSchema), metadata={"description": "The files, in order."})


class SubmissionDraftSchema(SubmissionContentSchema):
    saved_at = Instant(metadata={"description": "When it was last saved.", "example": cast.WATCHED_AT})


class SubmissionReceiptSchema(Schema):
    """The confirmation of a submission."""

    id = ObjectIdText(metadata={"description": "The submission's id.", "example": cast.SUBMISSION_ID})
    number = fields.Integer(metadata={"description": "Its number in the lesson: 1, 2, 3, …", "example": 1})
    state = Word(
        [SubmissionState.SUBMITTED, SubmissionState.RETURNED],
        metadata={
            "description": "`submitted`, or `returned` by the staff, for the learner to hand in another one.",
            "example": "submitted",
        },
    )
    submitted_at = Instant(
        metadata={"description": "When it was handed in, by the server's clock.", "example": cast.COMPLETED_AT}
    )
    digest = fields.String(
        metadata={
            "description": "A digest of what was handed in. The course's staff can compare it with theirs.",
            "example": "5d41402abc4b2a76b9719d911017c592",
        }
    )
    due_at = Instant(allow_none=True, metadata=DUE_AT)
    late_seconds = fields.Integer(metadata=LATE_SECONDS)
    penalty = fields.Float(metadata=PENALTY)


class ShownGradeSchema(Schema):
    points = fields.Float(metadata={"description": "The points after lateness.", "example": 8.5})
    raw_points = fields.Float(metadata={"description": "The points before lateness.", "example": 8.5})
    max_points = fields.Float(metadata={"description": "The points that could be reached.", "example": 10.0})
    levels = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        allow_none=True,
        metadata={
            "description": "The level of each criterion of the rubric, by their ids; null if it was graded without one.",
            "example": {"observation": "complete"},
        },
    )
    rubric = fields.List(
        fields.Nested(RubricCriterionSchema),
        metadata={
            "description": "The rubric that the levels are of, also if the assignment has another one since; empty without "
            "levels.",
            "example": [],
        },
    )
    comment = fields.String(metadata={"description": "The marker's comment.", "example": "Well observed."})
    released_at = Instant(metadata={"description": "Since when the learner sees it.", "example": cast.COMPLETED_AT})


class OwnSubmissionSchema(SubmissionReceiptSchema, SubmissionContentSchema):
    grade = fields.Nested(
        ShownGradeSchema,
        allow_none=True,
        metadata={"description": "The grade, as far as it was released; null for none."},
    )
    returned_at = Instant(
        allow_none=True, metadata={"description": "When the staff returned it; or null.", "example": None}
    )
    return_comment = fields.String(
        allow_none=True, metadata={"description": "What the staff said then; or null.", "example": None}
    )


class OwnSubmissionsSchema(Schema):
    """A learner's draft and submissions in a lesson."""

    lesson_id = ObjectIdText(metadata={"description": "The lesson's id.", "example": cast.ASSIGNMENT_LESSON_ID})
    course_id = ObjectIdText(metadata={"description": "The course's id.", "example": cast.COURSE_ID})
    draft = fields.Nested(
        SubmissionDraftSchema,
        allow_none=True,
        metadata={"description": "What is saved and not handed in; null for nothing."},
    )
    submissions = fields.List(
        fields.Nested(OwnSubmissionSchema), metadata={"description": "What was handed in, the latest first."}
    )
    may_submit = Flag(metadata={"description": "Whether a draft can be saved and handed in now.", "example": True})
    reason = Word(
        REASONS,
        allow_none=True,
        metadata={"description": "Why not: the code of the error; null if it can.", "example": None},
    )
    due_at = Instant(allow_none=True, metadata=DUE_AT)
    accepted_until = Instant(
        allow_none=True,
        metadata={"description": "Until when it is accepted; null for no end.", "example": cast.ASSIGNMENT_DUE_AT},
    )
    attempts_left = fields.Integer(
        allow_none=True,
        metadata={
            "description": "How often the learner can still hand in; null for no limit. What was returned does not count.",
            "example": 2,
        },
    )
    server_time = Instant(
        metadata={"description": "The present time by the server's clock, which decides.", "example": cast.WATCHED_AT}
    )
