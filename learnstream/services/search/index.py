"""The search index: written from what it describes, and compared with it.

Entries follow within seconds: `catch_up` reads what has changed since it last ran. What changes without a new time of
change, or was lost, is found by `compare`. Both write only entries whose `source` differs. Until they do, results leave
out what no longer exists or is archived (see `services.search.hits`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any, Generic, TypedDict, TypeVar

import pymongo
from bson import ObjectId
from pymongo import ReplaceOne

from learnstream.clock import now
from learnstream.documents import Book, Course
from learnstream.documents.base import Document, in_batches
from learnstream.documents.projection import Projection
from learnstream.documents.search_entry import FoundKind, SearchEntry, StoredEntry
from learnstream.services.foundation import lease
from learnstream.services.search import book_entries, course_entries, tokens
from learnstream.services.search.words import Counting
from learnstream.stores import cache
from learnstream.stores.mongo import Expression

GROUP = "search"  # the cache group of all results
LEASE = "search"
# Clocks of processes differ, and a change may be committed long after its time was taken.
OVERLAP = timedelta(minutes=2)
BATCH = 50  # courses or books: a course may have 500 lessons
BATCH_TIMEOUT = 60.0  # seconds

S = TypeVar("S")


class Sourced(TypedDict):
    """What an entry was computed from."""

    _id: ObjectId
    source: str


SOURCES = Projection(SearchEntry, Sourced)


class Kind(Generic[S]):
    """How the entries of courses, with their lessons, or of books are made."""

    def __init__(
        self,
        document: type[Document],
        kind: FoundKind,
        find: Callable[[Collection[ObjectId]], Sequence[S]],
        source_of: Callable[[S], str],
        build: Callable[[Sequence[S]], list[StoredEntry]],
        owner: str,
    ) -> None:
        self.document, self.kind, self.owner = document, kind, owner
        self.find, self.source_of, self.build = find, source_of, build

    def refresh(self, ids: Collection[ObjectId], counting: Counting, *, forced: bool = False) -> int:
        """Bring the entries of these up to date; return of how many things they were not."""
        found: dict[ObjectId, S] = {each["_id"]: each for each in self.find(ids)}  # type: ignore[index]
        indexed = {each["_id"]: each["source"] for each in SOURCES.find({"_id": {"$in": list(ids)}})}
        gone = indexed.keys() - found.keys()
        changed = [each for key, each in found.items() if forced or indexed.get(key) != self.source_of(each)]
        if gone:
            SearchEntry.collection().delete_many({self.owner: {"$in": list(gone)}})
        if changed:
            self._write(changed, counting)
        if gone or changed:
            cache.invalidate(GROUP)
        return len(gone) + len(changed)

    def _write(self, changed: Sequence[S], counting: Counting) -> None:
        entries = self.build(changed)
        counting.add(_words_of(entries))
        with pymongo.timeout(BATCH_TIMEOUT):
            SearchEntry.collection().bulk_write(
                [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in entries], ordered=False
            )
            owners: list[Any] = [each["_id"] for each in changed]  # type: ignore[index]
            # Lessons that the current version no longer has.
            kept = {"_id": {"$nin": [each["_id"] for each in entries]}}
            SearchEntry.collection().delete_many({"$and": [{self.owner: {"$in": owners}}, kept]})

    def ids(self, query: Expression) -> Iterator[list[ObjectId]]:
        """Yield the ids of all that a query finds, in batches."""
        for batch in in_batches(self.document.collection().find(query, {"_id": 1}), BATCH, timeout=BATCH_TIMEOUT):
            yield [each["_id"] for each in batch]


COURSES = Kind(
    Course, FoundKind.COURSE, course_entries.find, course_entries.source_of, course_entries.build, "course_id"
)
BOOKS = Kind(Book, FoundKind.BOOK, book_entries.find, book_entries.source_of, book_entries.build, "_id")
KINDS: tuple[Kind[Any], ...] = (COURSES, BOOKS)


def catch_up() -> int:
    """Index what has changed since this last ran; return how many courses and books. One worker at a time does so."""
    with lease.hold(LEASE) as held:
        if held is None:
            return 0
        began, since = now(), lease.notes(LEASE).get("as_of")
        changed = _refresh({"updated_at": {"$gte": since - OVERLAP}}, held) if since else _compare(held)
        held.renew(as_of=began)
    return changed


def compare() -> int:
    """Compare the whole index with what it describes; return how many courses and books it was wrong about."""
    with lease.hold(LEASE) as held:
        return _compare(held) if held else 0


def rebuild(report: Callable[[FoundKind, int], None]) -> None:
    """Compute all entries anew, while the index is in use; call `report` with how many have been done of a kind."""
    counting = Counting()
    for kind in KINDS:
        done = 0
        for ids in kind.ids({}):
            kind.refresh(ids, counting, forced=True)
            done += len(ids)
            report(kind.kind, done)
    counting.finish(anew=True)
    _remove_orphans()


def _compare(held: lease.Lease) -> int:
    return _refresh({}, held) + _remove_orphans(held)


def _refresh(query: Expression, held: lease.Lease) -> int:
    counting, changed = Counting(), 0
    for kind in KINDS:
        for ids in kind.ids(query):
            held.renew()
            changed += kind.refresh(ids, counting)
    counting.finish(anew=False)
    return changed


def _remove_orphans(held: lease.Lease | None = None) -> int:
    """Remove the entries of courses and books that no longer exist."""
    removed = 0
    for kind, owners in ((COURSES, _courses_indexed()), (BOOKS, _books_indexed())):
        for at in range(0, len(owners), BATCH):
            if held:
                held.renew()
            removed += kind.refresh(owners[at : at + BATCH], Counting())
    return removed


def _courses_indexed() -> list[ObjectId]:
    with pymongo.timeout(BATCH_TIMEOUT):
        found: list[ObjectId] = SearchEntry.collection().distinct("course_id", {"course_id": {"$ne": None}})
    return found


def _books_indexed() -> list[ObjectId]:
    with pymongo.timeout(BATCH_TIMEOUT):
        return [each["_id"] for each in SearchEntry.collection().find({"course_id": None}, {"_id": 1})]


def _words_of(entries: Sequence[StoredEntry]) -> Counter[str]:
    """Return in how many of the entries each word occurs."""
    return Counter(word for each in entries for word in tokens.words_of([*each["terms"], *each.get("own", ())]))
