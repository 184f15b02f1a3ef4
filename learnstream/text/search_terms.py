"""The terms that texts are searched by: folded words, and pairs of characters where a script has no spaces.

Folding drops case, accents and vowel points, which readers leave out, but keeps the marks that spell words in Indic
scripts and kana: without them, `कम` and `काम`, or `か` and `が`, would be the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from learnstream.text.folding import BASE_LETTERS

MAX_WORDS = 12  # of a query, which is refused with more
MAX_LENGTH = 40  # of a term, in characters; longer words are found by their beginning
# Letters of a word that is rather a compound than a simple word, and the least letters before a part of it.
LONG, HEAD = 10, 3
# Marks that are left out in everyday spelling: accents, Hebrew and Arabic points, nuktas, variation selectors.
OPTIONAL = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u093c\u09bc\u0a3c\u0abc\u0b3c\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u00ad\u200b-\u200f\u2060\ufeff]"
)
# Letters that are written one for the other: forms of alef, yeh, heh and kaf in Arabic and Persian.
EQUAL = BASE_LETTERS | str.maketrans("\u0671\u0649\u06cc\u0629\u06a9", "\u0627\u064a\u064a\u0647\u0643")
# Characters of scripts that write no spaces between words, or attach what follows: Han, kana, Hangul, Thai, Lao,
# Burmese, Khmer.
UNSPACED = (
    "\u0e00-\u0e4e\u0e80-\u0ece\u1000-\u1049\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3041-\u309a\u30a1-\u30fa\u30fc-\u30fe"
    "\u3105-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb\U00020000-\U0003ffff"
)
RUN = re.compile(f"[{UNSPACED}]")
# Letters and digits, with the marks of Indic scripts; without danda, which ends sentences.
WORD = re.compile(rf"(?P<run>[{UNSPACED}]+)|(?:(?![{UNSPACED}])(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff\u0f71-\u0fbc]))+")
# Words as they are spelled, before folding: with optional marks, and half-width kana.
SPELLED = re.compile(
    rf"[{UNSPACED}\uff66-\uff9f]+|(?:(?![{UNSPACED}\uff66-\uff9f])"
    rf"(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff\u0f71-\u0fbc]|{OPTIONAL.pattern}))+"
)
# The Arabic article, alone and after one-letter words that are written together with it.
ARTICLE = re.compile("[\u0648\u0641\u0628\u0643]?\u0627\u0644(?=.{3})|\u0644\u0644(?=.{3})")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
UMLAUT = re.compile("[äöü]")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a query: a word or its beginning, or a pair of characters of a run without spaces (`is_pair`)."""

    text: str
    is_pair: bool = False


def fold(text: str) -> str:
    """Return the text without case, optional marks and compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", OPTIONAL.sub("", decomposed).translate(EQUAL))


def terms(text: str) -> list[str]:
    """Return the distinct terms that a text is found by, in order."""
    found = _terms(fold(text))
    lower = unicodedata.normalize("NFC", text).lower()
    if UMLAUT.search(lower):
        # Readers without these letters on their keyboards type two.
        found |= _terms(fold(lower.translate(UMLAUTS)))
    return list(found)


def characters(text: str) -> set[str]:
    """Return the folded characters of a text's runs without spaces, each of which may be a word."""
    return {each for word in _words(fold(text)) if word["run"] for each in word["run"]}


def query_terms(query: str) -> list[Term]:
    """Return the distinct terms of a query, in order."""
    return list(dict.fromkeys(term for word in _words(fold(query)) for term in _query_terms(word)))


def spelled_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words and runs of a text as they are spelled, each with its position."""
    for word in SPELLED.finditer(text):
        yield word.start(), word[0]


def is_unspaced(text: str) -> bool:
    """True if a folded text begins in a script without spaces."""
    return RUN.match(text) is not None


def joined(text: str) -> str:
    """Return the folded words of a text, for comparing whole titles."""
    return " ".join(word[0] for word in _words(fold(text)))


def _words(folded: str) -> Iterator[re.Match[str]]:
    return WORD.finditer(folded)


def _terms(folded: str) -> dict[str, None]:
    found: dict[str, None] = {}
    for word in _words(folded):
        text = word[0]
        if word["run"]:
            found.update(dict.fromkeys(_pairs(text)))
        else:
            found[text[:MAX_LENGTH]] = None
            if article := ARTICLE.match(text):
                found[text[article.end() :][:MAX_LENGTH]] = None
    return found


def _query_terms(word: re.Match[str]) -> list[Term]:
    text = word[0]
    if word["run"]:
        return [Term(pair, is_pair=len(pair) > 1) for pair in _pairs(text)]
    return [Term(ARTICLE.sub("", text, count=1)[:MAX_LENGTH])]


def _pairs(run: str) -> list[str]:
    """Return the pairs of characters of a run, or its one character."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
