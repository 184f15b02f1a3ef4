"""Runs followers: each handles the events after its cursor, in order, and moves the cursor past them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select

from learnstream.clock import now
from learnstream.models import Event, Follower, ParkedEvent
from learnstream.services.foundation import cursors, parked_events
from learnstream.services.foundation.cursors import Claim, ClaimLost
from learnstream.services.foundation.followers import FeedEvent, Following, registered
from learnstream.services.foundation.parked_events import Retry
from learnstream.services.foundation.retries import describe
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

PAGE = 500  # events read at once


def wake_due() -> None:
    """Register new followers, and have workers run those with events to handle."""
    cursors.register([*registered.values()])
    last = select(func.max(Event.position)).scalar_subquery()
    asked = exists().where(ParkedEvent.follower == Follower.name, ParkedEvent.retry_at.is_not(None))
    behind = (Follower.position < last) & (Follower.next_try_at <= now())
    names = db.session.scalars(select(Follower.name).where(Follower.name.in_(registered), behind | asked)).all()
    db.session.commit()
    for name in names:
        registered[name].wake()


def follow_all() -> int:
    """Run all followers one after the other; return how many events they handled."""
    cursors.register([*registered.values()])
    return sum(map(follow, list(registered)))


def follow(name: str) -> int:
    """Run a follower until it has handled all events or must pause; return how many it handled."""
    if (following := registered.get(name)) is None:
        # Queued by a newer release.
        return 0
    with cursors.claim(name) as claim:
        if claim is None:
            return 0
        run = _Run(following, claim, following.batch)
        try:
            run.retry_parked()
            while run.handle_page():
                pass
        except ClaimLost:
            log.warning("follower %s lost its claim", name)
    return run.handled


@dataclass
class _Run:
    """One run of a follower. `size` is the present size of batches, smaller after failures."""

    following: Following
    claim: Claim
    size: int
    handled: int = 0

    def handle_page(self) -> bool:
        """Handle the next events; return whether to go on: there may be more, and no pause is due."""
        name = self.following.name
        cursor = db.session.get_one(Follower, name, populate_existing=True)
        head = db.session.scalar(select(func.max(Event.position))) or 0
        if cursor.position >= head or cursor.next_try_at > now():
            db.session.commit()
            return False
        if self._skip_deleted(cursor):
            return True
        events = self._read(cursor.position, head)
        # Short pages end at the head of the feed: the events in between have other types.
        end = events[-1].position if len(events) == PAGE else head
        tries = cursor.tries
        db.session.commit()
        return self._handle_all(events, end, tries)

    def _skip_deleted(self, cursor: Follower) -> bool:
        """Move the cursor over events that were deleted before the follower got to them, and count them."""
        oldest = db.session.scalar(select(func.min(Event.position))) or 0
        if (missed := oldest - 1 - cursor.position) <= 0:
            return False
        log.error("follower %s missed %d events, which were deleted", cursor.name, missed)
        self.claim.change(position=oldest - 1, missed=cursor.missed + missed, tries=0, last_error=None)
        db.session.commit()
        return True

    def _read(self, after: int, head: int) -> list[FeedEvent]:
        found = select(Event).where(
            Event.position > after, Event.position <= head, Event.type.in_(self.following.types)
        )
        return [FeedEvent.of(row) for row in db.session.scalars(found.order_by(Event.position).limit(PAGE))]

    def _handle_all(self, events: Sequence[FeedEvent], end: int, tries: int) -> bool:
        if not events:
            self._move(end)
        done = 0
        while done < len(events):
            batch = events[done : done + self.size]
            done += len(batch)
            try:
                self._handle(batch, end if done == len(events) else batch[-1].position)
            except ClaimLost:
                raise
            except Exception as error:
                db.session.rollback()
                return self._fail(batch, error, tries)
            tries = 0
            self.size = min(2 * self.size, self.following.batch)
        return True

    def _handle(self, batch: Sequence[FeedEvent], end: int) -> None:
        self.following.handle(batch)
        # The handler's SQL writes and the advance share one commit.
        self._move(end)
        self.handled += len(batch)

    def _move(self, position: int) -> None:
        self.claim.change(position=position, tries=0, last_error=None)
        db.session.commit()

    def _fail(self, batch: Sequence[FeedEvent], error: Exception, tries: int) -> bool:
        """Note a failure; return whether to go on without a pause."""
        log.warning("follower %s failed at event %s: %s", self.following.name, batch[0].id, error)
        if isinstance(error, STORE_FAILURES):
            # Not the event's fault: wait for the store, however long that takes.
            self._pause(describe(error), tries, self.following.retries.first_pause)
            return False
        if len(batch) > 1:
            self.size = max(1, len(batch) // 2)
            return True
        return self._fail_single(batch[0], describe(error), tries + 1)

    def _fail_single(self, event: FeedEvent, error: str, tries: int) -> bool:
        pause = self.following.retries.pause_after(tries)
        if pause is not None:
            self._pause(error, tries, pause)
            return False
        parked_events.park(self.following.name, event.position, tries, error)
        self._move(event.position)
        self.size = self.following.batch
        return True

    def _pause(self, error: str, tries: int, pause: timedelta) -> None:
        self.claim.change(last_error=error, tries=tries, next_try_at=now() + pause)
        db.session.commit()

    def retry_parked(self) -> None:
        """Try each parked event again, once, that an administrator wants to be retried."""
        while (retry := parked_events.next_retry(self.following.name)) is not None:
            db.session.commit()
            try:
                self._retry(retry)
            except ClaimLost:
                raise
            except Exception as error:
                db.session.rollback()
                log.warning("follower %s failed again at a parked event: %s", self.following.name, error)
                self.claim.change()
                parked_events.fail_again(retry.id, describe(error))
                db.session.commit()

    def _retry(self, retry: Retry) -> None:
        if retry.event is None:
            raise LookupError("The event was deleted at the end of its retention.")
        self.following.handle([FeedEvent.of(retry.event)])
        self.claim.change()
        if not parked_events.remove(retry.id):
            raise ClaimLost("The event was skipped meanwhile.")
        db.session.commit()
        self.handled += 1
