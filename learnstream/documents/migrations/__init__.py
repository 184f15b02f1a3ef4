"""Migrations of stored documents, in the order of their numbers; `services.foundation.document_migrations` runs them.

A migration is a module `m<number>_<name>` with `STEPS`. It stands for itself: it imports documents and helpers for text,
but no service, so that a later change of the services does not change what it did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from learnstream.documents.base import Document

Update = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One pass over a collection.

    `change` gets a document with `fields` and returns the update that it needs, or None; repeated, it must return None.
    The update is written only while the fields in `guard` are as they were read, so a change by the running release
    wins, and the document is read again.
    """

    kind: type[Document]
    change: Callable[[Mapping[str, Any]], Update | None]
    fields: tuple[str, ...]
    guard: tuple[str, ...]
    only: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered migration and what it is for, the first line of its docstring."""

    name: str
    purpose: str
    steps: tuple[Step, ...]


def every() -> list[Migration]:
    """Return all migrations, the oldest first."""
    names = sorted(module.name for module in iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return [
        Migration(name, (module.__doc__ or "").partition("\n")[0], module.STEPS)
        for name, module in zip(names, modules, strict=True)
    ]
