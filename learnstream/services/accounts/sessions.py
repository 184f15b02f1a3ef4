"""Sign-in sessions: creation, tokens, revocation and deletion."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import ColumnElement, cast, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import INET

from learnstream import tokens
from learnstream.clock import now
from learnstream.errors.accounts import NoSuchSession
from learnstream.models import EventType, RefreshToken, Role, Session, User
from learnstream.policies import entitlements
from learnstream.services.foundation import events
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db
from learnstream.web.client_address import UNKNOWN_NETWORK, network_of

LATEST_USED = Columns((Session.last_used_at, Session.id), descending=True)
# Ended sessions are kept so that their user can still review them, and so that known networks are recognized.
KEPT_AFTER_END = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The tokens issued on sign-in and refresh. `expires_in` is the access token's lifetime in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "bearer"  # noqa: S105 - a scheme's name


def begin(user: User, *, user_agent: str, ip: str) -> TokenPair:
    """Create a session for a user who has just authenticated; record the fact if the device is new."""
    session = Session(
        user_id=user.id,
        user_agent=_printable(user_agent)[:300],
        ip=ip,
        expires_at=now() + current_app.config["SESSION_LIFETIME"],
    )
    is_new_device = _is_new_device(session)
    db.session.add(session)
    db.session.flush()
    if is_new_device:
        events.record(EventType.USER_NEW_DEVICE, str(session.id), user_id=user.id, session_id=str(session.id))
    return pair(user, session, issue_refresh_token(session))


def pair(user: User, session: Session, refresh_token: RefreshToken) -> TokenPair:
    """Return a new access token and the refresh token, encoded from its claims.

    Raises:
        KeyError: the key that the refresh token was signed with has been retired.
    """
    return TokenPair(
        access_token=mint_access_token(
            user_id=user.id, role=user.role, session_id=session.id, since=user.sessions_valid_from
        ),
        refresh_token=tokens.mint(refresh_token.claims, refresh_token.key_id),
        expires_in=int(current_app.config["JWT_ACCESS_TOKEN_EXPIRES"].total_seconds()),
    )


def issue_refresh_token(session: Session, *, parent_id: int | None = None) -> RefreshToken:
    """Create a session's next refresh token; it expires no later than the session."""
    issued = now()
    expires = min(issued + current_app.config["JWT_REFRESH_TOKEN_EXPIRES"], session.expires_at)
    claims = claims_for(user_id=session.user_id, session_id=session.id, kind="refresh", issued=issued, expires=expires)
    token = RefreshToken(
        session_id=session.id,
        parent_id=parent_id,
        jti=UUID(claims["jti"]),
        token_hash=fingerprint(tokens.mint(claims)),
        claims=claims,
        key_id=tokens.current_key_id(),
        issued_at=issued,
        expires_at=expires,
    )
    db.session.add(token)
    db.session.flush()
    return token


def fingerprint(token: str) -> bytes:
    """Return the hash that is stored of a refresh token."""
    return hashlib.sha256(token.encode()).digest()


def browse_live(*, user_id: int, part: Part) -> Found[Session]:
    """Return a part of a user's live sessions, most recently used first."""
    return rows_of(select(Session).where(_live(Session.user_id == user_id)), LATEST_USED, part)


def is_known_network(*, email_key: str, network: str) -> bool:
    """Return whether an account has signed in from a network before, according to the stored sessions."""
    if network == UNKNOWN_NETWORK:
        return False
    query = select(Session.id).join(User).where(User.email_key == email_key, _is_within(network)).limit(1)
    return db.session.scalar(query) is not None


def reauthenticated(session_id: UUID) -> None:
    """Note that a session's user has just confirmed their identity."""
    db.session.execute(update(Session).where(Session.id == session_id).values(reauthenticated_at=now()))


def _is_new_device(session: Session) -> bool:
    """Return whether none of the user's stored sessions has this user agent and network; False if none is stored."""
    network = network_of(session.ip)
    same_network = Session.ip == "" if network == UNKNOWN_NETWORK else _is_within(network)
    seen = func.bool_or(func.coalesce(same_network, False) & (Session.user_agent == session.user_agent))
    return db.session.scalar(select(seen).where(Session.user_id == session.user_id)) is False


def _is_within(network: str) -> ColumnElement[bool]:
    return cast(func.nullif(Session.ip, ""), INET).op("<<=", is_comparison=True)(cast(network, INET))


def end(*, user_id: int, session_id: UUID, reason: str) -> None:
    """End one of a user's sessions.

    Raises:
        NoSuchSession: the user has no live session with this id.
    """
    if not _revoke(_live(Session.user_id == user_id, Session.id == session_id), reason):
        raise NoSuchSession()


def end_if_live(session_id: UUID, *, reason: str) -> None:
    """End a session, unless it has ended already."""
    _revoke(_live(Session.id == session_id), reason)


def end_all(*, user_id: int, reason: str, except_for: UUID | None = None) -> int:
    """End a user's sessions, optionally except one; return how many were ended."""
    return len(_revoke(_live(Session.user_id == user_id, Session.id != except_for), reason))


def delete_ended() -> int:
    """Delete sessions that ended a month ago, and expired refresh tokens; return the number of rows.

    A used token is kept until it expires, so that its reuse is detected.
    """
    before = now() - KEPT_AFTER_END
    ended = delete(Session).where(or_(Session.expires_at <= before, Session.revoked_at <= before))
    expired = delete(RefreshToken).where(RefreshToken.expires_at <= now())
    sessions = db.session.scalars(ended.returning(Session.id)).all()
    return len(sessions) + len(db.session.scalars(expired.returning(RefreshToken.id)).all())


def _revoke(which: ColumnElement[bool], reason: str) -> Sequence[UUID]:
    ended = db.session.scalars(
        update(Session).where(which).values(revoked_at=now(), revoked_reason=reason).returning(Session.id)
    ).all()
    if ended:
        entitlements.session_changed(*ended)
    return ended


def _live(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return Session.revoked_at.is_(None) & (Session.expires_at > now()) & db.and_(*conditions)


def mint_access_token(*, user_id: int, role: Role, session_id: UUID, since: datetime | None = None) -> str:
    """Return a stateless access token for a session.

    `since` is when the account's rights last changed, the earliest issue time even if this dyno's clock is behind.
    """
    lifetime: timedelta = current_app.config["JWT_ACCESS_TOKEN_EXPIRES"]
    issued = max(now(), since or now())
    return tokens.mint(
        claims_for(user_id=user_id, session_id=session_id, kind="access", issued=issued, expires=issued + lifetime)
        | {"role": role.value, "fresh": False}
    )


def claims_for(*, user_id: int, session_id: UUID, kind: str, issued: datetime, expires: datetime) -> dict[str, Any]:
    """Return the claims that access and refresh tokens share.

    `iat` is fractional, so that tokens issued right before and right after a change of rights can be distinguished.
    """
    return {
        "iss": current_app.config["JWT_ENCODE_ISSUER"],
        "aud": current_app.config["JWT_ENCODE_AUDIENCE"],
        "sub": str(user_id),
        "sid": str(session_id),
        "jti": str(uuid4()),
        "type": kind,
        "iat": issued.timestamp(),
        "exp": int(expires.timestamp()),
    }


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
