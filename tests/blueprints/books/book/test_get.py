from bson import ObjectId

from learnstream.services.books import books
from tests.books import make_book
from tests.problems import outcome


def test_anybody_reads_a_book(client, owner):
    book = make_book(owner, authors=["Bram Stoker"], description="*Letters*.")

    found = client.get(f"/books/{book['_id']}")

    assert (found.status_code, found.json["description"]) == (200, "*Letters*.")
    assert found.json["authors"] == ["Bram Stoker"]
    assert not {"words", "author_words", "folded", "imports", "revision"} & found.json.keys()


def test_an_unknown_book_is_404(client):
    assert outcome(client.get(f"/books/{ObjectId()}")) == (404, "not_found")
    assert client.get("/books/dracula").status_code == 404


def test_an_unchanged_book_is_304(client, owner):
    book = make_book(owner)
    etag = client.get(f"/books/{book['_id']}").headers["ETag"]

    again = client.get(f"/books/{book['_id']}", headers={"If-None-Match": etag})
    books.update(book_id=str(book["_id"]), changes={"title": "Carmilla"}, changed_by=owner.id)
    changed = client.get(f"/books/{book['_id']}", headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")
    assert (changed.status_code, changed.json["title"]) == (200, "Carmilla")


def test_an_archived_book_can_be_read(client, owner):
    book = make_book(owner)
    client.patch(f"/books/{book['_id']}", json={"status": "archived"}, auth=owner)

    assert client.get(f"/books/{book['_id']}").json["status"] == "archived"
