"""A query, taken apart: its terms, the tokens that each matches in a tier, and what it excludes."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from learnstream.services.search import tokens, words
from learnstream.text import search_terms
from learnstream.text.search_terms import Term

MAX_TERMS = 40  # further pairs of a long run without spaces hardly exclude anything
LOOKED_UP = 3  # letters from which on the words that begin with a term are looked up, in other texts than titles
MANY = 1_000_000  # stands for the unknown number of entries that a short beginning matches


class Tier(enum.IntEnum):
    """How all terms of a query match, the best first. Each tier contains those before it, except the first.

    They are the title; words of it; begin words of it; begin words of title, tags and authors; begin any words; or are
    in long words.
    """

    WHOLE_TITLE = 0
    TITLE = 1
    BEGINNINGS = 2
    LABELS = 3
    TEXT = 4
    COMPOUNDS = 5


@dataclass(frozen=True)
class Query:
    """What is searched for. `begun` are the words that begin with a term, and `entries` how many entries have them."""

    text: str
    terms: tuple[Term, ...]
    excluded: tuple[str, ...]
    begun: Mapping[Term, list[str]]
    entries: Mapping[Term, int]

    def tokens_of(self, tier: Tier, term: Term) -> list[str]:
        """Return the tokens of which an entry has one if the term matches it in a tier."""
        beginning = [f"p{term.text}"] if len(term.text) <= tokens.BEGINNING and not term.is_pair else []
        match tier:
            case Tier.WHOLE_TITLE:
                return [tokens.whole(self.text)]
            case Tier.TITLE:
                return [f"t{term.text}"]
            case Tier.BEGINNINGS:
                return [*beginning, *(f"t{each}" for each in self.begun[term])]
            case Tier.LABELS:
                return [*beginning, *(f"a{each}" for each in self.begun[term])]
            case Tier.TEXT:
                return [*beginning, *(f"x{each}" for each in self.begun[term])]
            case Tier.COMPOUNDS:
                return [*self.tokens_of(Tier.TEXT, term), *(f"x{each}" for each in self.compounds[term])]

    @cached_property
    def compounds(self) -> Mapping[Term, list[str]]:
        """The long words that contain each term behind their beginning."""
        return {term: [] if term.is_pair else words.containing(term.text) for term in self.terms}

    @property
    def tiers(self) -> list[Tier]:
        """The tiers that may differ: pairs neither begin words nor are within long ones."""
        if all(term.is_pair for term in self.terms):
            return [Tier.WHOLE_TITLE, Tier.TITLE, Tier.LABELS, Tier.TEXT]
        return list(Tier)

    @cached_property
    def by_frequency(self) -> list[Term]:
        """The terms, the rarest first."""
        return sorted(self.terms, key=self.entries.__getitem__)

    def is_rare(self, entries: int) -> bool:
        """True if at most this many entries have a term."""
        return self.entries[self.by_frequency[0]] <= entries

    def is_intersected(self, entries: int) -> bool:
        """True if there are several terms, which together are in at most this many entries."""
        return len(self.terms) > 1 and sum(self.entries.values()) <= entries

    def two(self, tier: Tier) -> str | None:
        """Return the token of the two rarest terms, which title, tags and authors have in common; None without two.

        Terms that only begin words are long enough to tell how these words begin.
        """
        usable = [
            term.text
            for term in self.by_frequency
            if tier is Tier.TITLE or term.is_pair or len(term.text) >= tokens.PAIRED
        ]
        beginnings = [*dict.fromkeys(text[: tokens.PAIRED] for text in usable)]
        return tokens.of_two(*beginnings[:2]) if len(beginnings) > 1 else None

    @property
    def title_tiers(self) -> list[Tier]:
        """The tiers in which titles match."""
        return [tier for tier in self.tiers if tier < Tier.LABELS]


def parse(text: str) -> Query:
    """Take a query apart. Words that follow a minus are excluded."""
    parts = text.split()
    wanted = " ".join(part for part in parts if not part.startswith("-"))
    unwanted = " ".join(part for part in parts if part.startswith("-"))
    terms = tuple(search_terms.query_terms(wanted)[:MAX_TERMS])
    excluded = tuple(f"x{term.text}" for term in search_terms.query_terms(unwanted)[:MAX_TERMS])
    begun, entries = _look_up(terms)
    return Query(wanted, terms, excluded, begun, entries)


def _look_up(terms: tuple[Term, ...]) -> tuple[dict[Term, list[str]], dict[Term, int]]:
    known = words.entries_of([term.text for term in terms])
    counted = {term: {term.text: known.get(term.text, 0)} for term in terms}
    for term in filter(_begins_words, terms):
        counted[term] |= words.beginning_with(term.text)
    begun = {term: list(found) for term, found in counted.items()}
    return begun, {term: sum(found.values()) + _unknown(term) for term, found in counted.items()}


def _unknown(term: Term) -> int:
    return 0 if term.is_pair or _begins_words(term) else MANY


def _begins_words(term: Term) -> bool:
    return not term.is_pair and (len(term.text) >= LOOKED_UP or search_terms.is_unspaced(term.text))
