"""Importing books from tables."""

from pathlib import Path

import pytest

from learnstream.documents.book import Book
from learnstream.models.event import Event
from learnstream.services.books.imports import jobs
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.book_imports import create, imported, read, upload
from tests.books import isbn, make_book
from tests.files import make_file
from tests.problems import outcome

BOOKS = Path(__file__).parents[3] / "data" / "books"
HEADINGS = ("title", "ISBN 13", "authors", "published_date", "page_count")
DRACULA = ("Dracula", "978-0-14-143984-6", "Bram Stoker", "1897-05", "454")


def titles():
    return sorted(book["title"] for book in Book.collection().find({}))


def problems(answer):
    return [(each["place"], each["column"], each["code"]) for each in answer["errors"]]


def test_books_are_added_and_importing_again_changes_nothing(client, owner):
    first = imported(client, owner, HEADINGS, DRACULA, ("Carmilla", "", "Sheridan Le Fanu; Ada Lind", "1872", ""))
    again = imported(client, owner, HEADINGS, DRACULA, ("Carmilla", "", "Sheridan Le Fanu; Ada Lind", "1872", ""))

    assert (first["state"], first["counts"]["created"], first["errors"]) == ("done", 2, [])
    assert (again["counts"]["created"], again["counts"]["unchanged"]) == (0, 2)
    [found] = client.get("/books?isbn=9780141439846").json
    assert (found["title"], found["published_date"], found["page_count"]) == ("Dracula", "1897-05", 454)
    assert client.get("/books?q=carmilla").json[0]["authors"] == ["Sheridan Le Fanu", "Ada Lind"]


def test_a_dry_run_tells_and_changes_nothing(client, owner):
    book = make_book(owner, isbn="9780141439846")

    tried = imported(client, owner, HEADINGS, DRACULA, ("Carmilla", "", "", "", ""), dry_run=True)

    assert (tried["counts"]["created"], tried["counts"]["updated"]) == (1, 1)
    assert titles() == ["Dracula"]
    assert Book.collection().find_one()["revision"] == book["revision"]


@pytest.mark.parametrize("heading", ["isbn", "ISBN13", "ISBN 13", "ISBN-13", "ISBN_10", "EAN"])
def test_headings_are_recognized(client, owner, heading):
    answer = imported(client, owner, ("Title", heading), ("Dracula", "014143984X"))

    assert answer["counts"]["created"] == 1
    assert Book.collection().find_one()["isbn"] == "9780141439846"


def test_own_books_are_changed_by_isbn_and_empty_cells_leave_what_is_there(client, owner):
    make_book(owner, "Drakula", isbn="9780141439846", authors=["B. Stoker"], publisher="Penguin")

    answer = imported(client, owner, ("isbn", "title", "authors", "publisher"), ("9780141439846", "Dracula", "", ""))

    assert answer["counts"]["updated"] == 1
    found = Book.collection().find_one()
    assert (found["title"], found["authors"], found["publisher"], found["revision"]) == (
        "Dracula", ["B. Stoker"], "Penguin", 2,
    )  # fmt: skip


def test_books_of_others_are_left_unless_an_administrator_imports(client, owner, other_owner, admin):
    book = make_book(other_owner, "Drakula", isbn="9780141439846")

    refused = imported(client, owner, ("isbn", "title"), ("9780141439846", "Dracula"))
    same = imported(client, owner, ("isbn", "title"), ("9780141439846", "Drakula"))
    by_admin = imported(client, admin, ("isbn", "title"), ("9780141439846", "Dracula"))

    assert problems(refused) == [(2, None, "not_your_book")]
    assert refused["errors"][0]["value"] == str(book["_id"])
    assert (same["counts"]["unchanged"], by_admin["counts"]["updated"]) == (1, 1)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (("", isbn(), "", "", ""), ("title", "no_title")),
        (("A", "9.78014E+12", "", "", ""), ("isbn", "number_not_text")),
        (("A", "9780141439846.0", "", "", ""), ("isbn", "number_not_text")),
        (("A", "9780140000000", "", "", ""), ("isbn", "number_not_text")),
        (("A", "141439846", "", "", ""), ("isbn", "invalid")),
        (("A", "9780141439847", "", "", ""), ("isbn", "invalid")),
        (("A", "", "", "26 May 1897", ""), ("published_date", "invalid")),
        (("A", "", "", "", "many"), ("page_count", "no_number")),
        (("A", "", "", "", "0"), ("page_count", "invalid")),
        (("A", "", "x" * 201, "", ""), ("authors", "invalid")),
        (("A" * 301, "", "", "", ""), ("title", "invalid")),
    ],
)
def test_a_wrong_row_is_named_and_the_rest_goes_in(client, owner, cells, problem):
    answer = imported(client, owner, HEADINGS, cells, DRACULA)

    assert problems(answer) == [(2, *problem)]
    assert (answer["counts"]["created"], answer["counts"]["failed"], titles()) == (1, 1, ["Dracula"])


