"""Schemas of the moderation of reviews."""

from marshmallow import fields

from learnstream.documents import SubjectKind
from learnstream.documents.review import Concern, ReportReason
from learnstream.schemas.common.base import Choice, Instant, ObjectIdText, Schema, Text, Word
from learnstream.schemas.reviews.review import MAX_REASON, STARS_NUMBER, TEXT, ReviewReplySchema, ReviewReportSchema
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of

HIDING_REASON = {
    "description": "Why. The author sees it, and it is in the audit log.",
    "example": "It names another learner.",
}
SUBJECT_ID = {"description": "The id of the course or book.", "example": cast.COURSE_ID}


class ModerationQuerySchema(Schema):
    state = Choice(
        Concern,
        load_default=Concern.REPORTED,
        metadata={"description": "`reported`: with reports that were not dismissed; `hidden`: by an administrator."},
    )
    kind = Choice(
        SubjectKind,
        load_default=None,
        allow_none=False,
        metadata={"description": "Only reviews of courses, or of books."},
    )
    subject_id = ObjectIdText(
        load_default=None, allow_none=False, metadata={"description": "Only reviews of this course or book."}
    )
    reason = Choice(
        ReportReason,
        load_default=None,
        allow_none=False,
        metadata={"description": "Only reviews that were reported for this, and not dismissed."},
    )


class HidingSchema(Schema):
    reason = Text(min=1, max=MAX_REASON, strip=True, required=True, metadata=HIDING_REASON)


class HidingRecordSchema(Schema):
    by = fields.Integer(metadata={"description": "The administrator's id.", "example": cast.ADMIN_ID})
    at = Instant(metadata={"description": "When."})
    reason = fields.String(metadata=HIDING_REASON)


class ModeratedReviewSchema(Schema):
    """A review as administrators see it."""

    id = fields.String(attribute="_id", metadata={"description": "The review's id.", "example": cast.REVIEW_ID})
    kind = Word(
        SubjectKind,
        attribute="subject_kind",
        metadata={"description": "What is reviewed.", "example": SubjectKind.COURSE.value},
    )
    subject_id = fields.String(metadata=SUBJECT_ID)
    user_id = fields.Integer(
        allow_none=True,
        metadata={"description": "The author's id; null once the account is erased.", "example": cast.LEARNER_ID},
    )
    anonymous = fields.Boolean(metadata={"description": "Whether no name is shown with it.", "example": False})
    stars = fields.Integer(metadata=STARS_NUMBER)
    text = fields.String(metadata=TEXT)
    reply = fields.Nested(
        ReviewReplySchema, allow_none=True, metadata={"description": "What the staff replied; null if nothing."}
    )
    helpful = fields.Integer(metadata={"description": "How many users it helped.", "example": 3})
    open_reports = fields.Integer(metadata={"description": "How many reports were not dismissed.", "example": 1})
    reports = fields.List(
        fields.Nested(ReviewReportSchema),
        metadata={"description": "All reports, the first one first.", "example": [example_of(ReviewReportSchema())]},
    )
    hidden = fields.Nested(
        HidingRecordSchema, allow_none=True, metadata={"description": "Who hid it, and why; null if it is public."}
    )
    created_at = Instant(metadata={"description": "When it was written."})
    updated_at = Instant(metadata={"description": "When its author last changed it."})
