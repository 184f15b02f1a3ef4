"""Typed projections: the fields of a document that a reader needs, as a `TypedDict`.

A document's class declares its fields and their defaults, and the `TypedDict`s beside it their types; a test compares
the two. A field that a stored document lacks reads as its default, also in embedded documents: it was stored before
there was such a field, or never set.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast, get_args, get_type_hints, is_typeddict

from mongoengine import EmbeddedDocument, EmbeddedDocumentField, ListField
from mongoengine.base import BaseField

from learnstream.documents.base import Document, in_batches
from learnstream.stores import mongo

T = TypeVar("T", bound=Mapping[str, Any])


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a projection: its fields, the defaults of those that may be absent, and the levels below it."""

    names: frozenset[str]
    is_whole: bool
    defaults: tuple[tuple[str, Callable[[], Any]], ...]
    embedded: dict[str, "Level"]

    def paths(self, prefix: str = "") -> Iterator[str]:
        """Yield the paths to project; an embedded document of which all fields are needed is one path."""
        for name in sorted(self.names):
            below = self.embedded.get(name)
            if below is None or below.is_whole:
                yield prefix + name
            else:
                yield from below.paths(f"{prefix}{name}.")

    def complete(self, document: Any) -> None:
        """Add the defaults of absent fields to a document that was just read."""
        for name, default in self.defaults:
            if name not in document:
                document[name] = default()
        for name, below in self.embedded.items():
            found = document.get(name)
            for each in found if isinstance(found, list) else (found,) if found is not None else ():
                below.complete(each)


class Projection(Generic[T]):
    """The fields of a collection's documents that the keys of a `TypedDict` name.

    Its required keys are always present in what is read; a key that is `NotRequired` is absent if it was not stored.
    """

    def __init__(self, document: type[Document], shape: type[T]) -> None:
        self.document = document
        self._level = _level(document, shape)
        # None reads the whole document.
        self.fields: dict[str, int] | None = None
        if not self._level.is_whole:
            self.fields = dict.fromkeys(self._level.paths(), 1)
            if "_id" not in self._level.names:
                self.fields["_id"] = 0

    def complete(self, document: Any) -> T:
        """Return a document that another method of the driver read, with the defaults of absent fields added to it."""
        self._level.complete(document)
        found: T = document
        return found

    def find_one(self, query: Mapping[str, Any], **options: Any) -> T | None:
        """Return a document that matches a query; None if there is none. `options` are those of the driver."""
        found = self.document.collection().find_one(query, self.fields, **options)
        return None if found is None else self.complete(found)

    def find(self, query: Mapping[str, Any], **options: Any) -> list[T]:
        """Return the documents that match a query. `options` are those of the driver."""
        return [self.complete(each) for each in self.document.collection().find(query, self.fields, **options)]

    def batches(
        self, query: Mapping[str, Any], size: int, *, timeout: float = mongo.OPERATION_MS / 1000, **options: Any
    ) -> Iterator[list[T]]:
        """Yield the documents that match a query in batches, with no limit on the total time (see `in_batches`)."""
        found = self.document.collection().find(query, self.fields, **options)
        for batch in in_batches(found, size, timeout=timeout):
            yield [self.complete(each) for each in batch]

    def count(self, query: Mapping[str, Any]) -> int:
        """Return the number of documents that match a query."""
        count: int = self.document.collection().count_documents(query)
        return count


def pick(shape: type[T], document: T) -> T:
    """Return the fields of a `TypedDict` from a document that has more."""
    found: Any = {name: document[name] for name in names_of(shape)}
    return cast(T, found)


@lru_cache
def names_of(shape: type) -> tuple[str, ...]:
    """Return the keys of a `TypedDict`, those of its bases first."""
    return tuple(get_type_hints(shape))


def declared(document: type[Document | EmbeddedDocument]) -> dict[str, BaseField]:
    """Return a document's fields by their stored names."""
    return {field.db_field: field for field in document._fields.values()}


def _level(document: type[Document | EmbeddedDocument], shape: Any) -> Level:
    fields, hints = declared(document), get_type_hints(shape)
    if unknown := hints.keys() - fields.keys():
        raise TypeError(f"{document.__name__} does not declare {', '.join(sorted(unknown))}")
    embedded = {
        name: _level(kind, below)
        for name, hint in hints.items()
        if (kind := embedded_in(fields[name])) and (below := shape_in(hint))
    }
    return Level(
        names=frozenset(hints),
        is_whole=hints.keys() == fields.keys() and all(each.is_whole for each in embedded.values()),
        defaults=tuple(
            (name, _default(field))
            for name, field in fields.items()
            if name in shape.__required_keys__ and name != "_id" and not field.required
        ),
        embedded=embedded,
    )


def embedded_in(field: BaseField | None) -> type[EmbeddedDocument] | None:
    """Return the type of the embedded documents that a field contains, alone or in a list."""
    if isinstance(field, ListField):
        return embedded_in(field.field)
    return field.document_type if isinstance(field, EmbeddedDocumentField) else None


def shape_in(hint: Any) -> Any:
    """Return the `TypedDict` in a type: itself, the type of a list's elements, or of an optional value."""
    if is_typeddict(hint):
        return hint
    return next((found for each in get_args(hint) if (found := shape_in(each))), None)


def _default(field: BaseField) -> Callable[[], Any]:
    default = field.default
    # A list or dictionary is created anew for each document.
    return default if callable(default) else lambda: default
