"""Refresh token rotation: each refresh token is used once and replaced by its child.

Two tabs that refresh at the same moment must not lose their session, nor a client that lost the response, but reuse of
a stolen token must be detected. A second use soon after the first therefore returns the same child, byte for byte, as
long as that child is unused. Any later use ends the session, because one of the token's holders must be an attacker.
"""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, case, exists, or_, select, update
from sqlalchemy.orm import aliased

from learnstream import tokens
from learnstream.clock import now
from learnstream.errors.accounts import AccountDisabled, TokenInvalid, TokenReused, TokenRevoked
from learnstream.models import RefreshToken, Session, User
from learnstream.services.accounts import sessions
from learnstream.services.accounts.sessions import TokenPair
from learnstream.services.foundation import audit
from learnstream.stores.sql import db

# Repeats within this time come from tabs that woke up together; their number is not limited.
CONCURRENT = timedelta(seconds=10)
# Later repeats come from a client that lost the response: from any client, or from the one that used the token first.
LOST_RESPONSE = timedelta(seconds=60)
LOST_RESPONSE_SAME_CLIENT = timedelta(minutes=5)
MAX_REPEATS = 3


def refresh(token: str, *, user_agent: str, network: str) -> TokenPair:
    """Exchange a refresh token for its child and a new access token.

    user_agent, network: the client's, only compared for equality.

    Raises:
        Unauthenticated: `token_invalid`, `token_expired`, `token_revoked` (the session has ended) or `token_reused`.
        AccountDisabled: the account is disabled.
    """
    tokens.decode(token, kind="refresh")
    parent = db.session.scalar(select(RefreshToken).where(RefreshToken.token_hash == sessions.fingerprint(token)))
    if parent is None:
        raise TokenInvalid()
    session = _lock_session(parent)
    user = db.session.get_one(User, session.user_id)
    if not user.is_active:
        raise AccountDisabled()
    client = hashlib.sha256(f"{network}\n{user_agent}".encode()).digest()
    child = _consume(parent, session, client) or _repeat(parent, session, client)
    if child is None:
        raise _reused(session)
    try:
        return sessions.pair(user, session, child)
    except KeyError:
        raise TokenInvalid() from None


def _lock_session(token: RefreshToken) -> Session:
    # The update also locks the row, which serializes rotation and revocation of a session.
    session = db.session.scalar(
        update(Session)
        .where(Session.id == token.session_id, Session.revoked_at.is_(None), Session.expires_at > now())
        .values(last_used_at=now())
        .returning(Session)
    )
    if session is None:
        raise TokenRevoked()
    return session


def _consume(parent: RefreshToken, session: Session, client: bytes) -> RefreshToken | None:
    consumed = db.session.scalar(
        update(RefreshToken)
        .where(RefreshToken.id == parent.id, RefreshToken.consumed_at.is_(None))
        .values(consumed_at=now(), consumed_by=client)
        .returning(RefreshToken.id)
    )
    return sessions.issue_refresh_token(session, parent_id=parent.id) if consumed else None


def _repeat(parent: RefreshToken, session: Session, client: bytes) -> RefreshToken | None:
    """Return the child of a used token, unless the child has been used itself or the grace period is over."""
    child, moment = aliased(RefreshToken), now()
    used_at, same_client = RefreshToken.consumed_at, RefreshToken.consumed_by == client
    concurrent = used_at > moment - CONCURRENT
    lost = or_(used_at > moment - LOST_RESPONSE, and_(same_client, used_at > moment - LOST_RESPONSE_SAME_CLIENT))
    repeated = db.session.execute(
        update(RefreshToken)
        .where(RefreshToken.id == parent.id, or_(concurrent, and_(lost, RefreshToken.repeats < MAX_REPEATS)))
        .where(exists().where(child.parent_id == RefreshToken.id, child.consumed_at.is_(None)))
        .values(repeats=RefreshToken.repeats + case((concurrent, 0), else_=1))
        .returning(RefreshToken.repeats, concurrent.label("concurrent")),
        execution_options={"synchronize_session": False},
    ).first()
    if repeated is None:
        return None
    if not repeated.concurrent:
        _note("session.refresh_repeated", session, times=repeated.repeats)
    return db.session.scalar(select(RefreshToken).where(RefreshToken.parent_id == parent.id))


def _reused(session: Session) -> TokenReused:
    sessions.end_if_live(session.id, reason="token_reused")
    _note("session.token_reused", session)
    return TokenReused()


def _note(action: str, session: Session, **details: Any) -> None:
    audit.record(action, actor_id=session.user_id, target_kind="session", target_id=str(session.id), **details)
