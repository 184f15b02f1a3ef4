"""Request and response schemas of invitations."""

from marshmallow import fields, validate

from learnstream.models import Role
from learnstream.models.invitation import InvitationState, MailRequest
from learnstream.schemas.accounts.account import AccountSchema, Email, LinkTokenSchema, NewPassword, PersonName
from learnstream.schemas.common.base import Choice, Instant, ObjectIdText, Schema, Text, Word
from learnstream.text.translation import LANGUAGES
from learnstream.web import cast

MAX_AT_ONCE = 100
MAX_COURSES = 20
MAX_MESSAGE = 1000

MESSAGE = {
    "description": "A personal message from the inviter; empty if there is none.",
    "example": "Welcome to our school!",
}

LANGUAGE = {
    "description": "The language of the mail; by default the recipient's, if they have an account, or else the inviter's.",
    "example": "en",
}


class CourseInvitationRequestSchema(Schema):
    email = Email(required=True, metadata={"description": "The address to invite.", "example": cast.INVITED["email"]})
    message = Text(max=MAX_MESSAGE, strip=True, metadata=MESSAGE)
    language = fields.String(validate=validate.OneOf([*LANGUAGES]), metadata=LANGUAGE)


class InvitationRequestSchema(CourseInvitationRequestSchema):
    role = Choice(Role, required=True, metadata={"description": "The role to invite to.", "example": "student"})
    course_ids = fields.List(
        ObjectIdText(),
        validate=validate.Length(max=MAX_COURSES),
        metadata={
            "description": f"Published courses to be enrolled in: at most {MAX_COURSES}.",
            "example": [cast.COURSE_ID],
        },
    )


class InvitationRequestsSchema(Schema):
    invitations = fields.List(
        fields.Nested(InvitationRequestSchema),
        required=True,
        validate=validate.Length(min=1, max=MAX_AT_ONCE),
        metadata={"description": f"Whom to invite: at most {MAX_AT_ONCE}."},
    )


class InvitationSchema(Schema):
    id = fields.Integer(metadata={"description": "The invitation's id.", "example": cast.INVITATION_ID})
    email = fields.String(metadata={"description": "The invited address.", "example": cast.INVITED["email"]})
    role = Word(Role, metadata={"description": "The role that it gives.", "example": "student"})
    course_ids = fields.List(
        ObjectIdText(), metadata={"description": "The courses that it enrolls in.", "example": [cast.COURSE_ID]}
    )
    message = fields.String(metadata=MESSAGE)
    language = Word(
        LANGUAGES, allow_none=True, metadata={"description": "The language of the mail, if one was chosen."}
    )
    state = Word(
        InvitationState,
        metadata={
            "description": "`pending` for 14 days, unless it is `accepted` or `revoked`; then `expired`.",
            "example": "pending",
        },
    )
    mail = Word(
        MailRequest,
        metadata={
            "description": "`requested`: a mail with the link is sent in the background. `unconfigured`: this server sends no "
            "mails; an administrator can create a link to hand out.",
            "example": "requested",
        },
    )
    mail_requested_at = Instant(allow_none=True, metadata={"description": "When a mail was last requested."})
    invited_by = fields.Integer(
        metadata={"description": "The id of the user who last invited to this role.", "example": cast.ADMIN_ID}
    )
    created_at = Instant(metadata={"description": "When it was created."})
    expires_at = Instant(
        metadata={"description": "When it expires, if it is not resent.", "example": cast.PUBLISHED_AT}
    )
    accepted_at = Instant(allow_none=True, metadata={"description": "When it was accepted; null if it was not."})
    accepted_by = fields.Integer(allow_none=True, metadata={"description": "The account that accepted it, or null."})
    revoked_at = Instant(allow_none=True, metadata={"description": "When it was revoked; null if it was not."})


class InvitationQuerySchema(Schema):
    state = Choice(InvitationState, metadata={"description": "Only invitations in this state."})
    email = Email(metadata={"description": "Only invitations of this address, in any case."})


class AcceptanceSchema(LinkTokenSchema):
    name = PersonName()
    password = NewPassword()


class AcceptedInvitationSchema(Schema):
    account = fields.Nested(
        AccountSchema, attribute="user", metadata={"description": "The account that the invitation was accepted with."}
    )
    created = fields.Boolean(metadata={"description": "Whether the account was created by this."})
    course_ids = fields.List(
        ObjectIdText(),
        attribute="invitation.course_ids",
        metadata={"description": "The courses that the account is enrolled in next.", "example": [cast.COURSE_ID]},
    )
