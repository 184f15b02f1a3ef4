"""Answers kept under a client's key, so that a request repeated after a lost connection is not done twice.

A key is claimed in a transaction of its own before the work begins: work may span both stores and a vendor, so no single
transaction could hold all of it. It is settled in the transaction that ends the work if that is PostgreSQL's, else in
another once the answer is ready. A claim whose process died is taken over after a while; only then may work that was
cut off be done again.
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
# No request takes longer than 15 seconds: after a minute its process is gone.
ABANDONED_AFTER = timedelta(seconds=60)
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work of a key. `claimed_at` tells it from a claim that took its place."""

    id: int
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first request was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def claim(*, user_id: int, operation: str, key: str, body_hash: bytes) -> Claim | Answer:
    """Return the answer kept under a key; if there is none, claim the key.

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
        # It may have been released between the two statements; then it is free again.
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


def keep(claimed: Claim, answer: Answer) -> None:
    """Keep the answer for whoever repeats the request."""
    db.session.execute(
        update(IdempotencyKey)
        .where(_is_mine(claimed))
        .values(status=answer.status, headers=answer.headers, response=answer.body)
    )


def release(claimed: Claim) -> None:
    """Give the key back: the request was refused or failed, so repeating it means trying again."""
    db.session.execute(delete(IdempotencyKey).where(_is_mine(claimed)))


def _is_mine(claimed: Claim) -> ColumnElement[bool]:
    return and_(
        IdempotencyKey.id == claimed.id,
        IdempotencyKey.created_at == claimed.claimed_at,
        IdempotencyKey.status.is_(None),
    )


def delete_expired() -> int:
    """Delete keys whose time is over; return how many."""
    over = delete(IdempotencyKey).where(IdempotencyKey.expires_at <= now()).returning(IdempotencyKey.id)
    return len(db.session.scalars(over).all())
