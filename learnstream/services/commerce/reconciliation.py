"""Reconciliation: what the payment service has is compared with our orders, in case events have never come.

A pass lists, in pages, the checkouts of orders that are not settled, and the refunds that are not final; then it asks about
old orders one by one, and closes those that cannot be paid any more; last, it lists the events that no server has
acknowledged. A run makes so many requests at most, and the next one resumes where it stopped; a pass that has failed for an
hour is begun anew. Nothing here needs MongoDB.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import age, now
from learnstream.errors.payment_service import Refused
from learnstream.integrations import payments
from learnstream.models.reconciliation import Reconciliation, ReconciliationStep
from learnstream.services.commerce import comparing
from learnstream.services.commerce.comparing import NOTHING, Page
from learnstream.services.foundation.retries import describe
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

TASK = "learnstream.reconcile_payments"
ONLY = 1  # the row's id
# Of one run. With pages of 100, ten thousand checkouts take a hundred.
MAX_REQUESTS = 300
# A worker that has not finished a page by then is assumed to have died.
LEASE = timedelta(minutes=3)
# After so long, a pass that fails is begun anew, so that a step that always fails does not stop those before it.
STUCK = timedelta(hours=1)
# Events are last: a restricted key may lack the permission for them alone.
ORDERED = (
    ReconciliationStep.CHECKOUTS,
    ReconciliationStep.REFUNDS,
    ReconciliationStep.ORDERS,
    ReconciliationStep.EVENTS,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pass is. since: from when on objects are listed; None if the step has nothing to ask."""

    step: ReconciliationStep
    since: datetime | None
    cursor: str | None = None


def run() -> None:
    """Resume the pass that was stopped, or begin one, unless another worker runs it. A failure is recorded."""
    if not payments.is_configured() or not _acquire():
        return
    error: str | None = None
    try:
        _run()
    except Exception as failure:  # of the vendor or of a store: the next run resumes here
        db.session.rollback()
        log.warning("reconciliation of payments stopped: %s", failure)
        error = describe(failure)
        if isinstance(failure, Refused):
            _restart_step()
    _release(error)


def _run() -> None:
    place: Place | None = _resume()
    left = MAX_REQUESTS
    while place is not None and left > 0:
        page = NOTHING if place.since is None else comparing.STEPS[place.step].compare(place.since, place.cursor)
        left -= page.requests
        place = _advance(place, page)


def _acquire() -> bool:
    db.session.execute(insert(Reconciliation).values(id=ONLY).on_conflict_do_nothing())
    free = or_(Reconciliation.lease_until.is_(None), Reconciliation.lease_until <= now())
    acquired = _update(free, lease_until=now() + LEASE)
    db.session.commit()
    return acquired


def _release(error: str | None) -> None:
    _update(lease_until=None, last_error=error)
    db.session.commit()


def _resume() -> Place:
    row = db.session.get_one(Reconciliation, ONLY, populate_existing=True)
    if row.step is not None and not _is_stuck(row):
        place = Place(row.step, row.since, row.cursor)
        # The vendor is asked next, without an open transaction.
        db.session.rollback()
        return place
    _update(started_at=now())
    return _begin(ORDERED[0])


def _is_stuck(row: Reconciliation) -> bool:
    """True if the last run failed, and its pass began long ago."""
    return row.last_error is not None and row.started_at is not None and row.started_at < now() - STUCK


def _begin(step: ReconciliationStep) -> Place:
    place = Place(step, comparing.STEPS[step].since())
    _store(place)
    return place


def _advance(place: Place, page: Page) -> Place | None:
    """Store what a page has changed and where the pass is next; None if it is finished."""
    _update(corrected=Reconciliation.corrected + page.changed)
    if place.step is ReconciliationStep.EVENTS and page.changed:
        _update(undelivered_at=now())
    if page.next_cursor is not None:
        after = Place(place.step, place.since, page.next_cursor)
        _store(after)
        return after
    position = ORDERED.index(place.step) + 1
    if position < len(ORDERED):
        return _begin(ORDERED[position])
    _update(step=None, since=None, cursor=None, covered_at=Reconciliation.started_at, finished_at=now())
    db.session.commit()
    return None


def _store(place: Place) -> None:
    _update(step=place.step, since=place.since, cursor=place.cursor, lease_until=now() + LEASE)
    db.session.commit()


def _restart_step() -> None:
    """Forget the cursor: the object that it names may be gone, and the vendor would refuse it for good."""
    _update(cursor=None)


def _update(*conditions: Any, **columns: Any) -> bool:
    statement = update(Reconciliation).where(Reconciliation.id == ONLY, *conditions).values(**columns)
    found = db.session.scalar(statement.returning(Reconciliation.id), execution_options={"synchronize_session": False})
    return found is not None


def report() -> dict[str, Any]:
    """Return how far reconciliation has come: for the status report."""
    row = db.session.scalar(select(Reconciliation), execution_options={"populate_existing": True})
    finished_at = row.finished_at if row else None
    return {
        "finished_at": finished_at,
        "seconds": age(finished_at),
        "step": row.step.value if row and row.step else None,
        "corrected": row.corrected if row else 0,
        "last_error": row.last_error if row else None,
        "undelivered_at": row.undelivered_at if row else None,
    }