def test_a_book_that_a_file_has_twice_is_taken_once(client, owner):
    answer = imported(
        client, owner, HEADINGS, DRACULA, ("Other", "014143984X", "", "", ""),
        ("Émile", "", "Rousseau", "", ""), ("EMILE", "", "rousseau", "", ""),
    )  # fmt: skip

    assert problems(answer) == [(3, None, "duplicate_row"), (5, None, "duplicate_row")]
    assert titles() == ["Dracula", "Émile"]


def test_rows_that_name_a_book_in_two_ways_are_taken_once(client, owner):
    book = make_book(owner, "One", isbn=isbn())

    answer = imported(
        client, owner, ("id", "isbn", "title"), ("", book["isbn"], "First"), (str(book["_id"]), "", "Second")
    )

    assert problems(answer) == [(3, None, "duplicate_row")]
    assert titles() == ["First"]


def test_an_isbn_of_another_book_is_refused(client, owner):
    one, two = make_book(owner, "One", isbn=isbn()), make_book(owner, "Two", isbn=isbn())

    answer = imported(client, owner, ("id", "isbn"), (str(one["_id"]), two["isbn"]))

    assert problems(answer) == [(2, "isbn", "isbn_taken")]
    assert answer["errors"][0]["value"] == str(two["_id"])


def test_numbers_and_dates_of_workbooks_are_read(client, owner):
    answer = imported(client, owner, (BOOKS / "numbers-and-dates.xlsx").read_bytes(), name="books.xlsx")

    assert problems(answer) == [(3, "isbn", "invalid"), (4, "isbn", "number_not_text")]
    [found] = Book.collection().find({})
    assert (found["title"], found["isbn"], found["published_date"]) == ("Dracula", "9780141439846", "2003-04-29")


def test_an_archived_book_is_offered_again(client, owner):
    book = make_book(owner, "Dracula", isbn="9780141439846")
    client.patch(f"/books/{book['_id']}", json={"status": "archived"}, auth=owner)

    answer = imported(client, owner, ("isbn", "title"), ("9780141439846", "Dracula"))

    assert answer["counts"]["updated"] == 1
    assert client.get(f"/books/{book['_id']}").json["status"] == "active"


@pytest.mark.parametrize(
    ("headings", "code"),
    [(("name", "price"), "no_heading"), (("title", "isbn", "price"), "unknown_column"), (("isbn", "ISBN-13", "title"), "duplicate_column")],
)  # fmt: skip
def test_a_file_without_usable_headings_is_refused_when_it_is_checked(client, owner, headings, code):
    file_id = upload(owner, ",".join(headings).encode() + b"\na,b,c\n")

    file = client.get(f"/files/{file_id}", auth=owner).json
    assert (file["state"], file["refusal"]["code"]) == ("refused", code)
    assert outcome(create(client, owner, file_id)) == (409, "file_refused")


def test_files_of_others_and_of_other_purposes_are_refused(client, owner, other_owner):
    foreign = upload(other_owner, b"title,isbn\nA,\n")
    grades = str(make_file(owner, purpose="grades", state="ready", type="text/csv")["_id"])

    assert create(client, owner, foreign).status_code == 404
    assert outcome(create(client, owner, grades)) == (422, "wrong_purpose")
    assert outcome(create(client, owner, "f" * 24)) == (404, "not_found")


def test_who_may_no_longer_add_books_imports_none(client, owner, admin):
    created = create(client, owner, upload(owner, b"title,isbn\nA,\n")).json
    client.patch(f"/admin/users/{owner.id}", json={"role": "student"}, auth=admin)

    outbox.relay(topic=jobs.TOPIC)

    job = client.get(f"/book-imports/{created['id']}", auth=admin).json
    assert (job["state"], job["refusal"]["code"], titles()) == ("failed", "not_an_author", [])


def test_the_feed_tells_of_the_books(client, owner):
    imported(client, owner, HEADINGS, DRACULA)

    ids = [str(book["_id"]) for book in Book.collection().find({})]
    told = {event.type: event.data for event in db.session.query(Event)}
    assert told["book.changed"] == {"book_ids": ids}


def test_imports_are_their_owners_and_administrators(client, owner, other_owner, admin):
    answer = imported(client, owner, HEADINGS, DRACULA)

    assert outcome(client.get(f"/book-imports/{answer['id']}", auth=other_owner)) == (404, "not_found")
    assert client.get("/book-imports", auth=other_owner).json == []
    assert [each["id"] for each in client.get("/book-imports", auth=owner).json] == [answer["id"]]
    assert read(client, admin, answer["id"])["id"] == answer["id"]
    assert [each["id"] for each in client.get("/book-imports", auth=admin).json] == [answer["id"]]
