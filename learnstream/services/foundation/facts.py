"""Invalidation of cached facts that a process could not deliver to Redis, in case that process has died."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from learnstream.clock import now
from learnstream.errors import Unavailable
from learnstream.models import OutboxMessage
from learnstream.policies import entitlements
from learnstream.services.foundation import outbox
from learnstream.stores import cache, generations
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import db

log = logging.getLogger(__name__)


@outbox.handles(entitlements.INVALIDATE)
def invalidate(payload: dict[str, Any]) -> None:
    """Invalidate the cache keys listed in a message.

    Raises:
        Unavailable: Redis is not available.
    """
    if not cache.invalidate(*payload["keys"]):
        raise Unavailable("redis")


def take_over_pending(app: Flask) -> None:
    """Invalidate, now and whenever Redis returns, the keys that processes which have died could not."""

    def take_over() -> None:
        try:
            with app.app_context():
                generations.pending.add(pending_keys())
        except STORE_FAILURES as error:
            log.warning("pending cache invalidations could not be read: %s", type(error).__name__)

    generations.on_return[:] = [take_over]
    generations.in_background(take_over)


def pending_keys() -> Sequence[str]:
    """Return the keys whose invalidation is pending in the outbox, except those that Redis has expired since."""
    pending = select(OutboxMessage.payload).where(
        OutboxMessage.topic == entitlements.INVALIDATE,
        OutboxMessage.done_at.is_(None),
        OutboxMessage.parked_at.is_(None),
        OutboxMessage.created_at > now() - timedelta(seconds=entitlements.STALE_IF_ERROR_SECONDS),
    )
    return [key for payload in db.session.scalars(pending) for key in payload["keys"]]
