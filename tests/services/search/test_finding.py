"""Finding entries in the index: what is read, and in which order."""

import pytest

from learnstream.documents.search_entry import SearchEntry
from learnstream.services.search import finding, index, query, tokens
from learnstream.services.search.finding import Filters, Scope
from learnstream.stores.keyset import Part
from tests.books import make_book


@pytest.fixture
def books(owner):
    """Twenty books whose titles have two words of four each, in all combinations, and a third one."""
    for one in ("alpha", "beta", "gamma", "delta"):
        for other in ("ones", "twos", "threes", "fours", "fives"):
            make_book(owner, f"{one} {other}", description=f"{other} and so on", tags=[one[::-1]])
    index.catch_up()


def titles(q):
    found = finding.find(query.parse(q), Filters(), Scope(), Part(50))
    return sorted(match.entry["title"] for match in found.entries)


@pytest.mark.parametrize("limit", [0, 1, 3, 3000])
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("alpha twos", ["alpha twos"]),
        ("twos alph", ["alpha twos"]),
        ("al tw", ["alpha twos"]),
        ("beta", ["beta fives", "beta fours", "beta ones", "beta threes", "beta twos"]),
        ("beta so", ["beta fives", "beta fours", "beta ones", "beta threes", "beta twos"]),
        ("beta so -twos", ["beta fives", "beta fours", "beta ones", "beta threes"]),
        ("ateb thre", ["beta threes"]),
        ("alpha beta", []),
    ],
)
def test_however_frequent_terms_are_the_same_is_found(books, monkeypatch, limit, q, expected):
    monkeypatch.setattr(finding, "SCANNED", max(limit, 300))
    monkeypatch.setattr(finding, "INTERSECTED", limit)

    assert titles(q) == expected


def test_a_tier_does_not_repeat_what_another_has_shown(books):
    for asked in ("ones", "one", "o", "alpha"):
        assert len(titles(asked)) == len(set(titles(asked))) > 3


def test_every_place_continues_where_it_ended(books):
    asked, seen, after = query.parse("so"), [], None
    while True:
        found = finding.find(asked, Filters(), Scope(), Part(3, after=after))
        seen += [match.entry["_id"] for match in found.entries]
        if found.position is None:
            break
        after = found.entries[-1].position

    assert len(seen) == len(set(seen)) == 20


def test_reading_by_a_term_uses_the_index(books):
    condition = {"terms": tokens.of_two("alpha", "twos")}
    plan = SearchEntry._get_collection().find(condition, sort=finding.ORDER).explain()["queryPlanner"]["winningPlan"]

    assert "COLLSCAN" not in str(plan)
    assert "SORT" not in str(plan).replace("SORT_MERGE", "")
