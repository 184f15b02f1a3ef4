"""Registering, signing in and out, refreshing, and the sessions of the caller."""

from typing import Any
from uuid import UUID

from flask import Response, request

from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.pagination import entries, wanted
from learnstream.errors.accounts import (
    AccountDisabled,
    EmailTaken,
    InvalidCredentials,
    NoSuchSession,
    PasswordRefused,
    TokenExpired,
    TokenInvalid,
    TokenReused,
    TokenRevoked,
    TooManyFailures,
)
from learnstream.extensions import limiter
from learnstream.models import User
from learnstream.schemas.accounts.account import (
    AccountSchema,
    CredentialsSchema,
    PasswordGrantSchema,
    RefreshSchema,
    RegistrationSchema,
    SessionSchema,
    TokenPairSchema,
)
from learnstream.services.accounts import accounts, rotation, sessions, signin
from learnstream.services.accounts.sessions import TokenPair
from learnstream.stores.sql import db
from learnstream.web import client_address
from learnstream.web.hashing import hashes_password
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint("auth", __name__, title="Signing in", description="Register, sign in, refresh, sign out.")

# A school has one address: a class may register in the same minute, and a thousand tabs wake up at the same time.
REGISTRATIONS = "100 per minute"
REFRESHES = "1000 per minute"

CREDENTIALS = {"email": "sam@example.com", "password": "a walrus in the pantry"}
ACCOUNT = {"id": 7, "name": "Sam Adeyemi", "email": "sam@example.com", "role": "student"}
PAIR = {
    "access_token": "eyJhbGciOiJIUzI1NiIsImtpZCI6IjVmM2M5YTFlIiwidHlwIjoiSldUIn0…",
    "refresh_token": "eyJhbGciOiJIUzI1NiIsImtpZCI6IjVmM2M5YTFlIiwidHlwIjoiSldUIn0…",
    "token_type": "bearer",
    "expires_in": 900,
}
SESSION = {
    "id": "0b8e9f0a-5a4c-4f53-9d0e-3c1d8f6a7b21",
    "user_agent": "Mozilla/5.0",
    "ip": "203.0.113.7",
    "created_at": "2026-03-01T12:00:00+00:00",
    "last_used_at": "2026-03-02T08:30:00+00:00",
    "expires_at": "2026-05-30T12:00:00+00:00",
    "current": True,
}


@blp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Tell every cache on the way that tokens are nobody else's."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blp.post("/auth/register")
@limiter.limit(REGISTRATIONS)
@blp.arguments(RegistrationSchema, example={"name": "Sam Adeyemi", **CREDENTIALS})
@blp.response(201, AccountSchema, example=ACCOUNT)
@blp.raises(
    EmailTaken,
    TooManyFailures,
    PasswordRefused(errors={"json": {"password": ["Must not be one of the most common passwords."]}}),
)
@hashes_password
def register(body: dict[str, Any]) -> User:
    """Make an account.

    It is a student's; administrators give other roles. Signing in is a step of its own.
    """
    with accounts.limit_enumeration(client_address.client_network()):
        user = accounts.create(**body)
    db.session.commit()
    return user


@blp.post("/auth/login")
@blp.arguments(CredentialsSchema, example=CREDENTIALS)
@blp.response(200, TokenPairSchema, example=PAIR)
@blp.raises(InvalidCredentials, AccountDisabled, TooManyFailures)
@hashes_password
def login(body: dict[str, str]) -> TokenPair:
    """Sign in with e-mail address and password.

    Whether an account exists cannot be told from the answer, nor from the time it takes.
    """
    return _sign_in(email=body["email"], password=body["password"])


@blp.post("/auth/token")
@blp.arguments(
    PasswordGrantSchema,
    location="form",
    example={"username": CREDENTIALS["email"], "password": CREDENTIALS["password"]},
)
@blp.response(200, TokenPairSchema, example=PAIR)
@blp.raises(InvalidCredentials, AccountDisabled, TooManyFailures)
@hashes_password
def token(form: dict[str, str]) -> TokenPair:
    """Sign in with OAuth2's password form.

    The same as `/auth/login`, for clients that speak OAuth2, such as this page's Authorize dialog.
    """
    return _sign_in(email=form["username"], password=form["password"])


def _sign_in(*, email: str, password: str) -> TokenPair:
    try:
        tokens = signin.sign_in(
            email=email,
            password=password,
            ip=client_address.client_address(),
            network=client_address.client_network(),
            user_agent=request.user_agent.string,
        )
    except InvalidCredentials:
        # The refusal may have left an entry in the audit log.
        db.session.commit()
        raise
    db.session.commit()
    return tokens


@blp.post("/auth/refresh")
@limiter.limit(REFRESHES)
@blp.arguments(RefreshSchema, example={"refresh_token": PAIR["refresh_token"]})
@blp.response(200, TokenPairSchema, example=PAIR)
@blp.raises(TokenInvalid, TokenExpired, TokenRevoked, TokenReused, AccountDisabled)
def refresh(body: dict[str, str]) -> TokenPair:
    """Exchange a refresh token for the next pair.

    A refresh token is used once. Sent again within a minute, or within five from the same user agent and network, it
    gives the same successor, so that neither two tabs nor a lost response end a session: at most three times, not
    counting the first ten seconds. Later, or when the successor has been used itself, the whole session ends with
    `token_reused`.
    """
    try:
        tokens = rotation.refresh(
            body["refresh_token"], user_agent=request.user_agent.string, network=client_address.client_network()
        )
    except TokenReused:
        # The refusal ends the session: that has to last.
        db.session.commit()
        raise
    db.session.commit()
    return tokens


@blp.post("/auth/logout")
@blp.response(204)
@confirms_caller
def logout() -> None:
    """End the session of this request.

    Its access and refresh tokens are worth nothing from the next request on.
    """
    sessions.end_if_live(caller.session_id, reason="logout")
    db.session.commit()


@blp.post("/auth/logout-all")
@blp.response(204)
@confirms_caller
def logout_all() -> None:
    """End all sessions of the caller, this one too.

    Their access and refresh tokens are worth nothing from the next request on.
    """
    sessions.end_all(user_id=caller.id, reason="logout_all")
    db.session.commit()


@blp.get("/auth/sessions")
@blp.response(200, SessionSchema(many=True), example=[SESSION])
@blp.paginate()
def list_sessions(page: Page) -> list[dict[str, Any]]:
    """List the caller's live sessions, the latest used first.

    A session begins with a sign-in and lives for 90 days at most, as long as its tokens are refreshed.
    """
    found = entries(page, sessions.browse_live(user_id=caller.id, part=wanted(page)))
    return [vars(session) | {"current": session.id == caller.session_id} for session in found]


@blp.delete("/auth/sessions/<uuid:session_id>")
@blp.response(204)
@blp.raises(NoSuchSession)
@confirms_caller
def end_session(session_id: UUID) -> None:
    """End one of the caller's sessions.

    For instance the one on a device that was lost. Its tokens are worth nothing from the next request on.
    """
    sessions.end(user_id=caller.id, session_id=session_id, reason="ended_by_user")
    db.session.commit()
