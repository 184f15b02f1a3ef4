"""The words of the index: which of them begin with a term of a query, or contain it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import TypedDict

import pymongo
from pymongo import UpdateOne

from learnstream.documents.projection import Projection
from learnstream.documents.search_entry import SearchWord
from learnstream.stores.mongo import Expression
from learnstream.text.search_terms import HEAD, LONG

# MongoDB merges at most 200 index ranges in order: three tokens for each word.
MAX_WORDS = 60
TAIL = 4  # the least letters of a tail
BATCH = 5000  # words
BATCH_TIMEOUT = 60.0  # seconds
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


class Counting:
    """The words of entries that a run writes: each is added before the first entry that has it, and counted at the end."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, counts: Mapping[str, int]) -> None:
        """Add words, each with the number of entries in which it occurs."""
        _write(_addition(word) for word in counts.keys() - self.counts.keys())
        self.counts.update(counts)

    def finish(self, *, anew: bool) -> None:
        """Add the counts to those that are stored, or replace them if all entries were written `anew`."""
        operator = "$set" if anew else "$inc"
        _write(UpdateOne({"_id": word}, {operator: {"entries": count}}) for word, count in self.counts.items())


def tails_of(word: str) -> list[str]:
    """Return the ends of a long word that a query may begin with."""
    return [word[at:] for at in range(HEAD, len(word) - TAIL + 1)] if len(word) >= LONG else []


def _addition(word: str) -> UpdateOne:
    tails = tails_of(word)
    return UpdateOne(
        {"_id": word}, {"$setOnInsert": {"entries": 0, **({"tails": tails} if tails else {})}}, upsert=True
    )


def _write(changes: Iterable[UpdateOne]) -> None:
    remaining = iter(changes)
    while batch := list(islice(remaining, BATCH)):
        with pymongo.timeout(BATCH_TIMEOUT):
            SearchWord.collection().bulk_write(batch, ordered=False)


def _find(query: Expression) -> dict[str, int]:
    found = WORDS.find(query, sort=[("entries", -1)], limit=MAX_WORDS)
    return {each["_id"]: each["entries"] for each in found}
