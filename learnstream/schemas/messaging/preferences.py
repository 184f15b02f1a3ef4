"""Schemas of how people want to be told."""

from typing import Any

from marshmallow import fields, validate

from learnstream.documents.notification import NoticeKind
from learnstream.models.mail import MailMode
from learnstream.schemas.common.base import Choice, Flag, Instant, Schema, Word

KIND: dict[str, Any] = {"description": "A kind of notice.", "example": "announcement"}
IN_APP: dict[str, Any] = {"description": "Whether the list of notifications shows them.", "example": True}
MAIL: dict[str, Any] = {
    "description": "How they are mailed: each `at_once`, all of a day together (`daily`), or `never`.",
    "example": "daily",
}


class WantedSchema(Schema):
    kind = Choice(NoticeKind, required=True, metadata=KIND)
    in_app = Flag(required=True, metadata=IN_APP)
    mail = Choice(MailMode, required=True, metadata=MAIL)


class PreferencesInputSchema(Schema):
    preferences = fields.List(
        fields.Nested(WantedSchema),
        required=True,
        validate=validate.Length(max=len(NoticeKind)),
        metadata={"description": "What you want for each kind; a kind that is absent gets its default back."},
    )


class DefaultSchema(Schema):
    in_app = fields.Boolean(metadata=IN_APP)
    mail = Word(MailMode, metadata=MAIL | {"example": "at_once"})


class PreferenceSchema(Schema):
    kind = Word(NoticeKind, metadata=KIND)
    in_app = fields.Boolean(metadata=IN_APP)
    mail = Word(MailMode, metadata=MAIL)
    default = fields.Nested(DefaultSchema, metadata={"description": "What applies to those who have chosen nothing."})


class PreferencesSchema(Schema):
    preferences = fields.List(
        fields.Nested(PreferenceSchema),
        metadata={"description": "The kinds of notices that your role may get, each with what applies."},
    )
    mail_suppressed_at = Instant(
        allow_none=True,
        metadata={
            "description": (
                "Since when no notices are mailed to you, because your address has no mailbox; null if they are. Verify the "
                "address again (`POST /auth/verify-email/resend`), or change it."
            )
        },
    )
