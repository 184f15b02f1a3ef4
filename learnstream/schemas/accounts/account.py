"""Request and response schemas of accounts and sessions."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.models import Role
from learnstream.models.user import MAX_NAME
from learnstream.schemas.accounts.photo import Photo
from learnstream.schemas.common.base import Instant, Line, Schema, SomethingToChange, Text, Whole, Word
from learnstream.schemas.common.fields import TimeZone
from learnstream.text import email_address
from learnstream.text.translation import LANGUAGES
from learnstream.web import cast

MAX_PASSWORD = 128
MAX_TOKEN = 4096
PHONE = "+4930901820"
LINK_TOKEN = "eyJzdGF0ZSI6Ii4uLiIsInVzZXIiOjd9.aabbcc.…"  # noqa: S105 - the form of one


class Email(Line):
    """An e-mail address, normalized to its canonical form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "metadata", {"description": "An e-mail address; case is ignored when addresses are compared."}
        )
        kwargs["metadata"].setdefault("example", "sam@example.com")
        super().__init__(max=254, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        try:
            return email_address.normalize(text)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None


class NewPassword(Text):
    """A new password; its strength is checked where the account is known."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "metadata",
            {
                "description": "8 to 128 characters; common passwords are not accepted.",
                "example": cast.PASSWORD,
            },
        )
        super().__init__(min=8, max=MAX_PASSWORD, load_only=True, **kwargs)


class PersonName(Line):
    """A person's name, in any script and with any number of words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max=MAX_NAME, metadata={"description": "The display name.", "example": cast.LEARNER["name"]}, **kwargs
        )


class RegistrationSchema(Schema):
    name = PersonName(required=True)
    email = Email(required=True)
    password = NewPassword(required=True)


class CredentialsSchema(Schema):
    email = Email(required=True)
    password = Text(
        min=1, max=MAX_PASSWORD, required=True, load_only=True, metadata={"description": "The account's password."}
    )


class PasswordGrantSchema(Schema):
    """The password grant of RFC 6749. Unused fields of the standard are ignored."""

    class Meta:
        unknown = ma.EXCLUDE

    grant_type = fields.String(
        load_default="password",
        validate=ma.validate.Equal("password"),
        metadata={"description": "Always `password`."},
    )
    username = Email(required=True, metadata={"description": "The account's e-mail address."})
    password = Text(
        min=1, max=MAX_PASSWORD, required=True, load_only=True, metadata={"description": "The account's password."}
    )


class RefreshSchema(Schema):
    refresh_token = Text(
        min=1, max=MAX_TOKEN, required=True, metadata={"description": "The refresh token; it can be used only once."}
    )


class TokenPairSchema(Schema):
    access_token = fields.String(metadata={"description": "Send it as `Authorization: Bearer …`."})
    refresh_token = fields.String(metadata={"description": "Exchange it once for the next token pair."})
    token_type = Word(("bearer",), metadata={"description": "Always `bearer`."})
    expires_in = fields.Integer(metadata={"description": "The access token's lifetime in seconds."})


class AccountSchema(Schema):
    id = fields.Integer(metadata={"description": "The account's id."})
    name = fields.String(metadata={"description": "The display name."})
    email = fields.String(metadata={"description": "The address to sign in with."})
    role = Word(Role, metadata={"description": "The account's role.", "example": "student"})


class ProfileSchema(AccountSchema):
    email_verified_at = Instant(
        allow_none=True, metadata={"description": "When the address was verified; null if it has not been."}
    )
    created_at = Instant(metadata={"description": "When the account was created."})
    phone = fields.String(allow_none=True, metadata={"description": "A phone number, if given.", "example": PHONE})
    timezone = fields.String(
        allow_none=True, metadata={"description": "The user's IANA time zone, if given.", "example": cast.TIME_ZONE}
    )
    language = Word(
        LANGUAGES, allow_none=True, metadata={"description": "The language of mails, if given.", "example": "en"}
    )
    photo = Photo()


class MyProfileSchema(ProfileSchema):
    pending_email = fields.String(
        allow_none=True,
        metadata={
            "description": "The new address of a change that waits for the confirmation mailed to it; null without one.",
            "example": "sam@school.test",
        },
    )


class ProfileChangeSchema(SomethingToChange):
    name = PersonName()
    email = Email()
    password = NewPassword()
    phone = Text(
        max=16,
        allow_none=True,
        validate=Whole(r"^\+[1-9][0-9]{6,14}$", error="Must be a phone number in E.164, like +4930901820."),
        metadata={"description": "A phone number in E.164; null removes it.", "example": PHONE},
    )
    timezone = TimeZone(
        allow_none=True, metadata={"description": "An IANA time zone; null removes it.", "example": cast.TIME_ZONE}
    )
    language = fields.String(
        validate=ma.validate.OneOf([*LANGUAGES]),
        allow_none=True,
        metadata={"description": "The language of mails; null removes it.", "example": "pt-BR"},
    )
    current_password = Text(
        min=1,
        max=MAX_PASSWORD,
        load_only=True,
        metadata={"description": "The current password: required to change the address or the password."},
    )


class SessionSchema(Schema):
    id = fields.UUID(metadata={"description": "The session's id."})
    user_agent = fields.String(metadata={"description": "The user agent that signed in."})
    ip = fields.String(metadata={"description": "The IP address it signed in from."})
    created_at = Instant(metadata={"description": "When it signed in."})
    last_used_at = Instant(metadata={"description": "When its tokens were last refreshed."})
    expires_at = Instant(metadata={"description": "When it ends at the latest."})
    current = fields.Boolean(metadata={"description": "Whether this request belongs to the session."})


class LinkTokenSchema(Schema):
    token = Text(
        min=1,
        max=MAX_TOKEN,
        required=True,
        metadata={"description": "The token of the mailed link.", "example": LINK_TOKEN},
    )


class NewPasswordSchema(LinkTokenSchema):
    password = NewPassword(required=True)


class ForgottenSchema(Schema):
    email = Email(required=True)


class MailRequestedSchema(Schema):
    detail = fields.String(metadata={"description": "A human-readable explanation."})
