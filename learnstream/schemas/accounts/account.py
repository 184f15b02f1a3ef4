"""What clients send and get about accounts and sessions."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.models import Role
from learnstream.models.user import MAX_NAME
from learnstream.schemas.common.base import Instant, Line, Schema, SomethingToChange, Text, Word
from learnstream.text import email_address

MAX_PASSWORD = 128
MAX_TOKEN = 4096


class Email(Line):
    """An e-mail address, brought into its canonical form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {"description": "An e-mail address; case does not tell two apart."})
        kwargs["metadata"].setdefault("example", "sam@example.com")
        super().__init__(max=254, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        try:
            return email_address.normalize(text)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None


class NewPassword(Text):
    """A password to be; how easily it is guessed is checked where the account is known."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "metadata",
            {"description": "8 to 128 characters; common passwords are refused.", "example": "a walrus in the pantry"},
        )
        super().__init__(min=8, max=MAX_PASSWORD, load_only=True, **kwargs)


class PersonName(Line):
    """A person's name, of any script and any number of words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max=MAX_NAME, metadata={"description": "The name to show.", "example": "Sam Adeyemi"}, **kwargs
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
    """RFC 6749's password form. Fields of the standard that we have no use for are let pass."""

    class Meta:
        unknown = ma.EXCLUDE

    grant_type = fields.String(
        load_default="password",
        validate=ma.validate.Equal("password"),
        metadata={"description": "Only `password`."},
    )
    username = Email(required=True, metadata={"description": "The account's e-mail address."})
    password = Text(
        min=1, max=MAX_PASSWORD, required=True, load_only=True, metadata={"description": "The account's password."}
    )


class RefreshSchema(Schema):
    refresh_token = Text(
        min=1, max=MAX_TOKEN, required=True, metadata={"description": "The refresh token; it is used up by this."}
    )


class TokenPairSchema(Schema):
    access_token = fields.String(metadata={"description": "Send it as `Authorization: Bearer …`."})
    refresh_token = fields.String(metadata={"description": "Buys the next pair, once."})
    token_type = Word(("bearer",), metadata={"description": "Always `bearer`."})
    expires_in = fields.Integer(metadata={"description": "The access token's life in seconds."})


class AccountSchema(Schema):
    id = fields.Integer(metadata={"description": "The account's number."})
    name = fields.String(metadata={"description": "The name to show."})
    email = fields.String(metadata={"description": "The address that signs in."})
    role = Word(Role, metadata={"description": "What the account may do.", "example": "student"})


class ProfileSchema(AccountSchema):
    email_verified_at = Instant(
        allow_none=True, metadata={"description": "When the address was proved; null if it has yet to be."}
    )
    created_at = Instant(metadata={"description": "When the account was made."})


class ProfileChangeSchema(SomethingToChange):
    name = PersonName()
    email = Email()
    password = NewPassword()
    current_password = Text(
        min=1,
        max=MAX_PASSWORD,
        load_only=True,
        metadata={"description": "The present password: needed to change the address or the password."},
    )


class SessionSchema(Schema):
    id = fields.UUID(metadata={"description": "The session's id."})
    user_agent = fields.String(metadata={"description": "What signed in."})
    ip = fields.String(metadata={"description": "The address it signed in from."})
    created_at = Instant(metadata={"description": "When it signed in."})
    last_used_at = Instant(metadata={"description": "When it last refreshed its tokens."})
    expires_at = Instant(metadata={"description": "When it ends at the latest."})
    current = fields.Boolean(metadata={"description": "Whether it is the session of this request."})
