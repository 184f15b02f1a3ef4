"""The words of the index: which of them begin with a term of a query, or contain it."""

from collections.abc import Collection, Mapping
from typing import TypedDict

from pymongo import UpdateOne

from learnstream.documents.projection import Projection
from learnstream.documents.search_entry import SearchWord
from learnstream.stores.mongo import Expression
from learnstream.text.search_terms import HEAD, LONG

# MongoDB merges at most 200 index ranges in order: three tokens for each word.
MAX_WORDS = 60
TAIL = 4  # the least letters of a tail
LAST = "\U0010ffff"


class Counted(TypedDict):
    """A word, and in how many entries it is."""

    _id: str
    entries: int


WORDS = Projection(SearchWord, Counted)


def beginning_with(term: str) -> dict[str, int]:
    """Return the words that begin with a term and in how many entries they are, the most frequent ones only."""
    return _find({"_id": {"$gte": term, "$lt": term + LAST}})


def entries_of(terms: Collection[str]) -> dict[str, int]:
    """Return in how many entries each of the words is that any has."""
    return _find({"_id": {"$in": list(terms)}})


def containing(term: str) -> list[str]:
    """Return long words that contain a term behind their beginning, as compounds do."""
    if len(term) < TAIL:
        return []
    # Without `$elemMatch`, one tail might lie above the first limit, and another one below the second.
    return list(_find({"tails": {"$elemMatch": {"$gte": term, "$lt": term + LAST}}}))


def add(counts: Mapping[str, int]) -> None:
    """Add words, each with the number of entries in which it occurs."""
    if counts:
        SearchWord.collection().bulk_write([_addition(*each) for each in counts.items()], ordered=False)


def tails_of(word: str) -> list[str]:
    """Return the ends of a long word that a query may begin with."""
    return [word[at:] for at in range(HEAD, len(word) - TAIL + 1)] if len(word) >= LONG else []


def _addition(word: str, entries: int) -> UpdateOne:
    change: Expression = {"$inc": {"entries": entries}}
    if tails := tails_of(word):
        change["$setOnInsert"] = {"tails": tails}
    return UpdateOne({"_id": word}, change, upsert=True)


def _find(query: Expression) -> dict[str, int]:
    found = WORDS.find(query, sort=[("entries", -1)], limit=MAX_WORDS)
    return {each["_id"]: each["entries"] for each in found}
