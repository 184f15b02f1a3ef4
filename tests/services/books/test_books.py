"""Books: created, read, and summarized for other lists."""

import pytest
from bson import ObjectId

from learnstream.documents.rating import unrated
from learnstream.errors.authoring import EditConflict
from learnstream.errors.books import IsbnTaken, NoSuchBook
from learnstream.services.books import books, cards
from tests.books import isbn, make_book


def test_a_book_is_read_back(owner):
    made = make_book(owner, "Dracula", authors=["Bram Stoker"], published_date="1897-05-26")

    assert books.get(str(made["_id"])) == made
    assert made["rating"] == unrated()


def test_an_unknown_book_and_a_changed_one_are_refused(owner):
    made = make_book(owner)

    with pytest.raises(NoSuchBook):
        books.get(str(ObjectId()))
    with pytest.raises(EditConflict):
        books.get(str(made["_id"]), expect={2})


def test_an_isbn_is_one_books_but_many_have_none(owner):
    number = isbn()
    make_book(owner, isbn=number)
    make_book(owner)
    make_book(owner)

    with pytest.raises(IsbnTaken):
        make_book(owner, isbn=number)


def test_cards_are_those_of_existing_books(owner):
    made = make_book(owner, authors=["Bram Stoker"])
    book_id = str(made["_id"])

    found = cards.find([book_id, str(ObjectId())])

    assert found == {
        book_id: {
            "title": "Dracula", "subtitle": "", "authors": ["Bram Stoker"], "cover": "", "isbn": None, "status": "active",
        }
    }  # fmt: skip
