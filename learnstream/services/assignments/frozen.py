"""Assignments as submissions and their marking need them.

The settings of an assignment never change, so each process memoizes what it has read. The shared cache serves during an
outage of MongoDB.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from bson import ObjectId

from learnstream.documents.assignment import HandIn, Per, Release, Resubmit, StoredAssignment
from learnstream.services.assignments import assignment_store
from learnstream.stores import cache
from learnstream.stores.memo import Memo

TTL_SECONDS = 3600
# The number changes with the cached facts, because the previous release may still be running.
KEY = "assignment:1"
PERIODS = {Per.HOUR: timedelta(hours=1), Per.DAY: timedelta(days=1)}

known: Memo["FrozenAssignment"] = Memo(1000)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, or a number of days after the learner enrolled."""

    at: datetime | None = None
    after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """The deduction for handing in late.

    Each begun period `per` takes `percent` of the points earned; at least `floor_percent` of them remain.
    """

    percent: Decimal
    per: timedelta
    floor_percent: Decimal


@dataclass(frozen=True, slots=True)
class Level:
    """A level that a submission can reach in a criterion."""

    id: str
    title: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of a rubric, with its levels in the author's order."""

    id: str
    title: str
    description: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class FrozenAssignment:
    """The settings of an assignment; None is no limit.

    `attachments` are the ids of files. `max_bytes` is of each file that is handed in, `types` are their content types,
    `max_length` is the characters of a text.
    """

    id: str
    course_id: str
    lesson_id: str
    instructions: str
    attachments: tuple[str, ...]
    points: Decimal
    due: Moment | None
    accepted_until: Moment | None
    late: Late | None
    kinds: frozenset[HandIn]
    max_files: int
    max_bytes: int
    types: tuple[str, ...]
    max_length: int
    attempts_allowed: int | None
    resubmit: Resubmit
    rubric: tuple[Criterion, ...]
    anonymous: bool
    release: Release
    pass_fraction: Decimal


def frozen(assignment_id: str) -> FrozenAssignment:
    """Return an assignment by the id that a version's outline, or a submission, names.

    Raises:
        NoAssignment: its course was deleted.
    """
    return known.get_or_load(assignment_id, lambda: _read(assignment_id))


def frozen_many(assignment_ids: Collection[str]) -> dict[str, FrozenAssignment]:
    """Return assignments by id, with as many queries as for one; see `frozen`."""
    unknown = {_key(each): each for each in assignment_ids if known.get(each) is None}
    for key, packed in cache.get_or_load_each(list(unknown), _load_many, ttl=TTL_SECONDS).items():
        known.put(unknown[key], _build(orjson.loads(packed)))
    return {each: frozen(each) for each in assignment_ids}


def _key(assignment_id: str) -> str:
    return f"{KEY}:{assignment_id}"


def _read(assignment_id: str) -> FrozenAssignment:
    packed = cache.get_or_load(_key(assignment_id), lambda: _load(assignment_id), ttl=TTL_SECONDS)
    return _build(orjson.loads(packed))


def _load(assignment_id: str) -> bytes:
    return _pack(assignment_store.find(ObjectId(assignment_id)))


def _load_many(keys: Collection[str]) -> dict[str, bytes]:
    wanted = [ObjectId(key.rpartition(":")[2]) for key in keys]
    return {_key(str(each["_id"])): _pack(each) for each in assignment_store.STORED.find({"_id": {"$in": wanted}})}


def _pack(assignment: StoredAssignment) -> bytes:
    # Ids and decimals as text.
    return orjson.dumps(assignment, default=str)


def _build(plain: dict[str, Any]) -> FrozenAssignment:
    return FrozenAssignment(
        id=plain["_id"],
        course_id=plain["course_id"],
        lesson_id=plain["lesson_id"],
        instructions=plain["instructions"],
        attachments=tuple(plain["attachments"]),
        points=Decimal(plain["points"]),
        due=_moment(plain["due"]),
        accepted_until=_moment(plain["accepted_until"]),
        late=_late(plain["late"]) if plain["late"] else None,
        kinds=frozenset(HandIn(kind) for kind in plain["kinds"]),
        max_files=plain["max_files"],
        max_bytes=plain["max_bytes"],
        types=tuple(plain["types"]),
        max_length=plain["max_length"],
        attempts_allowed=plain["attempts_allowed"],
        resubmit=Resubmit(plain["resubmit"]),
        rubric=tuple(_criterion(criterion) for criterion in plain["rubric"]),
        anonymous=plain["anonymous"],
        release=Release(plain["release"]),
        pass_fraction=Decimal(plain["pass_fraction"]),
    )


def _moment(plain: dict[str, Any] | None) -> Moment | None:
    if not plain:
        return None
    at = plain.get("at")
    return Moment(at=datetime.fromisoformat(at) if at else None, after_days=plain.get("after_days"))


def _late(plain: dict[str, Any]) -> Late:
    return Late(Decimal(plain["percent"]), PERIODS[Per(plain["per"])], Decimal(plain["floor_percent"]))


def _criterion(plain: dict[str, Any]) -> Criterion:
    levels = tuple(Level(each["id"], each["title"], Decimal(each["points"])) for each in plain["levels"])
    return Criterion(plain["id"], plain["title"], plain["description"], levels)
