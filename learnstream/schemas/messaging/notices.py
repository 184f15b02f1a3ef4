"""Schemas of notices."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.schemas.common.base import Choice, Instant, ObjectIdText, Schema, Word
from learnstream.web import cast

MAX_IDS = 100
FACTS = """\
What the text is made of, for clients with texts of their own; more may be added. Times are in the time zone of the account.

| `kind` | facts |
|---|---|
| `course_version` | `course`, `version` |
| `announcement` | `title`; `of`, the course or group |
| `due_tomorrow` | `course`, `lesson`, `due_at` |
| `work_submitted` | `course` |
| `grades_released`, `grade_changed` | `course`, `lesson` |
| `seat_given` | `course`, the last one if `count` is more than 1 |
| `seat_ending` | `course`, `ends_at` |
| `review_replied` | `title`, of the course or book |
| `review_hidden` | `title`, `reason` |
| `import_finished` | `kind`, `outcome` |
| `mail_failing` | `since_at` |
| `payment_received`, `payment_refunded` | `course`, `amount` in the currency's minor unit, `currency` |
| `payment_at_risk` | `course`, `amount`, `currency`; `risk`: `warned` or `disputed` |"""


class TargetSchema(Schema):
    kind = Word(TargetKind, metadata={"description": "What it is.", "example": "lesson"})
    id = fields.String(
        allow_none=True,
        metadata={"description": "Its id; null where there is only one.", "example": cast.ASSIGNMENT_LESSON_ID},
    )


class NotificationSchema(Schema):
    id = ObjectIdText(metadata={"description": "The notice's id.", "example": cast.NOTICE_ID})
    kind = Word(NoticeKind, metadata={"description": "What it tells.", "example": "grades_released"})
    text = fields.String(
        metadata={
            "description": "What it tells in one line, in the account's language. Plain text, not HTML.",
            "example": f"Your work in “{cast.ASSIGNMENT_LESSON_TITLE}” of “{cast.COURSE_TITLE}” was graded",
        }
    )
    facts = fields.Dict(
        metadata={
            "description": FACTS,
            "example": {"course": cast.COURSE_TITLE, "lesson": cast.ASSIGNMENT_LESSON_TITLE},
        }
    )
    course_id = ObjectIdText(allow_none=True, metadata={"description": "The course, if it concerns one."})
    target = fields.Nested(TargetSchema, metadata={"description": "What to open for it."})
    count = fields.Integer(
        metadata={"description": "How many events it tells of: those soon after each other share one.", "example": 1}
    )
    created_at = Instant(metadata={"description": "When it was told."})
    updated_at = Instant(metadata={"description": "When the last of its events was told."})
    read_at = Instant(allow_none=True, metadata={"description": "When it was marked as read; null until then."})


class NotificationQuerySchema(Schema):
    unread = fields.Boolean(metadata={"description": "Only unread ones (`true`)."})
    kind = Choice(NoticeKind, metadata={"description": "Only those of this kind."})


class UnreadSchema(Schema):
    unread = fields.Integer(metadata={"description": "How many notices are unread.", "example": 3})


class ReadSchema(Schema):
    ids = fields.List(
        ObjectIdText(metadata={"example": cast.NOTICE_ID}),
        validate=validate.Length(min=1, max=MAX_IDS),
        metadata={"description": "These notices."},
    )
    before = Instant(
        metadata={
            "description": "All notices that were last updated then or before: the `updated_at` of the newest one that the "
            "user has seen."
        }
    )

    @ma.validates_schema
    def require_one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ma.ValidationError("Provide either `ids` or `before`.")
