"""Responses stored under a client's key, so that a request retried after a lost connection is not executed twice.

A key is claimed in its own transaction before the work begins, because the work may span both stores and a vendor. The
response is stored in the work's final transaction if that is in PostgreSQL, else in another one once the response is
ready. A claim whose process has died is taken over after a while; only then may interrupted work be repeated.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors.requests import KeyInUse, KeyReused
from learnstream.models import IdempotencyKey
from learnstream.stores.sql import db

LIFETIME = timedelta(hours=24)
# No request takes longer than 15 seconds, so after a minute its process must have died.
ABANDONED_AFTER = timedelta(seconds=60)
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to execute a key's request. `claimed_at` distinguishes it from a later claim that replaced it."""

    id: int
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """The stored response to the first request."""

    status: int
    headers: dict[str, str]
    body: bytes


def claim(*, user_id: int, operation: str, key: str, body_hash: bytes) -> Claim | Answer:
    """Return the response stored under a key, or claim the key if there is none.

    Raises:
        KeyReused: the key belongs to a request with another body.
        KeyInUse: the first request with the key is still running.
    """
    scope = {"user_id": user_id, "operation": operation, "key": key}
    for _ in range(ATTEMPTS):
        if claimed := _insert(scope, body_hash):
            return claimed
        row = db.session.execute(
            select(
                IdempotencyKey.body_hash, IdempotencyKey.status, IdempotencyKey.headers, IdempotencyKey.response
            ).filter_by(**scope)
        ).first()
        # The key may have been released between the two statements; then it is free again.
        if row is not None:
            return _answer_of(row, body_hash)
    raise KeyInUse()


def _insert(scope: dict[str, Any], body_hash: bytes) -> Claim | None:
    at = now()
    values = {"body_hash": body_hash, "created_at": at, "expires_at": at + LIFETIME}
    blank = {"status": None, "headers": None, "response": None}
    claimed = db.session.scalar(
        insert(IdempotencyKey)
        .values(**scope, **values)
        .on_conflict_do_update(index_elements=list(scope), set_=values | blank, where=_is_free(at))
        .returning(IdempotencyKey.id)
    )
    return Claim(id=claimed, claimed_at=at) if claimed else None


def _is_free(at: datetime) -> ColumnElement[bool]:
    abandoned = and_(IdempotencyKey.status.is_(None), IdempotencyKey.created_at <= at - ABANDONED_AFTER)
    return or_(IdempotencyKey.expires_at <= at, abandoned)


def _answer_of(row: Any, body_hash: bytes) -> Answer:
    if bytes(row.body_hash) != body_hash:
        raise KeyReused()
    if row.status is None:
        raise KeyInUse()
    return Answer(status=row.status, headers=row.headers, body=bytes(row.response))


def store(claimed: Claim, answer: Answer) -> None:
    """Store the response, to be returned when the request is repeated."""
    db.session.execute(
        update(IdempotencyKey)
        .where(_is_current(claimed))
        .values(status=answer.status, headers=answer.headers, response=answer.body)
    )


def release(claimed: Claim) -> None:
    """Release the key of a request that failed, so that repeating it executes it again."""
    db.session.execute(delete(IdempotencyKey).where(_is_current(claimed)))


def _is_current(claimed: Claim) -> ColumnElement[bool]:
    return and_(
        IdempotencyKey.id == claimed.id,
        IdempotencyKey.created_at == claimed.claimed_at,
        IdempotencyKey.status.is_(None),
    )


def delete_expired() -> int:
    """Delete expired keys; return how many."""
    expired = delete(IdempotencyKey).where(IdempotencyKey.expires_at <= now()).returning(IdempotencyKey.id)
    return len(db.session.scalars(expired).all())
