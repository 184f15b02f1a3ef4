"""Workers that are killed during an import of books, or while it is undone: each book is handled and counted once."""

import pytest

from learnstream.documents.book import Book
from learnstream.services.books.imports import jobs
from learnstream.services.foundation import outbox
from tests.book_imports import create, imported, read, table, undo, upload
from tests.books import isbn, make_book

TOTAL = 120
EXISTING = {"status": {"$ne": "deleted"}}
# With and without an ISBN.
ROWS = [("isbn", "title"), *((isbn() if number % 2 else "", f"Book {number}") for number in range(TOTAL))]


@pytest.mark.parametrize(
    ("moment", "commit"),
    [
        ("before_commit", 5),
        *[pytest.param("before_commit", number, marks=pytest.mark.thorough) for number in (2, 3, 4, 6)],
        *[pytest.param("after_commit", number, marks=pytest.mark.thorough) for number in (3, 4, 5)],
    ],
)
def test_an_import_that_is_killed_goes_on_and_counts_each_row_once(client, owner, kill_worker, moment, commit):
    import_id = create(client, owner, upload(owner, table(*ROWS))).json["id"]

    kill_worker(jobs.TOPIC, moment, commit)
    halfway = read(client, owner, import_id)
    assert halfway["state"] != "done"
    assert halfway["done"] <= Book.collection().count_documents({})
    outbox.relay(topic=jobs.TOPIC)

    done = read(client, owner, import_id)
    assert (done["state"], done["counts"]["created"], done["errors"]) == ("done", TOTAL, [])
    assert len(Book.collection().distinct("title")) == Book.collection().count_documents({}) == TOTAL


@pytest.mark.parametrize(
    ("moment", "commit"),
    [
        ("before_commit", 4),
        *[pytest.param("before_commit", number, marks=pytest.mark.thorough) for number in (3, 5, 6)],
        *[pytest.param("after_commit", number, marks=pytest.mark.thorough) for number in (3, 4, 5)],
    ],
)
def test_undoing_that_is_killed_goes_on_and_counts_each_book_once(client, owner, kill_worker, moment, commit):
    changed = make_book(owner, "Former", isbn=ROWS[2][0])
    answer = imported(client, owner, *ROWS)
    assert answer["counts"]["updated"] == 1
    client.post(f"/book-imports/{answer['id']}/undo", auth=owner)

    kill_worker(jobs.TOPIC, moment, commit)
    assert read(client, owner, answer["id"])["undo_state"] == "running"
    outbox.relay(topic=jobs.TOPIC)

    undone = undo(client, owner, answer["id"])
    assert (undone["undo_state"], undone["left"]) == ("done", [])
    assert undone["undone"].items() >= {"deleted": TOTAL - 1, "restored": 1}.items()
    assert [book["_id"] for book in Book.collection().find(EXISTING)] == [changed["_id"]]
    assert Book.collection().find_one(EXISTING)["title"] == "Former"
