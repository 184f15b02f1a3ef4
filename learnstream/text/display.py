"""Texts of users inside texts of ours, such as a name in a mail: one line, of bounded length, shown as written and without effect."""

import re
import unicodedata
from dataclasses import dataclass

from markupsafe import escape

# Control characters and lone surrogates, which no output can represent, and line separators.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Embeddings, overrides and isolates, which reorder the text around them. The marks (U+200E, U+200F, U+061C) and joiners
# stay, because names are written with them.
DIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")
RIGHT_TO_LEFT = {"R", "AL"}
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
# Where mail programs recognize addresses: a dot, colon or at sign inside a word.
INSIDE_ADDRESSES = re.compile(r"([.:@\u3002\uff0e\uff61])(?=\S)")
ZERO_WIDTH_SPACE = "\u200b"


def one_line(text: str, limit: int) -> str:
    """Return a text on one line of at most `limit` characters, without control and directional characters."""
    line = " ".join(DIRECTIONAL.sub("", UNPRINTABLE.sub(" ", text)).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def without_links(text: str) -> str:
    """Return a text that looks the same, but that mail programs do not turn into links.

    Anybody can register somebody else's address under a name such as `Claim your prize at example.com`.
    """
    return INSIDE_ADDRESSES.sub(rf"\1{ZERO_WIDTH_SPACE}", text)


def is_right_to_left(text: str) -> bool:
    """True if a text contains letters that are written from right to left."""
    return any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in text)


@dataclass(frozen=True)
class UserText:
    """A text whose direction is isolated from the text around it: by `bdi` in HTML, by control characters elsewhere."""

    text: str

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return f"{FIRST_STRONG_ISOLATE}{self.text}{POP_ISOLATE}" if is_right_to_left(self.text) else self.text

    def __html__(self) -> str:
        return f"<bdi>{escape(self.text)}</bdi>"
