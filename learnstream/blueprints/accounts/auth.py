"""Registration, sign-in, token refresh, sign-out, and the caller's sessions."""

from typing import Any
from uuid import UUID

from flask import Response, json, make_response, request

from learnstream.blueprints.accounts import examples
from learnstream.blueprints.common.authentication import caller, confirms_caller, without_second_factor
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.rate_limit import limited
from learnstream.errors import oauth
from learnstream.errors.accounts import (
    AccountDisabled,
    EmailTaken,
    EmailUnverified,
    InvalidCredentials,
    MfaCodeRequired,
    MfaTokenInvalid,
    NoSuchSession,
    SecondFactorUnconfigured,
    TokenExpired,
    TokenInvalid,
    TokenReused,
    TokenRevoked,
    TooManyFailures,
    WrongCode,
    WrongPassword,
)
from learnstream.models import User
from learnstream.schemas.accounts.account import (
    AccountSchema,
    CredentialsSchema,
    MailRequestedSchema,
    PasswordGrantSchema,
    RefreshSchema,
    RegistrationSchema,
    SessionSchema,
    TokenPairSchema,
)
from learnstream.schemas.accounts.second_factor import IdentitySchema, SecondStepSchema
from learnstream.services.accounts import identity, registration, rotation, sessions, signin
from learnstream.services.accounts.sessions import TokenPair
from learnstream.web import client_address
from learnstream.web.hashing import hashes_password
from learnstream.web.openapi import Blueprint
from learnstream.web.openapi_errors import PROBLEM
from learnstream.web.paging import Page

blp = Blueprint("auth", __name__, position=20, title="Signing in", description="Register, sign in, refresh, sign out.")

# A school often has one IP address: a class may register in one minute, and a thousand tabs may refresh at once.
REGISTRATIONS = "100 per minute"
REFRESHES = "1000 per minute"
# Errors of a sign-in that commit: the audit log may have a new entry, or a hash may have been renewed.
WRITING = (InvalidCredentials, MfaCodeRequired)
CODE_REQUIRED = MfaCodeRequired(mfa_token=examples.MFA_TOKEN)
TOKEN_ENDPOINT = "auth.sign_in_with_form"  # noqa: S105 - the name of an endpoint


@blp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Keep tokens out of shared and browser caches."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blp.after_request
def add_oauth_error(response: Response) -> Response:
    """Add the members that OAuth2 clients read to the token endpoint's error responses."""
    if request.endpoint == TOKEN_ENDPOINT and response.mimetype == PROBLEM:
        body = response.get_json()
        named = {name: body.get(name) for name in ("status", "code", "detail", "errors")}
        response.set_data(json.dumps(body | oauth.oauth_members(**named)))
    return response


@blp.post("/auth/register")
@limited(REGISTRATIONS, by_network=True)
@hashes_password
@blp.arguments(RegistrationSchema)
@commits()
@blp.response(201, AccountSchema, example=examples.ACCOUNT)
@blp.alt_response(
    202, schema=MailRequestedSchema, example=examples.SENT, description="The address has to be verified first."
)
@blp.raises(
    EmailTaken,
    TooManyFailures,
    examples.COMMON_PASSWORD,
)
def create_account(body: dict[str, Any]) -> User | Response:
    """Create an account.

    The account has the role `student`; administrators assign other roles. Registration does not sign the user in. A link
    to verify the address is mailed to it. Where signing in requires a verified address, the response is 202 and the same
    for an address that has an account already, whose owner gets a mail.
    """
    user = registration.register(network=client_address.client_network(), **body)
    return user or make_response(examples.SENT, 202)


@blp.post("/auth/login")
@hashes_password
@blp.arguments(CredentialsSchema, example=examples.CREDENTIALS)
@commits(even_on=WRITING)
@blp.response(200, TokenPairSchema, example=examples.PAIR)
@blp.raises(InvalidCredentials, AccountDisabled, EmailUnverified, CODE_REQUIRED, TooManyFailures)
def sign_in(body: dict[str, str]) -> TokenPair:
    """Sign in with e-mail address and password.

    Neither the response nor its timing reveals whether an account exists. An account with a second factor gets
    `mfa_code_required` with an `mfa_token`, for `/auth/login/mfa`.
    """
    return _sign_in(email=body["email"], password=body["password"])


