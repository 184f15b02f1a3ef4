"""What administrators send and get about accounts and the audit log."""

from marshmallow import fields, validate

from learnstream.models import Role
from learnstream.schemas.accounts.account import Email, NewPassword, PersonName, ProfileSchema
from learnstream.schemas.common.base import Choice, Flag, Instant, Line, RowId, Schema, SomethingToChange

USER_SORTS = ("name", "-name", "email", "-email", "created_at", "-created_at")
ROLE = {"description": "What the account may do.", "example": "instructor"}


class UserSchema(ProfileSchema):
    is_active = fields.Boolean(metadata={"description": "False for an account that nobody may use."})
    updated_at = Instant(metadata={"description": "When the account last changed."})


class UserQuerySchema(Schema):
    q = Line(
        min=0,
        max=100,
        metadata={"description": "Beginnings of words of a name or an address; case and accents do not matter."},
    )
    role = Choice(Role, metadata={"description": "Only accounts with this role."})
    is_active = fields.Boolean(metadata={"description": "Only accounts in use, or only disabled ones."})
    sort = fields.String(
        load_default="name",
        validate=validate.OneOf(USER_SORTS),
        metadata={"description": "What to order by; a minus turns the order round."},
    )


class UserCreateSchema(Schema):
    name = PersonName(required=True)
    email = Email(required=True)
    password = NewPassword(required=True)
    role = Choice(Role, load_default=Role.STUDENT, metadata=ROLE)


class UserChangeSchema(SomethingToChange):
    name = PersonName()
    email = Email(
        metadata={"description": "For an account whose address is another account's: an address to sign in with."}
    )
    role = Choice(Role, metadata=ROLE)
    is_active = Flag(metadata={"description": "False disables the account and ends its sessions."})
    password = NewPassword()


class AuditQuerySchema(Schema):
    actor_id = RowId(strict=False, metadata={"description": "Only what this user did."})
    action = Line(max=60, metadata={"description": "Only this kind of act.", "example": "user.role_changed"})
    target_kind = Line(max=30, metadata={"description": "Only what was done to this kind of thing.", "example": "user"})
    target_id = Line(max=40, metadata={"description": "Only what was done to the thing with this id.", "example": "7"})
    since = Instant(metadata={"description": "Only what happened then or later.", "example": "2026-03-01T00:00:00Z"})
    until = Instant(metadata={"description": "Only what happened before.", "example": "2026-04-01T00:00:00Z"})


class AuditEntrySchema(Schema):
    id = fields.Integer(metadata={"description": "The entry's number."})
    action = fields.String(metadata={"description": "What was done."})
    actor_id = fields.Integer(allow_none=True, metadata={"description": "Who did it; null when nobody was signed in."})
    target_kind = fields.String(metadata={"description": "What kind of thing it was done to."})
    target_id = fields.String(metadata={"description": "Which one."})
    details = fields.Dict(keys=fields.String(), metadata={"description": "What else is worth knowing; no secrets."})
    ip = fields.String(metadata={"description": "The address it was done from."})
    request_id = fields.String(metadata={"description": "The request it was done in."})
    created_at = Instant(metadata={"description": "When it was done."})
