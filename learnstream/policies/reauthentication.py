"""Operations that need a recent sign-in, so that a stolen token is not sufficient."""

from datetime import timedelta

from sqlalchemy import func, select

from learnstream.clock import now
from learnstream.errors.accounts import ReauthenticationRequired
from learnstream.models import Session
from learnstream.policies.views import Caller
from learnstream.stores.sql import db

RECENT_FOR = timedelta(minutes=15)
# By how much the clock of the dyno that noted a sign-in may be ahead.
CLOCK_SKEW = timedelta(seconds=60)


def require_recent_sign_in(caller: Caller) -> None:
    """Require that the caller has signed in, or confirmed their identity, in this session a short time ago.

    Raises:
        ReauthenticationRequired: it was too long ago.
    """
    since, moment = func.coalesce(Session.reauthenticated_at, Session.created_at), now()
    # Without an upper limit, sign-ins from before the clock was set back would be recent for too long.
    recent = since.between(moment - RECENT_FOR, moment + CLOCK_SKEW)
    if not db.session.scalar(select(recent).where(Session.id == caller.session_id)):
        raise ReauthenticationRequired()