@blp.post("/auth/login/mfa")
@blp.arguments(SecondStepSchema, example=examples.SECOND_STEP)
@commits(even_on=WrongCode)
@blp.response(200, TokenPairSchema, example=examples.PAIR)
@blp.raises(MfaTokenInvalid, AccountDisabled, WrongCode, TooManyFailures, SecondFactorUnconfigured)
def sign_in_with_code(body: dict[str, str]) -> TokenPair:
    """Complete a sign-in with a code of the second factor.

    A code is accepted for 30 seconds before and after its own, and once. After five wrong codes, whatever token they were
    sent with, none is checked for five minutes. A recovery code works once and replaces a code.
    """
    return signin.complete(ip=client_address.client_address(), user_agent=request.user_agent.string, **body)


@blp.post("/auth/token")
@hashes_password
@blp.arguments(PasswordGrantSchema, location="form", example=examples.PASSWORD_FORM)
@commits(even_on=WRITING)
@blp.response(200, TokenPairSchema, example=examples.PAIR)
@blp.raises(InvalidCredentials, AccountDisabled, EmailUnverified, CODE_REQUIRED, TooManyFailures)
@blp.error_members(oauth.members_of)
def sign_in_with_form(form: dict[str, str]) -> TokenPair:
    """Sign in with OAuth2's password form.

    Equivalent to `/auth/login`, for OAuth2 clients such as this page's Authorize dialog. An account with a second factor
    gets `mfa_code_required` here as well, since the form has no field for a code.
    """
    return _sign_in(email=form["username"], password=form["password"])


def _sign_in(*, email: str, password: str) -> TokenPair:
    return signin.sign_in(
        email=email,
        password=password,
        ip=client_address.client_address(),
        network=client_address.client_network(),
        user_agent=request.user_agent.string,
    )


@blp.post("/auth/reauthenticate")
@without_second_factor
@hashes_password
@blp.arguments(IdentitySchema, example=examples.IDENTITY)
@confirms_caller
@commits(even_on=(WrongPassword, WrongCode))
@blp.response(204)
@blp.raises(WrongPassword, WrongCode, MfaCodeRequired(), TooManyFailures, SecondFactorUnconfigured)
def confirm_identity(body: dict[str, str]) -> None:
    """Confirm the caller's identity.

    Operations that need a recent sign-in return `reauthentication_required` fifteen minutes after it; this makes the
    current session's sign-in recent again. An account with a second factor needs a code, too. No new tokens are issued.
    """
    identity.confirm(user_id=caller.id, session_id=caller.session_id, **body)


@blp.post("/auth/refresh")
@limited(REFRESHES, by_network=True)
@blp.arguments(RefreshSchema, example={"refresh_token": examples.TOKEN})
@commits(even_on=TokenReused)
@blp.response(200, TokenPairSchema, example=examples.PAIR)
@blp.raises(TokenInvalid, TokenExpired, TokenRevoked, TokenReused, AccountDisabled)
def refresh_tokens(body: dict[str, str]) -> TokenPair:
    """Exchange a refresh token for a new token pair.

    Each refresh token can be used once. Sent again within a minute, or within five minutes from the same user agent and
    network, it returns the same successor, so that neither two tabs nor a lost response ends the session; this works at
    most three times, not counting the first ten seconds. Later reuse, or reuse after the successor has been used, ends
    the whole session with `token_reused`.
    """
    return rotation.refresh(
        body["refresh_token"], user_agent=request.user_agent.string, network=client_address.client_network()
    )


@blp.post("/auth/logout")
@without_second_factor
@confirms_caller
@commits()
@blp.response(204)
def sign_out() -> None:
    """End the current session.

    Its access and refresh tokens are invalid from the next request on.
    """
    sessions.end_if_live(caller.session_id, reason="logout")


@blp.post("/auth/logout-all")
@without_second_factor
@confirms_caller
@commits()
@blp.response(204)
def sign_out_everywhere() -> None:
    """End all of the caller's sessions, including the current one.

    Their access and refresh tokens are invalid from the next request on.
    """
    sessions.end_all(user_id=caller.id, reason="logout_all")


@blp.get("/auth/sessions")
@blp.lists(SessionSchema, example=examples.SESSION)
def list_sessions(page: Page) -> list[dict[str, Any]]:
    """List the caller's active sessions, most recently used first.

    A session begins with a sign-in and lasts for at most 90 days, provided that its tokens are refreshed.
    """
    found = entries(page, sessions.browse_live(user_id=caller.id, part=requested_part(page)))
    return [vars(session) | {"current": session.id == caller.session_id} for session in found]


@blp.delete("/auth/sessions/<uuid:session_id>")
@confirms_caller
@commits()
@blp.response(204)
@blp.raises(NoSuchSession)
def delete_session(session_id: UUID) -> None:
    """End one of the caller's sessions.

    For example, that of a lost device. Its tokens are invalid from the next request on.
    """
    sessions.end(user_id=caller.id, session_id=session_id, reason="ended_by_user")
