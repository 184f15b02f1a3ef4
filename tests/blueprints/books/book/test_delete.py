import pytest
from bson import ObjectId

from learnstream.documents import CourseVersion
from learnstream.services.books import cards
from tests.books import isbn, make_book
from tests.problems import outcome


@pytest.fixture
def book(owner):
    return make_book(owner, isbn=isbn())


def delete(client, book, auth, headers=None):
    return client.delete(f"/books/{book['_id']}", auth=auth, headers=headers)


def assign(course, book):
    """Let the published version of a course name a book."""
    entry = {"book_id": book["_id"], "required": True, "chapters": "", "note": "", "lesson_id": None}
    CourseVersion.collection().update_one({"course_id": ObjectId(course.id)}, {"$set": {"reading_list": [entry]}})


def test_a_deleted_book_is_gone_and_its_isbn_is_free(client, owner, other_owner, book):
    deleted = delete(client, book, owner)

    assert (deleted.status_code, deleted.json["status"]) == (200, "deleted")
    assert client.get(f"/books/{book['_id']}").status_code == 404
    assert client.get("/books").json == []
    assert cards.find([str(book["_id"])]) == {}
    assert outcome(delete(client, book, owner)) == (404, "not_found")
    assert make_book(other_owner, isbn=book["isbn"])


def test_a_book_of_a_published_reading_list_is_archived(client, owner, course, book):
    assign(course, book)

    archived, again = delete(client, book, owner), delete(client, book, owner)

    assert (archived.status_code, archived.json["status"]) == (200, "archived")
    assert again.json == archived.json
    assert client.get(f"/books/{book['_id']}").json["isbn"] == book["isbn"]


def test_only_the_creator_and_administrators_delete_a_book(client, other_owner, learner, admin, book):
    assert outcome(delete(client, book, other_owner)) == (403, "not_your_book")
    assert outcome(delete(client, book, learner)) == (403, "not_your_book")
    assert delete(client, book, admin).status_code == 200


def test_a_changed_book_is_not_deleted(client, owner, book):
    client.patch(f"/books/{book['_id']}", json={"title": "Changed"}, auth=owner)

    assert delete(client, book, owner, {"If-Match": '"1"'}).status_code == 412
    assert client.get(f"/books/{book['_id']}").status_code == 200
