"""Request and response schemas of second factors, and of what confirms a caller's identity."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.schemas.accounts.account import MAX_PASSWORD, MAX_TOKEN
from learnstream.schemas.common.base import Instant, Line, Schema, Text, Whole
from learnstream.web import cast

CODE = {"description": "A code of the authenticator app: six digits, each code once.", "example": "492 039"}
RECOVERY_CODE = {
    "description": "A recovery code instead of `code`; case, hyphens and spaces do not matter.",
    "example": cast.RECOVERY_CODES[0],
}
RECOVERY_CODES = {
    "description": "Ten recovery codes, each of which replaces a code once. They are not shown again.",
    "example": cast.RECOVERY_CODES,
}


class OneTimeCode(Line):
    """Six ASCII digits, in two groups or one."""

    def __init__(self, **kwargs: Any) -> None:
        pattern = Whole("^[0-9]{3} ?[0-9]{3}$", error="Must be six digits.")
        super().__init__(max=7, validate=pattern, load_only=True, metadata=CODE, **kwargs)


class RecoveryCode(Line):
    """Four groups of four letters and digits."""

    def __init__(self, **kwargs: Any) -> None:
        pattern = Whole("^[0-9A-Za-z]{4}([- ]?[0-9A-Za-z]{4}){3}$", error="Must be a recovery code.")
        super().__init__(max=19, validate=pattern, load_only=True, metadata=RECOVERY_CODE, **kwargs)


class CodeSchema(Schema):
    code = OneTimeCode(required=True)


class CodeOrRecoveryCodeSchema(Schema):
    """A code or a recovery code, but not both."""

    code = OneTimeCode()
    recovery_code = RecoveryCode()

    @ma.validates_schema
    def require_at_most_one(self, data: dict[str, Any], **_: Any) -> None:
        if data.keys() >= {"code", "recovery_code"}:
            raise ma.ValidationError({"recovery_code": ["Send only one of `code` and `recovery_code`."]})


class SecondStepSchema(CodeOrRecoveryCodeSchema):
    mfa_token = Text(
        min=1,
        max=MAX_TOKEN,
        required=True,
        metadata={"description": "The token of the response `mfa_code_required`; valid for ten minutes."},
    )

    @ma.validates_schema
    def require_one(self, data: dict[str, Any], **_: Any) -> None:
        if not data.keys() & {"code", "recovery_code"}:
            raise ma.ValidationError({"code": ["Send `code` or `recovery_code`."]})


class IdentitySchema(CodeOrRecoveryCodeSchema):
    """The password and, if the account has a second factor, a code."""

    password = Text(
        min=1, max=MAX_PASSWORD, required=True, load_only=True, metadata={"description": "The account's password."}
    )


class RemovalReasonSchema(Schema):
    reason = Line(
        max=500,
        required=True,
        metadata={
            "description": "The reason, for the audit log.",
            "example": "Lost phone; identity confirmed by call.",
        },
    )


class SecondFactorSchema(Schema):
    enabled = fields.Boolean(metadata={"description": "Whether sign-ins need a code."})
    enabled_at = Instant(
        allow_none=True, metadata={"description": "Since when; null without a second factor, or until it is confirmed."}
    )
    recovery_codes_left = fields.Integer(metadata={"description": "How many recovery codes are left.", "example": 10})


class SetupSchema(Schema):
    secret = fields.String(metadata={"description": "The secret in base 32, to be typed into an app without a camera."})
    otpauth_uri = fields.String(metadata={"description": "The URI that authenticator apps open."})
    qr_svg = fields.String(metadata={"description": "The URI's QR code, as an SVG element."})


class RecoveryCodesSchema(Schema):
    recovery_codes = fields.List(fields.String(), metadata=RECOVERY_CODES)
