"""Questions as a file states them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from learnstream.documents.question import QuestionKind
from learnstream.services.media.imports.remarks import Remark
from learnstream.text import display

MAX_KEY = 100  # characters


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as a file states it: `fields` are those of a question that its format can state.

    `key` identifies it among the course's questions.
    """

    place: int
    key: str
    kind: QuestionKind
    fields: Mapping[str, Any]
    warnings: tuple[Remark, ...] = field(default=())


def key_of(stated: str, kind: QuestionKind, text: str) -> str:
    """Return the key of a question: the stated one, else a digest of its text. A long one is digested."""
    line = display.one_line(stated, MAX_KEY + 1)
    if line and len(line) <= MAX_KEY:
        return line
    digest = blake2b(stated.encode() if line else f"{kind}\n{text}".encode(), digest_size=16)
    return f"#{digest.hexdigest()}"
