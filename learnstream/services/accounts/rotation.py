"""Refreshing: a refresh token is used once, and gives way to its child.

Two tabs that refresh at the same moment must not lose their session, nor a client whose answer was lost; and a stolen
token must not keep one. So a second use soon after the first returns the very child that the first use made, byte for
byte, as long as that child is unused itself. Any later use ends the session, because one of its two holders is a thief.
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

# Uses so soon after the first are those of tabs that woke up together, however many there are.
AT_ONCE = timedelta(seconds=10)
# Later ones come from a client that never got its answer: from anywhere, or from where the first use came from.
LOST = timedelta(seconds=60)
LOST_BY_THE_SAME = timedelta(minutes=5)
MOST_REPEATS = 3


def refresh(token: str, *, user_agent: str, network: str) -> TokenPair:
    """Exchange a refresh token for its child and a new access token.

    user_agent, network: of the client, told apart only by whether they are the same.

    Raises:
        Unauthenticated: `token_invalid`, `token_expired`, `token_revoked` (the session is over) or `token_reused`.
        AccountDisabled: nobody may use this account now.
    """
    tokens.decode(token, kind="refresh")
    parent = db.session.scalar(select(RefreshToken).where(RefreshToken.token_hash == sessions.fingerprint(token)))
    if parent is None:
        raise TokenInvalid()
    session = _hold(parent)
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


def _hold(token: RefreshToken) -> Session:
    # The update also locks the row, so that rotation and revocation of one session come one after the other.
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
    taken = db.session.scalar(
        update(RefreshToken)
        .where(RefreshToken.id == parent.id, RefreshToken.consumed_at.is_(None))
        .values(consumed_at=now(), consumed_by=client)
        .returning(RefreshToken.id)
    )
    return sessions.issue_refresh_token(session, parent_id=parent.id) if taken else None


def _repeat(parent: RefreshToken, session: Session, client: bytes) -> RefreshToken | None:
    """Return the child that a used token has, unless that has been used itself or it is too late to ask again."""
    child, asked = aliased(RefreshToken), now()
    used_at, known = RefreshToken.consumed_at, RefreshToken.consumed_by == client
    at_once = used_at > asked - AT_ONCE
    lost = or_(used_at > asked - LOST, and_(known, used_at > asked - LOST_BY_THE_SAME))
    repeated = db.session.execute(
        update(RefreshToken)
        .where(RefreshToken.id == parent.id, or_(at_once, and_(lost, RefreshToken.repeats < MOST_REPEATS)))
        .where(exists().where(child.parent_id == RefreshToken.id, child.consumed_at.is_(None)))
        .values(repeats=RefreshToken.repeats + case((at_once, 0), else_=1))
        .returning(RefreshToken.repeats, at_once.label("at_once")),
        execution_options={"synchronize_session": False},
    ).first()
    if repeated is None:
        return None
    if not repeated.at_once:
        _note("session.refresh_repeated", session, times=repeated.repeats)
    return db.session.scalar(select(RefreshToken).where(RefreshToken.parent_id == parent.id))


def _reused(session: Session) -> TokenReused:
    sessions.end_if_live(session.id, reason="token_reused")
    _note("session.token_reused", session)
    return TokenReused()


def _note(action: str, session: Session, **details: Any) -> None:
    audit.record(action, actor_id=session.user_id, target_kind="session", target_id=str(session.id), **details)
