"""Undoing imports: what they made is removed, what they changed is restored, and what was changed since is left."""

import pytest
from bson import ObjectId

from learnstream.documents import CourseVersion
from learnstream.documents.book import Book
from learnstream.models.event import Event
from learnstream.services.authoring import subject_changes
from learnstream.services.books import cards
from learnstream.services.books.imports import jobs
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from learnstream.web import photo_urls
from tests.book_imports import create, imported, read, undo, upload
from tests.books import isbn, make_book
from tests.factories import make_subject
from tests.files import make_photo
from tests.problems import outcome

FORMER, OTHER = isbn(), isbn()


def shown():
    """Return what books say, by title, without those that were deleted."""
    found = Book.collection().find({"status": {"$ne": "deleted"}})
    return {book["title"]: (book["isbn"], book["status"]) for book in found}


@pytest.fixture
def changed(client, owner):
    """An import that changed one book and added two."""
    make_book(owner, "Drakula", isbn=FORMER, authors=["B. Stoker"])
    rows = [(FORMER, "Dracula", "Bram Stoker"), (OTHER, "Carmilla", ""), ("", "Varney", "")]
    return imported(client, owner, ("isbn", "title", "authors"), *rows)


def test_undoing_removes_and_restores(client, owner, changed):
    assert len(shown()) == 3

    undone = undo(client, owner, changed["id"])

    assert (undone["undo_state"], undone["left"]) == ("done", [])
    assert undone["undone"].items() >= {"deleted": 2, "restored": 1}.items()
    assert shown() == {"Drakula": (FORMER, "active")}
    assert Book.collection().find_one({"title": "Drakula"})["authors"] == ["B. Stoker"]
    assert [book["title"] for book in client.get("/books").json] == ["Drakula"]
    assert client.get("/books?q=dracula").json == []


def test_undoing_again_changes_nothing(client, owner, changed):
    first = undo(client, owner, changed["id"])
    before = list(Book.collection().find({}))

    again = undo(client, owner, changed["id"])

    assert again == first
    assert list(Book.collection().find({})) == before
    ends = [event.data["outcome"] for event in db.session.query(Event) if event.type == "import.finished"]
    assert sorted(ends) == ["done", "undone"]


def test_what_was_changed_since_is_named_and_left(client, owner, changed):
    carmilla = Book.collection().find_one({"title": "Carmilla"})
    dracula = Book.collection().find_one({"title": "Dracula"})
    client.patch(f"/books/{carmilla['_id']}", json={"page_count": 108}, auth=owner)
    client.patch(f"/books/{dracula['_id']}", json={"page_count": 454}, auth=owner)

    undone = undo(client, owner, changed["id"])

    assert {(each["title"], each["reason"]) for each in undone["left"]} == {
        ("Carmilla", "changed_since"), ("Dracula", "changed_since"),
    }  # fmt: skip
    assert undone["undone"].items() >= {"deleted": 1, "changed_since": 2}.items()
    assert set(shown()) == {"Carmilla", "Dracula"}


def test_what_a_published_reading_list_names_is_archived(client, owner, course, changed):
    carmilla = Book.collection().find_one({"title": "Carmilla"})
    entry = {"book_id": carmilla["_id"], "required": True, "chapters": "", "note": "", "lesson_id": None}
    CourseVersion.collection().update_one({"course_id": ObjectId(course.id)}, {"$set": {"reading_list": [entry]}})

    undone = undo(client, owner, changed["id"])

    assert undone["undone"].items() >= {"deleted": 1, "archived": 1, "restored": 1}.items()
    assert shown()["Carmilla"] == (OTHER, "archived")


def test_a_former_isbn_that_is_anothers_now_is_not_taken_back(client, owner):
    book = make_book(owner, "Dracula", isbn=FORMER)
    answer = imported(client, owner, ("id", "isbn"), (str(book["_id"]), OTHER))
    make_book(owner, "Another", isbn=FORMER)

    undone = undo(client, owner, answer["id"])

    assert [each["reason"] for each in undone["left"]] == ["isbn_taken"]
    assert shown()["Dracula"] == (OTHER, "active")


