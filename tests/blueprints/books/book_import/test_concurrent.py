"""Two workers that import the same file at the same time, because one was taken for dead."""

from concurrent.futures import ThreadPoolExecutor

from learnstream.documents.book import Book
from learnstream.jobs.books import load
from learnstream.services.books.imports import importing, reading
from learnstream.services.books.imports.importing import Outcome, Target
from tests.book_imports import table
from tests.books import isbn

ROWS = [("isbn", "title"), *((isbn() if number % 2 else "", f"Book {number}") for number in range(30))]


def test_two_workers_at_once_add_each_book_once(app, owner):
    rows = reading.read([table(*ROWS)])
    target = Target(import_id=1, by=owner.id, is_admin=False, dry_run=False, check=load)

    def work(_):
        with app.app_context():
            return [importing.take(row, target) for row in rows]

    with ThreadPoolExecutor(2) as workers:
        both = list(workers.map(work, range(2)))

    assert {change.outcome for changes in both for change in changes} == {Outcome.CREATED}
    assert [change.book_id for change in both[0]] == [change.book_id for change in both[1]]
    assert Book.collection().count_documents({}) == len(rows)
