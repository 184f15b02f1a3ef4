"""Schemas of the queue of mails."""

from marshmallow import fields

from learnstream.models.mail import MailState, MailTemplate
from learnstream.schemas.accounts.account import Email
from learnstream.schemas.common.base import Choice, Instant, Schema, Word


class MailSchema(Schema):
    id = fields.Integer(metadata={"description": "The mail's id."})
    address = fields.String(metadata={"description": "The recipient."})
    user_id = fields.Integer(allow_none=True, metadata={"description": "The recipient's account; null without one."})
    # Not a `Word`: a newer release may have requested a mail of a template that this one does not know.
    template = fields.String(metadata={"description": "What the mail says.", "example": "verify_email"})
    language = fields.String(metadata={"description": "Its language.", "example": "en"})
    cause = fields.String(metadata={"description": "The event or command that requested it."})
    state = Word(
        MailState,
        metadata={
            "description": (
                "`queued`: will be sent, or tried again. `sent`: the mail server has accepted it. `failed`: rejected, or "
                "given up after 24 hours; retry it. `suppressed`: not needed any more, or optional and to an "
                "address that has no mailbox; never sent."
            )
        },
    )
    tries = fields.Integer(metadata={"description": "The number of tries."})
    next_try_at = Instant(metadata={"description": "For a queued mail: when the next try is due."})
    last_error = fields.String(
        allow_none=True,
        metadata={"description": "Why the latest try failed, or why a suppressed mail was not sent; or null."},
    )
    answer = fields.String(
        allow_none=True, metadata={"description": "What the mail server answered when it accepted the mail."}
    )
    created_at = Instant(metadata={"description": "When it was requested."})
    sent_at = Instant(allow_none=True, metadata={"description": "When it was sent; null if it was not."})


class MailFilterSchema(Schema):
    state = Choice(MailState, metadata={"description": "Only mails in this state."})
    template = Choice(MailTemplate, metadata={"description": "Only mails of this template."})
    address = Email(metadata={"description": "Only mails to this address, as it was entered."})


class MailLagSchema(Schema):
    configured = fields.Boolean(metadata={"description": "False without a mail server: no mails are requested."})
    queued = fields.Integer(metadata={"description": "How many wait."})
    oldest_at = Instant(allow_none=True, metadata={"description": "Since when the oldest waits; null if none does."})
    seconds = fields.Float(metadata={"description": "How long that is."})
    failed = fields.Integer(metadata={"description": "How many were rejected, or given up."})
    last_sent_at = Instant(allow_none=True, metadata={"description": "When the latest was sent; null if none was."})
