"""Parts of lists: a page by its number, or what follows a place in the list's order, however much changes meanwhile.

A place is the values that an order sorts an entry by. Every order ends with something unique, so no two entries share
one: what follows a place is neither shown twice nor left out when entries before it come or go.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from bson import ObjectId
from sqlalchemy import ColumnElement, Row, tuple_

T = TypeVar("T")
S = TypeVar("S")
Place = tuple[Any, ...]
Query = Mapping[str, Any]

# How values that JSON does not know are written in a place.
WRITTEN: tuple[tuple[str, type, Callable[[Any], str], Callable[[str], Any]], ...] = (
    ("time", datetime, datetime.isoformat, datetime.fromisoformat),
    ("id", ObjectId, str, ObjectId),
    ("uuid", UUID, str, UUID),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list: at most `size` entries, after the `first` ones or after a place."""

    size: int = 20
    first: int = 0
    after: Place | None = None

    @property
    def look(self) -> int:
        """How many entries to look at: one more than wanted tells whether any follow."""
        return self.size + 1


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A part of a list; `place` is where the next one begins, if there is one, and `total` was counted unless None."""

    entries: list[T]
    place: str | None = None
    total: int | None = None

    def showing(self, entries: list[S]) -> "Found[S]":
        """Return the same part with its entries as they are shown."""
        return Found(entries, self.place, self.total)


@dataclass(frozen=True, slots=True)
class Columns:
    """An order of rows, all of its columns in the same direction."""

    columns: tuple[Any, ...]
    descending: bool = False

    def part_of(self, query: Any, part: Part) -> Any:
        """Return the query for a part of another one's rows, with the columns of their places at the end."""
        if part.after:
            here: ColumnElement[Any] = tuple_(*self.columns)
            query = query.where(here < part.after if self.descending else here > part.after)
        order = [column.desc() for column in self.columns] if self.descending else self.columns
        return query.add_columns(*self.columns).order_by(*order).offset(part.first).limit(part.look)

    def cut(self, rows: Sequence[Row[Any]], part: Part, total: int | None) -> Found[Any]:
        """Return what was found as `part_of` looked for it: a tuple for each row."""
        width = len(self.columns)
        found = cut([*rows], lambda row: tuple(row[-width:]), part, total)
        return Found([tuple(row[:-width]) for row in found.entries], found.place, total)


@dataclass(frozen=True, slots=True)
class Keys:
    """An order of documents by two fields, the second of which is unique. Only the first may be `nullable`."""

    first: tuple[str, Any]
    second: tuple[str, int]
    nullable: bool = False

    @property
    def sort(self) -> list[tuple[str, Any]]:
        return [self.first, self.second]

    def part_of(self, query: Query, part: Part) -> dict[str, Any]:
        """Return the filter for what follows the part's place among the documents that a filter finds."""
        return {"$and": [query, self._after(*part.after)]} if part.after else dict(query)

    def _after(self, value: Any, unique: Any) -> dict[str, Any]:
        (name, direction), (last, last_direction) = self.first, self.second
        descending = direction != 1
        tie = {name: value, last: {"$gt" if last_direction == 1 else "$lt": unique}}
        if value is None:
            return tie if descending else {"$or": [{name: {"$ne": None}}, tie]}
        beyond = {name: {"$lt" if descending else "$gt": value}}
        if self.nullable and descending:
            return {"$or": [beyond, {name: None}, tie]}
        # The range is what an index can begin with.
        return {name: {"$lte" if descending else "$gte": value}, "$or": [beyond, tie]}

    def cut(self, documents: Iterable[T], part: Part, total: int | None = None) -> Found[T]:
        """Return what was found of `part.look` documents."""
        return cut([*documents], self._place, part, total)

    def _place(self, document: Any) -> Place:
        return _value(document, self.first[0]), _value(document, self.second[0])


def cut(found: list[T], place_of: Callable[[T], Place], part: Part, total: int | None) -> Found[T]:
    """Return a part of which one entry more than wanted was looked for."""
    place = write(place_of(found[part.size - 1])) if len(found) > part.size else None
    return Found(found[: part.size], place, total)


def latest(entries: Iterable[T], place_of: Callable[[T], Place], part: Part) -> Found[T]:
    """Return a part of a list that is in memory already, the highest places first."""
    everything = sorted(entries, key=place_of, reverse=True)
    after = part.after
    rest = everything if after is None else [each for each in everything if place_of(each) < after]
    return cut(rest[part.first : part.first + part.look], place_of, part, len(everything))


def write(place: Place) -> str:
    """Return a place as text."""
    return json.dumps([_plain(value) for value in place], ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Place:
    """Return the place that `write` wrote.

    Raises:
        ValueError: it wrote no such thing.
    """
    return tuple(_known(value) for value in json.loads(text))


def _plain(value: Any) -> Any:
    return next(({word: to(value)} for word, kind, to, _ in WRITTEN if isinstance(value, kind)), value)


def _known(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(name, text)] = value.items()
    return next(of(text) for word, _, _, of in WRITTEN if word == name)


def _value(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = (document or {}).get(name)
    return document
