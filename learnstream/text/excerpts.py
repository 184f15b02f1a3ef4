"""Excerpts: the piece of a text that matches the terms of a query, with the matches marked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict

from learnstream.text import search_terms
from learnstream.text.search_terms import Term

LENGTH, BEFORE = 200, 60  # characters of an excerpt, and of what comes before its first match
MAX_READ = 20_000  # characters of a text in which matches are looked for
SPACE = re.compile(r"\s+")


class Piece(TypedDict):
    """A piece of an excerpt; `match` if a term of the query matches it."""

    text: str
    match: bool


def best(texts: Iterable[str], terms: Sequence[Term]) -> list[Piece]:
    """Return an excerpt of the first text in which most terms match."""
    most, chosen, spans = -1, "", list[tuple[int, int]]()
    for text in texts:
        plain = SPACE.sub(" ", text[:MAX_READ]).strip()
        matched, found = _matches(plain, terms)
        if matched > most:
            most, chosen, spans = matched, plain, found
        if matched == len(terms):
            break
    return _cut(chosen, spans)


def _matches(text: str, terms: Sequence[Term]) -> tuple[int, list[tuple[int, int]]]:
    """Return how many terms match, and where."""
    matched, spans = set[Term](), list[tuple[int, int]]()
    folded = search_terms.fold(text)
    # Most terms are in few texts: splitting one into words takes longer than looking for them.
    sought = [term for term in terms if term.text in folded]
    if not sought:
        return 0, []
    for start, word in search_terms.spelled_words(text):
        for term, first, last in _in_word(word, sought):
            matched.add(term)
            spans.append((start + first, start + last))
    return len(matched), spans


def _in_word(word: str, terms: Sequence[Term]) -> Iterator[tuple[Term, int, int]]:
    forms = search_terms.terms(word)
    folded = search_terms.fold(word)
    for term in terms:
        if search_terms.is_unspaced(term.text):
            # Folding may change the number of characters; then the whole run is marked.
            at = folded.find(term.text) if len(folded) == len(word) else -1
            if at >= 0:
                yield term, at, at + len(term.text)
            elif term.text in folded:
                yield term, 0, len(word)
        elif any(form.startswith(term.text) for form in forms) or (
            len(folded) >= search_terms.LONG and term.text in folded[search_terms.HEAD :]
        ):
            yield term, 0, len(word)


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """Return the text around the first match."""
    first = min(spans, default=(0, 0))[0]
    start = _begin_of_word(text, first - BEFORE) if first > BEFORE else 0
    end = len(text) if len(text) - start <= LENGTH else start + LENGTH
    pieces = _pieces(text, _joined(spans, start, end), start, end)
    return [
        *([Piece(text="…", match=False)] if start else []),
        *pieces,
        *([Piece(text="…", match=False)] if end < len(text) else []),
    ]


def _begin_of_word(text: str, at: int) -> int:
    space = text.find(" ", at, at + BEFORE // 2)
    return space + 1 if space >= 0 else at


def _joined(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans within a part of the text in order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted((max(first, start), min(last, end)) for first, last in spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        elif first < last:
            joined.append((first, last))
    return joined


def _pieces(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for first, last in spans:
        pieces += [Piece(text=text[at:first], match=False), Piece(text=text[first:last], match=True)]
        at = last
    pieces.append(Piece(text=text[at:end], match=False))
    return [piece for piece in pieces if piece["text"]]
