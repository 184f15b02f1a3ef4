import pytest
from bson import ObjectId

from learnstream.documents.book import Book
from learnstream.services.books import books, cards
from tests.books import isbn, make_book
from tests.problems import invalid_fields, outcome


@pytest.fixture
def book(owner):
    return make_book(owner, "Dracula", authors=["Bram Stoker"], isbn=isbn())


def patch(client, book, auth, headers=None, **fields):
    return client.patch(f"/books/{book['_id']}", json=fields, auth=auth, headers=headers)


def test_a_book_is_changed_and_what_is_shown_at_once(client, owner, book):
    client.get(f"/books/{book['_id']}")
    client.get("/books")
    cards.find([str(book["_id"])])

    changed = patch(client, book, owner, title="Carmilla", authors=["Sheridan Le Fanu"], isbn=None)

    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert client.get(f"/books/{book['_id']}").json == changed.json
    assert [each["title"] for each in client.get("/books?q=le+fanu").json] == ["Carmilla"]
    assert client.get("/books?q=dracula").json == []
    assert cards.find([str(book["_id"])])[str(book["_id"])]["title"] == "Carmilla"


def test_the_tag_of_the_page_is_accepted_whatever_its_rating(client, owner, book):
    etag = client.get(f"/books/{book['_id']}").headers["ETag"]
    rating = {"count": 1, "sum": 4, "stars": [0, 0, 0, 1, 0], "mean": 4.0, "score": 3.1}
    Book.collection().update_one({"_id": book["_id"]}, {"$set": {"rating": rating}})
    books.invalidate(str(book["_id"]))

    changed = patch(client, book, owner, {"If-Match": etag}, page_count=390)
    late = patch(client, book, owner, {"If-Match": etag}, page_count=400)

    assert (changed.status_code, changed.json["rating"]["mean"]) == (200, 4.0)
    assert client.get(f"/books/{book['_id']}").headers["ETag"] != etag
    assert late.status_code == 412


def test_a_change_without_a_difference_changes_nothing(client, owner, book):
    same = patch(client, book, owner, title="Dracula", isbn=book["isbn"])

    assert same.headers["ETag"] == '"1"'


def test_an_isbn_of_another_book_is_refused(client, owner, book):
    other = make_book(owner, isbn=isbn())

    refused = patch(client, other, owner, isbn=book["isbn"], title="Changed")

    assert (*outcome(refused), refused.json["book_id"]) == (409, "isbn_taken", str(book["_id"]))
    assert books.get(str(other["_id"]))["title"] == "Dracula"


def test_only_the_creator_and_administrators_change_a_book(client, other_owner, learner, admin, book):
    assert outcome(patch(client, book, other_owner, title="Mine")) == (403, "not_your_book")
    assert outcome(patch(client, book, learner, title="Mine")) == (403, "not_your_book")
    assert patch(client, book, admin, title="Ours").status_code == 200


def test_an_unknown_book_and_an_empty_change_are_refused(client, owner, book):
    assert outcome(patch(client, {"_id": ObjectId()}, owner, title="x")) == (404, "not_found")
    assert patch(client, book, owner).status_code == 422
    assert invalid_fields(patch(client, book, owner, status="deleted")) == ["status"]


def test_an_archived_book_is_in_no_list_until_it_is_brought_back(client, owner, book):
    patch(client, book, owner, status="archived")
    archived = client.get("/books").json
    patch(client, book, owner, status="active")

    assert archived == []
    assert len(client.get("/books").json) == 1
