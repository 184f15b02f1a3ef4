"""Offset and keyset pagination: a page by its number, or the entries that follow a position in the list's order.

A position is the tuple of values that an order sorts an entry by. Every order ends with a unique value, so no two
entries share a position: entries after it are neither repeated nor skipped when earlier ones are added or removed.
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
Position = tuple[Any, ...]
Query = Mapping[str, Any]

# How values that JSON does not support are encoded in a position.
WRITTEN: tuple[tuple[str, type, Callable[[Any], str], Callable[[str], Any]], ...] = (
    ("time", datetime, datetime.isoformat, datetime.fromisoformat),
    ("id", ObjectId, str, ObjectId),
    ("uuid", UUID, str, UUID),
)


@dataclass(frozen=True, slots=True)
class Part:
    """The requested part of a list: at most `size` entries, after the `first` ones or after a position."""

    size: int = 20
    first: int = 0
    after: Position | None = None

    @property
    def look(self) -> int:
        """The number of entries to read: one more than requested shows whether any follow."""
        return self.size + 1


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A part of a list; `position` is its last entry's, None if no entry follows; `total` is None if not counted."""

    entries: list[T]
    position: str | None = None
    total: int | None = None

    def showing(self, entries: list[S]) -> "Found[S]":
        """Return the same part with other representations of its entries."""
        return Found(entries, self.position, self.total)


@dataclass(frozen=True, slots=True)
class Columns:
    """An order of SQL rows, with all columns in the same direction."""

    columns: tuple[Any, ...]
    descending: bool = False

    def part_of(self, query: Any, part: Part) -> Any:
        """Return the query for a part of another query's rows, with the columns of their positions appended."""
        if part.after:
            position: ColumnElement[Any] = tuple_(*self.columns)
            query = query.where(position < part.after if self.descending else position > part.after)
        order = [column.desc() for column in self.columns] if self.descending else self.columns
        return query.add_columns(*self.columns).order_by(*order).offset(part.first).limit(part.look)

    def cut(self, rows: Sequence[Row[Any]], part: Part, total: int | None) -> Found[Any]:
        """Return the result of a `part_of` query: a tuple for each row."""
        width = len(self.columns)
        found = cut([*rows], lambda row: tuple(row[-width:]), part, total)
        return Found([tuple(row[:-width]) for row in found.entries], found.position, total)


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
        """Return the filter for the documents of another filter that follow the part's position."""
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
        # The range condition lets MongoDB seek in the index.
        return {name: {"$lte" if descending else "$gte": value}, "$or": [beyond, tie]}

    def cut(self, documents: Iterable[T], part: Part, total: int | None = None) -> Found[T]:
        """Return the result of a query for `part.look` documents."""
        return cut([*documents], self._position, part, total)

    def _position(self, document: Any) -> Position:
        return _value(document, self.first[0]), _value(document, self.second[0])


def cut(found: list[T], position_of: Callable[[T], Position], part: Part, total: int | None) -> Found[T]:
    """Return a part from its entries, of which one more than requested was read."""
    position = write(position_of(found[part.size - 1])) if len(found) > part.size else None
    return Found(found[: part.size], position, total)


def latest(entries: Iterable[T], position_of: Callable[[T], Position], part: Part) -> Found[T]:
    """Return a part of a list in memory, in descending order of positions."""
    ordered = sorted(entries, key=position_of, reverse=True)
    after = part.after
    rest = ordered if after is None else [each for each in ordered if position_of(each) < after]
    return cut(rest[part.first : part.first + part.look], position_of, part, len(ordered))


def write(position: Position) -> str:
    """Return a position as text."""
    return json.dumps([_plain(value) for value in position], ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Position:
    """Return the position from the text of `write`.

    Raises:
        ValueError: the text is not one of `write`.
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
