import pytest

from learnstream.documents.book import Book
from tests.books import isbn, make_book
from tests.factories import make_subject
from tests.files import make_photo
from tests.problems import invalid_fields, outcome

DRACULA = {
    "title": "Dracula",
    "subtitle": "A mystery story",
    "authors": ["Bram Stoker"],
    "publisher": "Constable",
    "published_date": "1897-05-26",
    "page_count": 390,
    "language": "en-GB",
    "description": "*Letters*.",
    "tags": ["gothic", "vampires"],
}


def post(client, auth, **fields):
    return client.post("/books", json={"title": "Dracula", **fields}, auth=auth)


def test_a_book_is_added_and_read_back(client, owner):
    made = post(client, owner, **DRACULA, isbn="0-306-40615-2", subject_id=make_subject().id)

    assert made.status_code == 201
    assert made.json.items() >= DRACULA.items()
    assert (made.json["isbn"], made.json["status"], made.json["created_by"]) == ("9780306406157", "active", owner.id)
    assert made.json["rating"] == {"mean": None, "count": 0, "stars": [0] * 5}
    assert made.headers["ETag"] == '"1"'
    assert client.get(made.headers["Location"]).json == made.json


def test_a_title_is_enough(client, admin):
    made = post(client, admin)

    assert made.status_code == 201
    assert (made.json["authors"], made.json["isbn"], made.json["page_count"]) == ([], None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "a\nb"), ("title", "x" * 301), ("title", "a\x00"), ("title", None),
        ("authors", "Bram Stoker"), ("authors", [""]), ("authors", ["x"] * 51), ("authors", ["x" * 201]),
        ("published_date", "1897-13"), ("published_date", "26.5.1897"), ("published_date", 1897),
        ("page_count", 0), ("page_count", "390"), ("page_count", 390.5), ("page_count", 100_001), ("page_count", True),
        ("isbn", "9780306406158"), ("isbn", ""), ("isbn", 9780306406157), ("isbn", "9.78031E+12"),
        ("language", "english"), ("cover", "javascript:alert(1)"), ("cover", "http://127.0.0.1/x.jpg"),
        ("subject_id", 999_999), ("subject_id", "1"), ("tags", ["x" * 41]), ("description", "x" * 20_001),
        ("status", "archived"), ("rating", {"mean": 5}), ("created_by", 1), ("id", "a" * 24),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_stored(client, owner, field, value):
    refused = post(client, owner, **{field: value})

    assert refused.status_code == 422
    assert invalid_fields(refused) == [field]
    assert Book.collection().count_documents({}) == 0


def test_a_second_book_of_an_isbn_is_refused_naming_the_first(client, owner, other_owner):
    first = make_book(owner, isbn="9780306406157")

    refused = post(client, other_owner, isbn="0306406152")

    assert (refused.status_code, refused.json["code"]) == (409, "isbn_taken")
    assert refused.json["book_id"] == str(first["_id"])


def test_learners_add_no_books(client, learner):
    assert outcome(post(client, learner)) == (403, "instructors_only")


def test_a_cover_is_a_photo_of_the_creator(client, owner, other_owner):
    photo, foreign = make_photo(owner), make_photo(other_owner)

    assert post(client, owner, cover=photo).json["cover"] == f"/photos/{photo}/large"
    assert invalid_fields(post(client, owner, cover=foreign)) == ["cover"]


def test_a_repeated_request_adds_one_book(client, owner):
    body, headers = {"title": "Dracula", "isbn": isbn()}, {"Idempotency-Key": "add-dracula"}

    first, again = (client.post("/books", json=body, auth=owner, headers=headers) for _ in range(2))

    assert (first.status_code, again.json) == (201, first.json)
    assert Book.collection().count_documents({}) == 1
