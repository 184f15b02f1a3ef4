"""A sheet as the program writes it: facts of the file, and rows of cells that JSON can represent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sheet:
    """Rows by their number, from 1. A cell is a text, number or truth value, or a dictionary of one kind and its text."""

    rows: Iterator[tuple[int, list[Any]]]
    facts: dict[str, str] = field(default_factory=dict)
