"""Refreshing: a refresh token is used once, and gives way to its child.

Two tabs that refresh at the same moment must not lose their session, and a stolen token must not keep one. So the
parent's second use within a few seconds returns the very child that the first use made, byte for byte, as long as
that child is unused itself; any later use ends the session, because one of its two holders is a thief.
"""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from learnstream import tokens
from learnstream.clock import now
from learnstream.errors import Denied, Retry, Unauthenticated
from learnstream.extensions import db
from learnstream.models import RefreshToken, Session, User
from learnstream.policies.entitlements import TokenRevoked
from learnstream.services.foundation import audit
from learnstream.services.people import sessions
from learnstream.services.people.sessions import TokenPair
from learnstream.tokens import TokenInvalid

GRACE = timedelta(seconds=10)


class TokenReused(Unauthenticated):
    """Refuses, and leaves a revoked session and an audit entry behind: the caller commits them all the same."""

    code, detail = "token_reused", "This refresh token was used before, so its session has been ended: sign in again."
    retry = Retry.NEVER


class AccountDisabled(Denied):
    code, detail = "account_disabled", "This account has been disabled."


def refresh(token: str) -> TokenPair:
    """Exchange a refresh token for its child and a new access token.

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
    child = _consume(parent, session) or _present_child(parent)
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


def _consume(parent: RefreshToken, session: Session) -> RefreshToken | None:
    taken = db.session.scalar(
        update(RefreshToken)
        .where(RefreshToken.id == parent.id, RefreshToken.consumed_at.is_(None))
        .values(consumed_at=now())
        .returning(RefreshToken.id)
    )
    return sessions.issue_refresh_token(session, parent_id=parent.id) if taken else None


def _present_child(parent: RefreshToken) -> RefreshToken | None:
    used, child = aliased(RefreshToken), aliased(RefreshToken)
    return db.session.scalar(
        select(child)
        .join(used, child.parent_id == used.id)
        .where(used.id == parent.id, used.consumed_at > now() - GRACE, child.consumed_at.is_(None))
    )


def _reused(session: Session) -> TokenReused:
    sessions.end_if_live(session.id, reason="token_reused")
    audit.record("session.token_reused", actor_id=session.user_id, target_kind="session", target_id=str(session.id))
    return TokenReused()
