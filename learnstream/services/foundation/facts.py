"""Facts that outlived their change because Redis was away: forgotten for processes that died before they could tell it."""

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
def forget(payload: dict[str, Any]) -> None:
    """Forget what a message names.

    Raises:
        Unavailable: Redis does not take it.
    """
    if not cache.invalidate(*payload["keys"]):
        raise Unavailable("redis")


def attend(app: Flask) -> None:
    """Forget, now and whenever Redis comes back, what it could not be told by processes that have died since."""

    def take_over() -> None:
        try:
            with app.app_context():
                generations.debts.add(owed())
        except STORE_FAILURES as error:
            log.warning("nobody could say what Redis has to forget: %s", type(error).__name__)

    generations.on_return[:] = [take_over]
    generations.in_background(take_over)


def owed() -> Sequence[str]:
    """Name the facts that wait in the outbox to be forgotten. None is older than what Redis keeps."""
    waiting = select(OutboxMessage.payload).where(
        OutboxMessage.topic == entitlements.INVALIDATE,
        OutboxMessage.done_at.is_(None),
        OutboxMessage.parked_at.is_(None),
        OutboxMessage.created_at > now() - timedelta(seconds=entitlements.STALE_IF_ERROR_SECONDS),
    )
    return [key for payload in db.session.scalars(waiting) for key in payload["keys"]]
