"""Reviews of books: the doors of courses' reviews, for everybody but the user who added the book."""

import pytest

from learnstream.documents.book import Book
from learnstream.models import Role, User
from learnstream.services.reviews import counting
from learnstream.stores.sql import db
from tests.books import make_book
from tests.problems import outcome
from tests.reviews import review_book


@pytest.fixture
def book_id(owner):
    return str(make_book(owner, "Dracula")["_id"])


def put(client, person, book_id, **body):
    return client.put(f"/books/{book_id}/reviews/mine", json={"stars": 5} | body, auth=person)


def test_everybody_signed_in_may_review(client, stranger, book_id):
    written = put(client, stranger, book_id, stars=4, text="Long.")

    assert (written.status_code, written.json["progress_percent"]) == (201, None)
    assert written.json["rating"] == {"mean": 4.0, "count": 1, "stars": [0, 0, 0, 1, 0]}
    [shown] = client.get(f"/books/{book_id}/reviews").json
    assert (shown["author"], shown["text"]) == (stranger.name, "Long.")
    own = client.get(f"/books/{book_id}/reviews/mine", auth=stranger)
    assert (own.json["stars"], own.headers["ETag"]) == (4, '"1"')


def test_the_rating_of_the_book_moves_at_once(client, stranger, learner, book_id):
    assert client.get(f"/books/{book_id}").json["rating"]["count"] == 0
    put(client, stranger, book_id, stars=4)
    put(client, learner, book_id, stars=5)

    assert client.get(f"/books/{book_id}").json["rating"] == {"mean": 4.5, "count": 2, "stars": [0, 0, 0, 1, 1]}
    assert client.get("/books").json[0]["rating"]["mean"] == 4.5


def test_who_added_a_book_cannot_review_it(client, owner, book_id):
    assert outcome(put(client, owner, book_id)) == (403, "own_book")


def test_a_review_is_deleted(client, stranger, book_id):
    put(client, stranger, book_id)

    assert client.delete(f"/books/{book_id}/reviews/mine", auth=stranger).status_code == 204
    assert client.get(f"/books/{book_id}").json["rating"]["count"] == 0
    assert client.get(f"/books/{book_id}/reviews").json == []


def test_who_added_the_book_and_administrators_reply(client, owner, other_owner, admin, stranger, book_id):
    path = f"/reviews/{review_book(stranger, book_id)}/reply"

    assert outcome(client.put(path, json={"text": "Thanks"}, auth=other_owner)) == (403, "not_your_book")
    for person in (owner, admin):
        assert client.put(path, json={"text": f"From {person.name}"}, auth=person).status_code == 200
    assert client.get(f"/books/{book_id}/reviews").json[0]["reply"]["text"] == f"From {admin.name}"


def test_who_is_no_instructor_any_more_replies_for_no_book(client, owner, stranger, book_id):
    review_id = review_book(stranger, book_id)
    db.session.get_one(User, owner.id).role = Role.STUDENT
    db.session.commit()

    for refused in (
        client.put(f"/reviews/{review_id}/reply", json={"text": "Thanks"}, auth=owner),
        client.delete(f"/reviews/{review_id}/reply", auth=owner),
    ):
        assert outcome(refused) == (403, "not_your_book")
    assert client.get(f"/books/{book_id}/reviews").json[0]["reply"] is None


def test_a_deleted_book_has_no_reviews(client, owner, stranger, book_id):
    put(client, stranger, book_id)
    assert client.get(f"/books/{book_id}/reviews").status_code == 200

    client.delete(f"/books/{book_id}", auth=owner)

    assert client.get(f"/books/{book_id}/reviews").status_code == 404
    assert put(client, stranger, book_id).status_code == 404


def test_books_sorted_by_rating_end_with_those_without(client, owner, book_id):
    for title, stars in (("Emma", 5), ("Ulysses", 1)):
        review_book(owner, str(make_book(owner, title)["_id"]), stars)

    found, query = [], {"sort": "rating", "limit": 1}
    while query:
        response = client.get("/books", query_string=query)
        found += [each["title"] for each in response.json]
        cursor = response.headers.get("X-Next-Cursor")
        query = cursor and {"sort": "rating", "limit": 1, "cursor": cursor}

    assert found == ["Emma", "Ulysses", "Dracula"]


def test_what_was_left_is_counted_for_books(client, stranger, book_id, monkeypatch):
    monkeypatch.setattr(counting, "ATTEMPTS", 0)
    review_book(stranger, book_id, 3)
    monkeypatch.undo()

    counting.count_waiting()

    assert Book.collection().find_one({})["rating"]["stars"] == [0, 0, 1, 0, 0]
