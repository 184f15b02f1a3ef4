"""Finding the entries that match a query and a caller may see, the best first.

Tiers are read one after the other, until there are enough entries. In a tier, the index yields the entries of the rarest
term in the order of their ranks; the other terms are checked on each. `SCANNED` bounds this work: among more entries
with the rarest term, those of the lowest ranks are not found by several words that are all this common.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bson import ObjectId

from learnstream.documents.projection import Projection
from learnstream.documents.search_entry import FoundKind, Placed, SearchEntry
from learnstream.services.search import ranks
from learnstream.services.search.query import Query, Tier
from learnstream.stores.keyset import Found, Part, cut
from learnstream.stores.mongo import Expression

SCANNED = 3000  # 8 µs each
INTERSECTED = 8000  # entries of all terms together; 1 µs each
CHUNK = 100
ROUNDS = 5  # reads of a tier until there are enough lessons that are open
BY_TERMS = [("terms", 1), ("rank", -1), ("_id", 1)]
ENTRIES = Projection(SearchEntry, Placed)
ORDER = [("rank", -1), ("_id", 1)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What else entries must match: tokens of a language range and a subject, and their kind."""

    tokens: tuple[str, ...] = ()
    kind: FoundKind | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The courses whose texts a caller may read: `course_ids`, or all (None).

    `may_read` tells whether that holds for an entry: some lessons of these courses may not be open to them. Such matches
    are left out before a part is cut, so that its size and the cursor do not tell of them.
    """

    course_ids: frozenset[ObjectId] | None = frozenset()
    may_read: Callable[[Placed], bool] = lambda _: True

    @property
    def is_empty(self) -> bool:
        return self.course_ids is not None and not self.course_ids

    @property
    def key(self) -> list[ObjectId] | None:
        """What tells scopes apart."""
        return None if self.course_ids is None else sorted(self.course_ids)

    def condition(self) -> Expression:
        return {} if self.key is None else {"course_id": {"$in": self.key}}


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that was found; `is_own` if only for callers who may read its course."""

    entry: Placed
    tier: Tier
    is_own: bool

    @property
    def position(self) -> tuple[int, int, ObjectId]:
        return self.tier.value, self.entry["rank"], self.entry["_id"]


