"""Every query of books, of their imports and of undoing them has an index."""

from bson import ObjectId

from learnstream.documents.base import ensure_indexes
from learnstream.documents.book import Book
from learnstream.services.books import books, browsing, removal
from learnstream.services.books.imports import jobs
from learnstream.services.foundation import outbox
from learnstream.services.search import index
from learnstream.stores.keyset import Part
from tests.book_imports import create, table, upload
from tests.books import make_book

QUERIES = (
    {}, {"q": "drac stok"}, {"author": "stoker"}, {"language": "en"}, {"subject_id": 5}, {"tag": ["gothic"]},
    {"isbn": "9780141439846"},
)  # fmt: skip


def test_no_list_of_books_scans(plans, owner):
    ensure_indexes()
    for number in range(3):
        make_book(owner, f"Dracula {number}", authors=["Bram Stoker"], language="en", tags=["gothic"])
    # The first time it compares everything.
    index.catch_up()

    with plans:
        for filters in QUERIES:
            browsing.browse(filters=filters, sort=None, part=Part(1))
        for sort in ("title", "rating"):
            browsing.browse(filters={}, sort=sort, part=Part(1))
        removal.purge(in_use=lambda _: False, before=lambda _: None)
        books.leave_subject(5)
        index.catch_up()

    # Filters other than the sort order's own sort what they find.
    assert [scan for scan in plans.scans if "COLLSCAN" in scan[1]] == []


def test_no_query_of_an_import_scans(plans, client, owner):
    ensure_indexes()
    rows = [("isbn", "title"), ("9780141439846", "Dracula"), ("", "Carmilla")]
    created = create(client, owner, upload(owner, table(*rows))).json

    with plans:
        outbox.relay(topic=jobs.TOPIC)
        client.post(f"/book-imports/{created['id']}/undo", auth=owner)
        outbox.relay(topic=jobs.TOPIC)

    assert [scan for scan in plans.scans if scan[0] == "books"] == []


def test_a_row_examines_no_books_of_the_same_title_by_others(plans, client, owner):
    ensure_indexes()
    template = make_book(owner, "Mathematics", authors=["Euler"])
    others = [template | {"_id": ObjectId(), "folded": {"authors": f"author{number}"}} for number in range(1000)]
    Book.collection().insert_many([{name: value for name, value in each.items() if name != "isbn"} for each in others])
    rows = [("title", "authors", "page_count"), ("Mathematics", "EULER", "7"), ("Mathematics", "Gauss", "8")]
    created = create(client, owner, upload(owner, table(*rows))).json

    with plans:
        outbox.relay(topic=jobs.TOPIC)

    assert client.get(f"/book-imports/{created['id']}", auth=owner).json["counts"].items() >= {
        "updated": 1, "created": 1,
    }.items()  # fmt: skip
    assert plans.examined("books") < 100
