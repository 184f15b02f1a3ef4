"""Every query of reviews has an index."""

import pytest

from learnstream.documents.base import ensure_indexes
from learnstream.documents.review import Concern, ReportReason, ReviewOrder
from learnstream.models import Role
from learnstream.services.reviews import counting, erasing, listing, moderation, readers, replies, reviews, subjects
from learnstream.stores.keyset import Part
from tests.factories import make_person
from tests.reviews import review


@pytest.fixture
def ids(course):
    ensure_indexes()
    return [review(make_person(Role.STUDENT), course, stars) for stars in (5, 4, 5)]


def scans(plans):
    return [each for each in plans.scans if each[0] in {"reviews", "courses"}]


def test_no_query_of_readers_and_authors_scans(plans, client, course, ids):
    subject = subjects.course(course.id)
    author = make_person(Role.STUDENT)

    with plans:
        review(author, course, 3)
        review(author, course, 2)
        reviews.mine(subject, author.id)
        readers.vote(ids[0], by=1000)
        readers.report(ids[0], by=1000, reason=ReportReason.SPAM)
        replies.save(ids[0], by=1, text="Thank you!")
        for order in ReviewOrder:
            for stars in (None, 5):
                listing.browse(subject, order=order, stars=stars, part=Part(2))
        client.get("/courses?sort=rating")
        counting.count_waiting()

    assert scans(plans) == []


def test_no_query_of_administrators_and_erasing_scans(plans, course, admin, ids):
    readers.report(ids[0], by=1000, reason=ReportReason.SPAM)

    with plans:
        moderation.hide(ids[1], by=admin.id, reason="Spam")
        for concern in Concern:
            moderation.browse(concern, part=Part(2))
        erasing.erase(1000)

    assert scans(plans) == []


def test_lists_of_administrators_examine_only_what_they_show(plans, course, admin, ids):
    moderation.hide(ids[0], by=admin.id, reason="Spam")
    readers.report(ids[1], by=1000, reason=ReportReason.SPAM)

    for concern in Concern:
        with plans:
            shown = moderation.browse(concern, part=Part(10)).entries
        assert plans.examined("reviews") == len(shown) == 1, concern
