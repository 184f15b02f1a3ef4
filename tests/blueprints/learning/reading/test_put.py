from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain, repeat

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.reading_list import Reading
from learnstream.policies import entitlements
from learnstream.services.authoring.publishing import Learners
from learnstream.services.learning import read_books
from tests.books import make_book
from tests.factories import make_course, make_seat
from tests.problems import outcome
from tests.reading import listed, publish_list


def test_a_book_is_marked_once(mark, learner, course, books, read_titles):
    first = mark(books[1])

    assert (first.status_code, first.json["book_id"]) == (200, str(books[1]["_id"]))
    assert mark(books[1]).json == first.json
    [stored] = Reading.collection().find()
    assert (stored["_id"], stored["user_id"]) == (f"{learner.id}:{course.id}", learner.id)
    assert stored["books"][str(books[1]["_id"])].isoformat() == first.json["read_at"]
    assert read_titles() == ["Emma"]


def test_progress_counts_books_but_is_not_completed_by_them(client, mark, learner, course, books):
    mark(books[0])
    mark(books[1])

    progress = client.get(f"/courses/{course.id}/progress", auth=learner).json

    counts = {"book_count": 3, "books_read": 2, "required_books": 2, "required_books_read": 1}
    assert {name: progress["reading"][name] for name in counts} == counts
    assert [each["title"] for each in progress["reading"]["books"]] == ["Dracula", "Emma", "Walden"]
    assert (progress["fraction"], progress["completed"]) == (0.0, False)


def test_a_course_without_a_list_has_nothing_to_read(client, owner, stranger):
    plain = make_course(owner)
    make_seat(stranger, plain)

    assert client.get(f"/courses/{plain.id}/progress", auth=stranger).json["reading"] == {
        "book_count": 0,
        "books_read": 0,
        "required_books": 0,
        "required_books_read": 0,
        "books": [],
    }


def test_only_books_of_the_learners_version_can_be_marked(mark, owner, course, books):
    added = make_book(owner, "Ivanhoe")
    publish_list(owner, course, listed(added), learners=Learners.KEEP)

    for book in (added, make_book(owner), {"_id": ObjectId()}):
        assert outcome(mark(book)) == (404, "not_on_reading_list")
    assert mark(books[0]).status_code == 200
    assert mark({"_id": "nonsense"}).status_code == 404


def test_marks_outlive_versions(mark, owner, course, books, read_titles):
    dracula, emma, walden = books
    mark(dracula)
    mark(emma)

    publish_list(owner, course, listed(walden), listed(emma, required=True))
    assert read_titles() == ["Emma"]
    publish_list(owner, course, listed(dracula))
    assert read_titles() == ["Dracula"]


def test_marks_outlive_a_withdrawn_seat_and_a_reset(client, mark, owner, learner, course, books, read_titles):
    mark(books[0])

    client.delete(f"/courses/{course.id}/enroll", auth=learner)
    assert outcome(mark(books[1])) == (403, "not_enrolled")
    client.post(f"/courses/{course.id}/enroll", json={"restart": True}, auth=learner)
    client.post(f"/courses/{course.id}/learners/{learner.id}/reset", json={"reason": "Again."}, auth=owner)

    assert read_titles() == ["Dracula"]


def test_a_live_seat_is_needed(mark, owner, admin, stranger, course, books):
    for person in (owner, admin, stranger):
        assert outcome(mark(books[0], auth=person)) == (403, "not_enrolled")
    assert mark(books[0], auth=None).status_code == 401
    make_seat(stranger, course, expires_at=now() - timedelta(hours=1))
    assert outcome(mark(books[0], auth=stranger)) == (403, "enrollment_expired")
    assert Reading.collection().count_documents({}) == 0


def test_an_unpublished_course_is_not_told_from_a_missing_one(mark, owner, stranger, books):
    draft = make_course(owner, published=False)

    missing = mark(books[0], auth=stranger, course=type(draft)(str(ObjectId()), "", 0, []))

    assert outcome(mark(books[0], auth=stranger, course=draft)) == outcome(missing) == (404, "not_found")


@pytest.mark.parametrize("marked_before", [False, True])
def test_marks_at_once_lose_nothing(app, mark, learner, course, books, marked_before):
    first = mark(books[0]).json["read_at"] if marked_before else None
    seat = entitlements.seat(learner.id, course.id)
    wanted = list(chain.from_iterable(repeat([str(book["_id"]) for book in books], 8)))

    def write(book_id):
        with app.app_context():
            return book_id, read_books.mark(seat, book_id)

    with ThreadPoolExecutor(8) as threads:
        times = set(threads.map(write, wanted))

    [stored] = Reading.collection().find()
    assert stored["books"] == dict(times)
    assert len(times) == len(books)
    assert first in {None, stored["books"][str(books[0]["_id"])].isoformat()}