def find(query: Query, filters: Filters, scope: Scope, part: Part, tiers: Sequence[Tier] | None = None) -> Found[Match]:
    """Return a part of the entries that match, of the query's tiers or those given."""
    matches: list[Match] = []
    for tier in query.tiers if tiers is None else tiers:
        if query.terms and len(matches) < part.look and not (part.after and tier < part.after[0]):
            matches += _Reading(query, filters, scope, tier, part).read(part.look - len(matches))
    return cut(matches, lambda each: each.position, part, None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The reading of a tier."""

    query: Query
    filters: Filters
    scope: Scope
    tier: Tier
    part: Part

    def read(self, limit: int) -> list[Match]:
        found = [Match(entry, self.tier, is_own=False) for entry in self._read("terms", limit)]
        if not self.scope.is_empty:
            found += [Match(entry, self.tier, is_own=True) for entry in self._read_own(limit)]
            found.sort(key=lambda each: (-each.entry["rank"], each.entry["_id"]))
        return found[:limit]

    def _read(self, field: str, limit: int) -> list[Placed]:
        """Return what matches, by rank. Several frequent terms are only looked for among the first entries of one."""
        first, *others = self._conditions(field, self.tier)
        scope = self.scope.condition() if field == "own" else {}
        begin = {**first, **scope, **self._place()}
        rest = [*others, *self._filters(field), *self._unseen(field)]
        is_selective = isinstance(first[field], str) or self.query.is_rare(SCANNED)
        if self.tier >= Tier.TEXT and field == "terms" and self.query.is_intersected(INTERSECTED):
            return _intersect([begin, *others], rest, limit)
        find = _find if is_selective or not (others or self._filters(field)) else _scan
        return find(begin, rest, limit)

    def _read_own(self, limit: int) -> list[Placed]:
        readable: list[Placed] = []
        part = self.part
        for _ in range(ROUNDS):
            entries = replace(self, part=part)._read("own", limit)
            readable += filter(self.scope.may_read, entries)
            if len(entries) < limit or len(readable) >= limit:
                break
            last = entries[-1]
            part = replace(part, after=(self.tier.value, last["rank"], last["_id"]))
        return readable[:limit]

    def _conditions(self, field: str, tier: Tier) -> list[Expression]:
        """Return a condition for each term, the most selective one first."""
        if tier is Tier.WHOLE_TITLE:
            return [{field: self.query.tokens_of(tier, self.query.terms[0])[0]}]
        of_terms = [{field: {"$in": self.query.tokens_of(tier, term)}} for term in self.query.by_frequency]
        two = self.query.two(tier) if tier <= Tier.LABELS else None
        return [{field: two}, *of_terms] if two else of_terms

    def _filters(self, field: str) -> list[Expression]:
        excluded: list[Expression] = [{field: {"$nin": list(self.query.excluded)}}] if self.query.excluded else []
        return [*excluded, *({field: token} for token in self.filters.tokens)]

    def _place(self) -> Expression:
        """Return the conditions on what the index is sorted by: the kind, and the position to continue from."""
        within = dict(ranks.of_kind(self.filters.kind)) if self.filters.kind else {}
        if self.part.after is None or self.part.after[0] != self.tier:
            return {"rank": within} if within else {}
        _, rank, thing_id = self.part.after
        return {
            "rank": {**within, "$lte": rank},
            "$or": [{"rank": {"$lt": rank}}, {"rank": rank, "_id": {"$gt": thing_id}}],
        }

    def _unseen(self, field: str) -> list[Expression]:
        """Return the condition that leaves out what an earlier tier shows, or any tier shows to everybody.

        What everybody finds does not depend on texts that not everybody may read: it would tell what is in them.
        """
        tiers = self.query.tiers
        earlier = {Tier.WHOLE_TITLE, tiers[tiers.index(self.tier) - 1]} if self.tier else set()
        shown = [_all(self._conditions(field, tier)) for tier in sorted(earlier)]
        if field == "own":
            shown.append(_all(self._conditions("terms", tiers[-1])))
        return [{"$nor": shown}] if shown else []


def _find(begin: Expression, rest: list[Expression], limit: int) -> list[Placed]:
    # What the index is read by is chosen here: MongoDB does not consider conditions in `$nor`.
    checked = {"$nor": [{"$nor": [each]} for each in rest]} if rest else {}
    return ENTRIES.find({"$and": [begin, checked]}, sort=ORDER, limit=limit)


def _intersect(conditions: list[Expression], rest: list[Expression], limit: int) -> list[Placed]:
    """Intersect what the index alone has for each condition, and read only what is in all: few entries are."""
    keys = [
        {(-each["rank"], each["_id"]) for each in SearchEntry.collection().find(condition, {"rank": 1}, hint=BY_TERMS)}
        for condition in conditions
    ]
    ids = [thing_id for _, thing_id in sorted(set.intersection(*keys))]
    found: list[Placed] = []
    for first in range(0, len(ids), CHUNK):
        found += _find({"_id": {"$in": ids[first : first + CHUNK]}}, rest, limit - len(found))
        if len(found) == limit:
            break
    return found


def _scan(begin: Expression, rest: list[Expression], limit: int) -> list[Placed]:
    """Look among the first entries, and if there are too few matches, among more."""
    for scanned in (SCANNED // 10, SCANNED):
        stages: list[Expression] = [
            {"$match": begin},
            {"$sort": dict(ORDER)},
            {"$limit": scanned},
            {"$match": {"$and": rest}},
            {"$limit": limit},
            {"$project": ENTRIES.fields},
        ]
        found = [ENTRIES.complete(each) for each in SearchEntry.collection().aggregate(stages)]
        if len(found) == limit:
            break
    return found


def _all(conditions: list[Expression]) -> Expression:
    return {"$and": conditions}
