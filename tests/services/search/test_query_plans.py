"""Every query of a search has an index."""

import pytest

from learnstream.documents.base import ensure_indexes
from learnstream.services.search import index
from tests.books import make_book
from tests.factories import make_seat
from tests.search import found, make_found_course

OTHERS = 20


@pytest.fixture
def indexed(owner, learner):
    """A course in which the learner is enrolled, among books."""
    ensure_indexes()
    make_seat(learner, make_found_course(owner, "Optics"))
    for number in range(OTHERS):
        make_book(owner, f"Zoology {number}")
    index.catch_up()


def scans(plans):
    # What only some may read is sorted in memory: few of a caller's courses match.
    return [each for each in plans.scans if "COLLSCAN" in each[1]]


def test_no_search_scans(plans, client, learner, indexed):
    with plans:
        assert found(client, "moon", auth=learner) == found(client, "phases moon") == ["Phases of the moon"]
        assert found(client, "moon -phases", kind="lesson", language="en") == []
        assert len(found(client, "zoo")) == OTHERS
        client.get("/search/suggest?q=zoo")

    assert scans(plans) == []


def test_texts_for_readers_are_found_by_their_words_alone(plans, client, learner, indexed):
    with plans:
        assert found(client, "terminator", auth=learner) == ["Phases of the moon"]

    assert scans(plans) == []
    assert plans.examined("search_entries") < OTHERS


def test_keeping_the_index_up_to_date_does_not_scan(plans, owner, indexed):
    make_book(owner)

    with plans:
        assert index.catch_up() == 1

    assert scans(plans) == []
