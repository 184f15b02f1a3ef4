"""Canonical forms of text: for storing, for comparing without regard to case, and for searching.

All forms are computed here and never by a store: PostgreSQL's `lower` and Python's differ (`İ`), MongoDB's folding
supports neither `ß` nor `ł`, and different canonical forms would yield different keys.
"""

import re
import unicodedata
from collections.abc import Iterable

# Characters of a word that are significant; enough for any name, and bounded for indexes.
MAX_WORD = 64
WORD = re.compile(r"[^\W_]+")
# Letters (U+0131 is the dotless i) that Unicode does not decompose although readers take them for a base letter with a mark, or for two letters.
BASE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def compose(text: str) -> str:
    """Return the text in NFC: an é typed as two code points becomes one."""
    return unicodedata.normalize("NFC", text)


def caseless(text: str) -> str:
    """Return the same key for texts that differ only in case or composition (Unicode's canonical caseless match,
    D145)."""
    return compose(unicodedata.normalize("NFD", text).casefold())


def fold(text: str) -> str:
    """Return the text without case, accents and compatibility forms: `Müller` is `muller`, `Straße` is `strasse`."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(each for each in decomposed if not unicodedata.category(each).startswith("M")).translate(
        BASE_LETTERS
    )


def words(text: str) -> list[str]:
    """Return the distinct folded words of a text, in order."""
    return list(dict.fromkeys(word[:MAX_WORD] for word in WORD.findall(fold(text))))


def search_words(texts: Iterable[str]) -> list[str]:
    """Return the search terms of texts: their words, and each e-mail address as a whole."""
    joined = " ".join(texts)
    return list(dict.fromkeys([*words(joined), *_addresses(joined)]))


def query_words(query: str) -> list[str]:
    """Return the word prefixes that a query searches for: an address, or the beginning of one, stays whole."""
    return list(dict.fromkeys([*_addresses(query), *words(" ".join(_without_addresses(query)))]))


def _addresses(text: str) -> list[str]:
    return [fold(token)[:MAX_WORD] for token in text.split() if _is_address(token)]


def _without_addresses(text: str) -> list[str]:
    return [token for token in text.split() if not _is_address(token)]


def _is_address(token: str) -> bool:
    return "@" in token[1:]
