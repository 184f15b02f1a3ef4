import pytest

from learnstream.documents.book import Book
from learnstream.models import Event
from learnstream.services.books import books
from learnstream.stores.sql import db
from tests.books import make_book
from tests.factories import make_subject
from tests.problems import invalid_fields


@pytest.fixture
def shelf(owner):
    """Five books, the first added first."""
    return [
        make_book(owner, "Мастер и Маргарита", authors=["Михаил Булгаков"], language="ru", isbn="9780306406157"),
        make_book(owner, "Die Verwandlung", authors=["Franz Kafka"], language="de", tags=["novel"]),
        make_book(owner, "Der Process", authors=["Franz Kafka"], language="de-AT", publisher="Die Schmiede"),
        make_book(owner, "Émile", subtitle="De l'éducation", authors=["Jean-Jacques Rousseau"], language="fr"),
        make_book(owner, "Kafka: a life", authors=["Ada Lind"], language="en", tags=["novel", "life"]),
    ]


def titles(client, query=""):
    response = client.get(f"/books{query}")
    assert response.status_code == 200
    return [book["title"] for book in response.json]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Kafka: a life", "Émile", "Der Process", "Die Verwandlung", "Мастер и Маргарита"]),
        ("?sort=title", ["Der Process", "Die Verwandlung", "Kafka: a life", "Émile", "Мастер и Маргарита"]),
        ("?q=мастер", ["Мастер и Маргарита"]),
        ("?q=маргар+булг", ["Мастер и Маргарита"]),
        ("?q=emile", ["Émile"]),
        ("?q=EDUC", ["Émile"]),
        # The title weighs more than the authors.
        ("?q=kafka", ["Kafka: a life", "Die Verwandlung", "Der Process"]),
        ("?q=kafka+-life", ["Die Verwandlung", "Der Process"]),
        ("?q=kafka+tolstoy", []),
        ("?q=schmiede", ["Der Process"]),
        ("?q=978-0-306-40615-7", ["Мастер и Маргарита"]),
        ("?q=0306406152", ["Мастер и Маргарита"]),
        ("?q=%3F%21", []),
        ("?author=kafka", ["Der Process", "Die Verwandlung"]),
        ("?author=franz+k", ["Der Process", "Die Verwandlung"]),
        ("?author=%21", []),
        ("?language=de", ["Der Process", "Die Verwandlung"]),
        ("?tag=novel", ["Kafka: a life", "Die Verwandlung"]),
        ("?tag=novel&tag=life", ["Kafka: a life"]),
        ("?isbn=0-306-40615-2", ["Мастер и Маргарита"]),
        ("?q=kafka&sort=title&language=de", ["Der Process", "Die Verwandlung"]),
    ],
)
def test_books_are_found_and_sorted(client, shelf, query, found):
    assert titles(client, query) == found


def test_books_of_a_subject_stand_in_none_once_it_is_deleted(client, owner):
    subject_id = make_subject().id
    book = make_book(owner, subject_id=subject_id)
    assert titles(client, f"?subject_id={subject_id}") == ["Dracula"]

    books.leave_subject(subject_id)

    assert titles(client, f"?subject_id={subject_id}") == []
    left = client.get(f"/books/{book['_id']}").json
    assert left["subject_id"] is None
    # Which is how the search index hears of it.
    assert left["updated_at"] > book["updated_at"].isoformat()


def test_the_feed_tells_of_the_books_that_leave_a_subject(owner, monkeypatch):
    monkeypatch.setattr(books, "TOLD_AT_ONCE", 2)
    subject_id = make_subject().id
    made = [str(make_book(owner, subject_id=subject_id)["_id"]) for _ in range(3)]
    db.session.execute(db.delete(Event))

    books.leave_subject(subject_id)

    told = [event.data["book_ids"] for event in db.session.query(Event).filter_by(type="book.changed")]
    assert sorted(map(len, told)) == [1, 2]
    assert sorted(book_id for book_ids in told for book_id in book_ids) == sorted(made)


def test_the_best_rated_come_first(client, shelf):
    for book, score in zip(shelf[:3], (3.0, 3.9, 3.2), strict=True):
        Book.collection().update_one({"_id": book["_id"]}, {"$set": {"rating.score": score}})

    assert titles(client, "?sort=rating")[:3] == ["Die Verwandlung", "Der Process", "Мастер и Маргарита"]


@pytest.mark.parametrize("query", ["", "q=kafka", "sort=title", "sort=rating"])
def test_pages_have_every_book_once(client, shelf, query):
    everything = titles(client, f"?{query}")
    pages = [client.get(f"/books?limit=2&{query}")]
    while following := pages[-1].headers.get("X-Next-Cursor"):
        pages.append(client.get(f"/books?limit=2&{query}&cursor={following}"))
        assert len(pages) < 5

    assert [book["title"] for page in pages for book in page.json] == everything


def test_an_unchanged_list_is_304(client, owner, shelf):
    etag = client.get("/books").headers["ETag"]
    same = client.get("/books", headers={"If-None-Match": etag})
    make_book(owner, "New")

    assert same.status_code == 304
    assert client.get("/books", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=relevance", "sort"), ("sort=worst", "sort"), ("isbn=123", "isbn"), ("language=english", "language"),
        ("subject_id=x", "subject_id"), ("q=" + "x" * 201, "q"), ("q=%00", "q"), ("status=archived", "status"), ("page=2", "page"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client, query, field):
    assert invalid_fields(client.get(f"/books?{query}"), "query") == [field]
