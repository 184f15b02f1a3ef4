"""Attempts whose time is over: submitted by a job, unless a request has looked at them before.

Several workers may do so at once: each attempt is submitted once (see `submitting`).
"""

import logging
from collections.abc import Callable
from typing import Any

from learnstream.clock import now
from learnstream.documents import AttemptState
from learnstream.documents.attempt import WholeAttempt
from learnstream.services.assessment import attempts, completing, submitting
from learnstream.stores.breaker import STORE_FAILURES

log = logging.getLogger(__name__)

BATCH = 100  # attempts


def submit_due() -> int:
    """Submit the attempts whose time is over, longest first; return how many were."""
    moment = now()
    due = {"state": AttemptState.IN_PROGRESS.value, "submit_at": {"$lte": moment}}
    return _each(due, lambda attempt: submitting.end_if_due(attempt, moment), sort=[("submit_at", 1)])


def follow_results() -> int:
    """Complete lessons whose completion is due, because the process that submitted the attempt ended; return how many."""
    return _each({"completion_due": True}, completing.follow)


def _each(which: dict[str, Any], handle: Callable[[WholeAttempt], object], **options: Any) -> int:
    done = 0
    for batch in attempts.WHOLE.batches(which, BATCH, **options):
        for attempt in batch:
            done += _is_handled(attempt, handle)
    return done


def _is_handled(attempt: WholeAttempt, handle: Callable[[WholeAttempt], object]) -> bool:
    """Handle an attempt; one that cannot be handled must not keep the others waiting."""
    try:
        handle(attempt)
    except STORE_FAILURES:
        raise
    except Exception:
        log.exception("attempt %s could not be brought to its end", attempt["_id"])
        return False
    return True
