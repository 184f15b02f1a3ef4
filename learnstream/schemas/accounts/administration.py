"""Request and response schemas of account administration and the audit log."""

import enum

from marshmallow import fields, validate

from learnstream.models import Role
from learnstream.models.user import MAX_EXTERNAL_ID
from learnstream.schemas.accounts.account import Email, NewPassword, PersonName, ProfileSchema
from learnstream.schemas.common.base import Choice, Flag, Instant, Line, RowId, Schema, SomethingToChange

USER_SORTS = ("name", "-name", "email", "-email", "created_at", "-created_at")
ROLE = {"description": "The account's role.", "example": "instructor"}


class UserSchema(ProfileSchema):
    external_id = fields.String(
        allow_none=True,
        metadata={
            "description": "The school's own key of the person, by which imports know them; null if there is none."
        },
    )
    is_active = fields.Boolean(metadata={"description": "False for a disabled account."})
    updated_at = Instant(metadata={"description": "When the account last changed."})


class UserQuerySchema(Schema):
    q = Line(
        min=0,
        max=100,
        metadata={"description": "Prefixes of words in the name or address; case and accents are ignored."},
    )
    role = Choice(Role, metadata={"description": "Only accounts with this role."})
    external_id = Line(max=MAX_EXTERNAL_ID, metadata={"description": "Only the account with this key of the school's."})
    is_active = fields.Boolean(
        metadata={"description": "Only active accounts (`true`), or only disabled ones (`false`)."}
    )
    sort = fields.String(
        load_default="name",
        validate=validate.OneOf(USER_SORTS),
        metadata={"description": "The sort order; a leading minus reverses it."},
    )


class UserCreateSchema(Schema):
    name = PersonName(required=True)
    email = Email(required=True)
    password = NewPassword(required=True)
    role = Choice(Role, load_default=Role.STUDENT, metadata=ROLE)


class UserChangeSchema(SomethingToChange):
    name = PersonName()
    email = Email(metadata={"description": "A new address, for an account whose address is used by another account."})
    role = Choice(Role, metadata=ROLE)
    is_active = Flag(metadata={"description": "False disables the account and ends its sessions."})
    password = NewPassword()


class LinkKind(enum.StrEnum):
    """The purposes of links that administrators hand out."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose


class LinkRequestSchema(Schema):
    purpose = Choice(
        LinkKind,
        required=True,
        metadata={
            "description": "`verify_email`: the present address is verified; `reset_password`: a new password is set.",
            "example": "reset_password",
        },
    )


class LinkSchema(Schema):
    url = fields.String(metadata={"description": "The link. It works once, for anyone who has it."})
    expires_at = Instant(metadata={"description": "Until when it can be used."})


class AuditQuerySchema(Schema):
    actor_id = RowId(strict=False, metadata={"description": "Only actions by this user."})
    action = Line(max=60, metadata={"description": "Only actions of this kind.", "example": "user.role_changed"})
    target_kind = Line(max=30, metadata={"description": "Only actions on this kind of object.", "example": "user"})
    target_id = Line(max=40, metadata={"description": "Only actions on the object with this id.", "example": "7"})
    since = Instant(metadata={"description": "Only entries at or after this time.", "example": "2026-03-01T00:00:00Z"})
    until = Instant(metadata={"description": "Only entries before this time.", "example": "2026-04-01T00:00:00Z"})


class AuditEntrySchema(Schema):
    id = fields.Integer(metadata={"description": "The entry's id."})
    action = fields.String(metadata={"description": "The action."})
    actor_id = fields.Integer(
        allow_none=True, metadata={"description": "The user who did it; null if no user was signed in."}
    )
    target_kind = fields.String(metadata={"description": "The kind of object it was done to."})
    target_id = fields.String(metadata={"description": "The object's id."})
    details = fields.Dict(keys=fields.String(), metadata={"description": "Further details, without secrets."})
    ip = fields.String(metadata={"description": "The IP address it was done from."})
    request_id = fields.String(metadata={"description": "The id of the request."})
    created_at = Instant(metadata={"description": "When it was done."})
