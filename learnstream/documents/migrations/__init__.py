"""Migrations of stored documents in numerical order, run by `services.foundation.document_migrations`.

A migration is a module `m<number>_<name>` with `STEPS`. It is self-contained: it imports documents and text helpers,
but no services, so that a later change of the services does not change its effect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from learnstream.documents.base import Document

Update = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One pass over a collection.

    `change` receives a document with `fields` and returns the required update, or None; it must be idempotent.
    The update is conditional on the fields in `guard` being unchanged since they were read, so that a concurrent
    change by the running release takes precedence, and the document is read again. `prepare` is called with the documents
    of a batch before they are changed, but not for a preview; it must be repeatable.
    """

    kind: type[Document]
    change: Callable[[Mapping[str, Any]], Update | None]
    fields: tuple[str, ...]
    guard: tuple[str, ...]
    only: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[Sequence[Mapping[str, Any]]], None] = lambda documents: None


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered migration with its purpose, the first line of its docstring."""

    name: str
    purpose: str
    steps: tuple[Step, ...]


def every() -> list[Migration]:
    """Return all migrations, oldest first."""
    names = sorted(module.name for module in iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return [
        Migration(name, (module.__doc__ or "").partition("\n")[0], module.STEPS)
        for name, module in zip(names, modules, strict=True)
    ]