def test_a_book_that_was_deleted_since_stays_deleted(client, owner, changed):
    carmilla = Book.collection().find_one({"title": "Carmilla"})
    client.delete(f"/books/{carmilla['_id']}", auth=owner)

    undone = undo(client, owner, changed["id"])

    assert undone["undone"].items() >= {"deleted": 1, "restored": 1, "gone": 1}.items()


def test_two_imports_are_undone_one_after_the_other(client, owner):
    first = imported(client, owner, ("isbn", "title"), (FORMER, "Drakula"))
    second = imported(client, owner, ("isbn", "title"), (FORMER, "Dracula"))

    assert undo(client, owner, second["id"])["undone"]["restored"] == 1
    assert shown() == {"Drakula": (FORMER, "active")}
    assert undo(client, owner, first["id"])["undone"]["deleted"] == 1
    assert shown() == {}


def test_the_earlier_of_two_imports_leaves_what_the_later_one_changed(client, owner):
    first = imported(client, owner, ("isbn", "title"), (FORMER, "Drakula"))
    imported(client, owner, ("isbn", "title"), (FORMER, "Dracula"))

    undone = undo(client, owner, first["id"])

    assert [each["reason"] for each in undone["left"]] == ["changed_since"]
    assert shown() == {"Dracula": (FORMER, "active")}


def test_an_undone_file_can_be_imported_again(client, owner, changed):
    undo(client, owner, changed["id"])

    again = imported(client, owner, ("isbn", "title"), (OTHER, "Carmilla"), ("", "Varney"))

    assert again["counts"]["created"] == 2
    assert set(shown()) == {"Drakula", "Carmilla", "Varney"}


def test_a_dry_run_and_an_import_that_has_not_ended_are_not_undone(client, owner):
    tried = imported(client, owner, ("isbn", "title"), (FORMER, "Dracula"), dry_run=True)
    queued = create(client, owner, upload(owner, b"title,isbn\nA,\n")).json

    for each in (tried, queued):
        refused = client.post(f"/book-imports/{each['id']}/undo", auth=owner)
        assert outcome(refused) == (409, "import_not_undoable")
    outbox.relay(topic=jobs.TOPIC)
    assert read(client, owner, queued["id"])["counts"]["created"] == 1


def test_only_its_owner_and_administrators_undo_an_import(client, other_owner, admin, changed):
    refused = client.post(f"/book-imports/{changed['id']}/undo", auth=other_owner)

    assert outcome(refused) == (404, "not_found")
    assert undo(client, admin, changed["id"])["undone"]["deleted"] == 2


def test_books_that_were_undone_are_in_no_card(client, owner, changed):
    carmilla = str(Book.collection().find_one({"title": "Carmilla"})["_id"])
    assert carmilla in cards.find([carmilla])

    undo(client, owner, changed["id"])

    assert cards.find([carmilla]) == {}


def test_a_cover_and_a_subject_that_are_gone_are_not_restored(client, owner):
    photo_id, kept_id = make_photo(owner), make_photo(owner)
    gone, kept = make_subject("Gothic"), make_subject("Novels")
    covers = [photo_urls.cover_of(each) for each in (photo_id, kept_id)]
    about = [{"cover": covers[0], "subject_id": gone.id}, {"cover": covers[1], "subject_id": kept.id}]
    make_book(owner, "Dracula", isbn=FORMER, **about[0])
    make_book(owner, "Carmilla", isbn=OTHER, **about[1])
    other = make_subject("Letters")
    cover = photo_urls.cover_of(make_photo(owner))
    rows = [(FORMER, cover, other.id), (OTHER, cover, other.id)]
    done = imported(client, owner, ("isbn", "cover", "subject_id"), *rows)
    assert done["counts"]["updated"] == 2
    client.delete(f"/files/{photo_id}", auth=owner)
    subject_changes.remove(gone.id, by=owner.id)
    db.session.commit()
    outbox.relay()

    assert undo(client, owner, done["id"])["undone"]["restored"] == 2

    dracula, carmilla = (Book.collection().find_one({"title": title}) for title in ("Dracula", "Carmilla"))
    assert (dracula["cover"], dracula["subject_id"]) == ("", None)
    assert (carmilla["cover"], carmilla["subject_id"]) == (covers[1], kept.id)
