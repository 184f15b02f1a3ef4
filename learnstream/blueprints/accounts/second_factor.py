"""The caller's second factor."""

from typing import Any

from flask import Response

from learnstream.blueprints.accounts import examples
from learnstream.blueprints.common.authentication import (
    caller,
    confirms_caller,
    recent_sign_in,
    without_second_factor,
)
from learnstream.blueprints.common.commits import commits
from learnstream.errors.accounts import (
    MfaCodeRequired,
    NoSecondFactor,
    SecondFactorEnabled,
    SecondFactorUnconfigured,
    TooManyFailures,
    WrongCode,
    WrongPassword,
)
from learnstream.schemas.accounts.second_factor import (
    CodeSchema,
    IdentitySchema,
    RecoveryCodesSchema,
    SecondFactorSchema,
    SetupSchema,
)
from learnstream.services.accounts import accounts, identity, second_factor
from learnstream.services.accounts.second_factor import Setup, Status
from learnstream.web.hashing import hashes_password
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "second_factor",
    __name__,
    position=34,
    url_prefix="/auth/mfa",
    description="Sign in with a code of an authenticator app as well.",
)

# Failures are counted, and the count is committed with the error.
COUNTED = (WrongPassword, WrongCode)


@blp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Keep secrets and recovery codes out of shared and browser caches."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blp.get("")
@without_second_factor
@blp.response(200, SecondFactorSchema, example=examples.SECOND_FACTOR)
def read_second_factor() -> Status:
    """Get the state of the caller's second factor.

    Secrets and recovery codes are shown only once, when they are created.
    """
    return second_factor.status(caller.id)


@blp.post("/totp")
@without_second_factor
@confirms_caller
@recent_sign_in()
@commits()
@blp.response(201, SetupSchema, example=examples.SETUP)
@blp.raises(SecondFactorEnabled, SecondFactorUnconfigured)
def create_totp() -> Setup:
    """Begin to set up an authenticator app.

    Returns a new secret, which takes effect when a code of it is confirmed and is not shown again. A secret that was not
    confirmed is replaced.
    """
    return second_factor.begin_setup(accounts.get(caller.id))


@blp.post("/totp/confirm")
@without_second_factor
@blp.arguments(CodeSchema, example=examples.CODE)
@confirms_caller
@recent_sign_in()
@commits()
@blp.response(200, RecoveryCodesSchema, example=examples.RECOVERY_CODES)
@blp.raises(NoSecondFactor, SecondFactorEnabled, SecondFactorUnconfigured, WrongCode)
def confirm_totp(body: dict[str, str]) -> dict[str, Any]:
    """Enable the authenticator app with one of its codes.

    From now on, sign-ins need a code; this one is used up. Returns ten recovery codes, to be kept for the day when the
    app is lost: each replaces a code once, and they are not shown again. Sessions that exist go on.
    """
    return {"recovery_codes": second_factor.confirm(caller.id, **body)}


@blp.delete("/totp")
@hashes_password
@blp.arguments(IdentitySchema, example=examples.IDENTITY)
@confirms_caller
@commits(even_on=COUNTED)
@blp.response(204)
@blp.raises(NoSecondFactor, SecondFactorUnconfigured, MfaCodeRequired, WrongPassword, WrongCode, TooManyFailures)
def delete_totp(body: dict[str, str]) -> None:
    """Remove the authenticator app.

    Requires the password, and a code or recovery code. Sign-ins then need the password alone.
    """
    identity.remove_second_factor(user_id=caller.id, **body)


@blp.post("/recovery-codes")
@hashes_password
@blp.arguments(IdentitySchema, example=examples.IDENTITY)
@confirms_caller
@commits(even_on=COUNTED)
@blp.response(200, RecoveryCodesSchema, example=examples.RECOVERY_CODES)
@blp.raises(NoSecondFactor, SecondFactorUnconfigured, MfaCodeRequired, WrongPassword, WrongCode, TooManyFailures)
def replace_recovery_codes(body: dict[str, str]) -> dict[str, Any]:
    """Replace the recovery codes by ten new ones.

    Requires the password, and a code or recovery code. Earlier recovery codes become invalid.
    """
    return {"recovery_codes": identity.replace_recovery_codes(user_id=caller.id, **body)}
