"""Tokens: the terms of texts, each marked with how well a match with it counts.

A token is a letter and a term: `=` a whole title, `t` a word of the title, `p` the beginning of one, `a` a word of title,
tags or authors, `2` the beginnings of two of these, `x` any word. What a better mark matches, a lesser one matches as
well, so each word of a title has all marks. Filters have tokens, too: `l:` a language range, `s:` a subject.
"""

from collections.abc import Iterable
from itertools import combinations, islice

from learnstream.text import search_terms

BEGINNING = 3  # beginnings of words in titles that have tokens; longer ones are looked up in `SearchWord`
PAIRED = 4  # letters of the beginnings that have tokens in pairs
MAX_PAIRED = 40  # beginnings of an entry that have tokens in pairs
MAX_TITLE, MAX_LABELS, MAX_TEXT = 60, 150, 1500  # terms of an entry; further ones are not found


def of_title(title: str) -> list[str]:
    """Return the tokens that a title adds to those of any word of it."""
    terms = search_terms.terms(title)[:MAX_TITLE]
    beginnings = {term[:size] for term in terms for size in range(1, BEGINNING + 1)} | search_terms.characters(title)
    return [whole(title), *(f"t{term}" for term in terms), *(f"p{each}" for each in sorted(beginnings))]


def of_labels(texts: Iterable[str]) -> list[str]:
    """Return the tokens of title, tags and authors together."""
    terms = search_terms.terms("\n".join(texts))[:MAX_LABELS]
    beginnings = dict.fromkeys(term[:PAIRED] for term in terms)
    pairs = combinations(islice(beginnings, MAX_PAIRED), 2)
    return [*(f"a{term}" for term in terms), *(of_two(*pair) for pair in pairs)]


def of_two(one: str, other: str) -> str:
    """Return the token of two words of title, tags and authors that begin like these.

    Entries with both of two frequent words are found by it directly, not among thousands with one of them.
    """
    return f"2{' '.join(sorted((one[:PAIRED], other[:PAIRED])))}"


def of_text(texts: Iterable[str]) -> list[str]:
    """Return the tokens of all words."""
    return [f"x{term}" for term in search_terms.terms("\n".join(texts))[:MAX_TEXT]]


def whole(title: str) -> str:
    """Return the token of a whole title, which is cut to bound the index."""
    return f"={search_terms.joined(title)[:200]}"


def of_language(language: str) -> list[str]:
    """Return the tokens of the ranges that contain a language: `pt` and `pt-br` for `pt-BR` (RFC 4647)."""
    parts = language.lower().split("-") if language else []
    return [f"l:{'-'.join(parts[: size + 1])}" for size in range(len(parts))]


def of_subject(subject_id: int | None) -> list[str]:
    """Return the token of a subject."""
    return [] if subject_id is None else [f"s:{subject_id}"]


def words_of(tokens: Iterable[str]) -> set[str]:
    """Return the words among an entry's tokens."""
    return {token[1:] for token in tokens if token.startswith("x")}
