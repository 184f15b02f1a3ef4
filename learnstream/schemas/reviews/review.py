"""Schemas of reviews. Responses of lists are built as bytes; a test checks that they match these schemas."""

from marshmallow import fields, validate

from learnstream.documents.review import ReportReason, ReviewOrder
from learnstream.schemas.common.base import Choice, Flag, Instant, Schema, Text, Word
from learnstream.schemas.common.rating import RatingSchema
from learnstream.web import cast
from learnstream.web.parsing import Integer

MAX_STARS = 5
MAX_TEXT, MAX_REPLY, MAX_REASON = 5000, 5000, 1000
STARS_NUMBER = {"description": "From 1, the worst, to 5, the best.", "example": 5}
TEXT = {
    "description": "What the author says, in Markdown, which the server does not render; may be empty.",
    "example": "I *finally* know why the moon has phases.",
}
REPLY_TEXT = {
    "description": "The reply, in Markdown, which the server does not render.",
    "example": "Thank you! Part two comes in autumn.",
}


class ReviewWriteSchema(Schema):
    stars = Integer(strict=True, required=True, validate=validate.Range(min=1, max=MAX_STARS), metadata=STARS_NUMBER)
    text = Text(max=MAX_TEXT, strip=True, load_default="", metadata=TEXT)
    anonymous = Flag(load_default=False, metadata={"description": "Show no name with the review.", "example": False})


class ReviewReplySchema(Schema):
    text = fields.String(metadata=REPLY_TEXT)
    at = Instant(metadata={"description": "When it was last changed."})


class ReviewContentSchema(Schema):
    id = fields.String(metadata={"description": "The review's id.", "example": cast.REVIEW_ID})
    stars = fields.Integer(metadata=STARS_NUMBER)
    text = fields.String(metadata=TEXT)
    progress_percent = fields.Integer(
        allow_none=True,
        metadata={
            "description": "How much of the course its author had done when they wrote it; null for a book.",
            "example": 40,
        },
    )
    helpful = fields.Integer(metadata={"description": "How many users it helped.", "example": 3})
    reply = fields.Nested(
        ReviewReplySchema, allow_none=True, metadata={"description": "What the staff replied; null if nothing."}
    )
    created_at = Instant(metadata={"description": "When it was written."})
    updated_at = Instant(metadata={"description": "When its author last changed it."})


class ReviewSchema(ReviewContentSchema):
    """A review as everybody sees it."""

    author = fields.String(
        allow_none=True,
        metadata={
            "description": "The author's name; null if they wished so, or have no active account any more.",
            "example": cast.LEARNER["name"],
        },
    )


class HiddenReviewSchema(Schema):
    reason = fields.String(
        metadata={"description": "Why an administrator hid it.", "example": "It names another learner."}
    )
    at = Instant(metadata={"description": "When it was hidden."})


class OwnReviewSchema(ReviewContentSchema):
    """A review as its author sees it."""

    anonymous = fields.Boolean(metadata={"description": "Whether no name is shown with it.", "example": False})
    hidden = fields.Nested(
        HiddenReviewSchema,
        allow_none=True,
        metadata={
            "description": "Why nobody else sees it, and it does not count; null if it is public.",
            "example": None,
        },
    )


class WrittenReviewSchema(OwnReviewSchema):
    """A review that was just written."""

    rating = fields.Nested(RatingSchema, metadata={"description": "What all reviews amount to now."})


class ReviewQuerySchema(Schema):
    timeless = True

    sort = Choice(
        ReviewOrder,
        load_default=ReviewOrder.NEWEST,
        metadata={"description": "`newest`: by the time they were written; `helpful`: what helped most users first."},
    )
    stars = Integer(
        load_default=None,
        allow_none=False,
        validate=validate.Range(min=1, max=MAX_STARS),
        metadata={"description": "Only reviews with so many stars."},
    )


class ReviewReportWriteSchema(Schema):
    reason = Choice(ReportReason, required=True, metadata={"description": "What is wrong.", "example": "privacy"})
    text = Text(
        max=MAX_REASON,
        strip=True,
        load_default="",
        metadata={"description": "More for the administrators.", "example": "It has my telephone number."},
    )


class ReviewReplyWriteSchema(Schema):
    text = Text(min=1, max=MAX_REPLY, strip=True, required=True, metadata=REPLY_TEXT)


REASONS = [each.value for each in ReportReason]


class ReviewReportSchema(Schema):
    by = fields.Integer(
        attribute="user_id",
        allow_none=True,
        metadata={
            "description": "The id of the user who reported it; null once their account is erased.",
            "example": cast.OTHER_LEARNER_ID,
        },
    )
    reason = Word(REASONS, metadata={"description": "What is wrong.", "example": "privacy"})
    text = fields.String(metadata={"description": "What else they said.", "example": "It has my telephone number."})
    at = Instant(metadata={"description": "When it was reported."})
    dismissed = fields.Boolean(
        metadata={"description": "Whether an administrator has dismissed the report.", "example": False}
    )
