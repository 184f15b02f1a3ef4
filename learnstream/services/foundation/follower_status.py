"""Followers for administrators: how far they have come, and moving their cursors."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, select

from learnstream.clock import age, now
from learnstream.errors import Unprocessable
from learnstream.errors.foundation import EventsGone, NoSuchFollower, NotStuck
from learnstream.models import Event, Follower, FollowerState, ParkedEvent
from learnstream.services.foundation import audit, events, parked_events
from learnstream.services.foundation.followers import registered
from learnstream.stores.sql import after_commit, db


def browse() -> list[dict[str, Any]]:
    """Return all followers by name, with their lags."""
    head = db.session.scalar(select(func.max(Event.position))) or 0
    following = select(Event.published_at).where(Event.position > Follower.position).order_by(Event.position).limit(1)
    parked = select(func.count()).where(ParkedEvent.follower == Follower.name)
    found = db.session.execute(
        select(Follower, following.correlate(Follower).scalar_subquery(), parked.correlate(Follower).scalar_subquery())
        .order_by(Follower.name)
        .execution_options(populate_existing=True)
    )
    return [_shown(follower, waiting_since, parked, head) for follower, waiting_since, parked in found]


def find(name: str) -> dict[str, Any]:
    """Return one follower as in `browse`.

    Raises:
        NoSuchFollower: there is no such follower.
    """
    if (found := next((each for each in browse() if each["name"] == name), None)) is None:
        raise NoSuchFollower()
    return found


def _shown(follower: Follower, waiting_since: datetime | None, parked: int, head: int) -> dict[str, Any]:
    return {
        "name": follower.name,
        "state": _state(follower, waiting_since),
        "position": follower.position,
        "lag": {"events": max(0, head - follower.position), "seconds": age(waiting_since) or 0.0},
        "tries": follower.tries,
        "next_try_at": follower.next_try_at if follower.last_error else None,
        "last_error": follower.last_error,
        "parked": parked,
        "missed": follower.missed,
        "next_event_kept_until": waiting_since and waiting_since + events.KEPT_FOR_FOLLOWERS,
    }


def _state(follower: Follower, waiting_since: datetime | None) -> FollowerState:
    if follower.name not in registered:
        return FollowerState.RETIRED
    if follower.last_error:
        return FollowerState.FAILING
    if follower.claimed_until and follower.claimed_until > now():
        return FollowerState.RUNNING
    return FollowerState.BEHIND if waiting_since else FollowerState.IDLE


def replay(name: str, from_position: int, *, by: int) -> dict[str, Any]:
    """Move a follower's cursor back, so that it handles the events from a position on again, parked ones included.

    Raises:
        NoSuchFollower: there is no such follower.
        Unprocessable: the position lies ahead of the cursor.
        EventsGone: the event at this position has been deleted.
    """
    follower = _lock(name)
    if from_position > follower.position + 1:
        raise Unprocessable(errors={"json": {"from_position": [f"Must be at most {follower.position + 1}."]}})
    oldest = db.session.scalar(select(func.min(Event.position)))
    if oldest is not None and from_position < oldest:
        raise EventsGone()
    details = {"before": follower.position, "from_position": from_position}
    _move(follower, from_position - 1)
    again = and_(ParkedEvent.follower == name, ParkedEvent.position >= from_position)
    db.session.execute(delete(ParkedEvent).where(again))
    _record("follower.replayed", name, by, **details)
    return find(name)


def park(name: str, *, by: int) -> dict[str, Any]:
    """Park the event that a follower keeps failing at, before its tries end, so that the follower goes on.

    Raises:
        NoSuchFollower: there is no such follower.
        NotStuck: it is not failing.
    """
    follower = _lock(name)
    stuck_at = _next_position(follower)
    if follower.last_error is None or stuck_at is None:
        raise NotStuck()
    details = {"position": stuck_at, "last_error": follower.last_error}
    parked_events.park(name, stuck_at, follower.tries, follower.last_error)
    _move(follower, stuck_at)
    _record("follower.event_parked", name, by, **details)
    return find(name)


def _lock(name: str) -> Follower:
    if name not in registered:
        raise NoSuchFollower()
    follower = db.session.get(Follower, name, with_for_update=True, populate_existing=True)
    if follower is None:
        raise NoSuchFollower()
    return follower


def _next_position(follower: Follower) -> int | None:
    types = registered[follower.name].types
    found = select(Event.position).where(Event.position > follower.position, Event.type.in_(types))
    return db.session.scalar(found.order_by(Event.position).limit(1))


def _move(follower: Follower, position: int) -> None:
    """Move a cursor. A run in progress loses its claim, and commits nothing more."""
    follower.position, follower.tries, follower.last_error, follower.next_try_at = position, 0, None, now()
    follower.claimed_by = follower.claimed_until = None
    after_commit(registered[follower.name].wake)


def _record(action: str, name: str, by: int, **details: Any) -> None:
    audit.record(action, actor_id=by, target_kind="follower", target_id=name, **details)
    db.session.flush()
