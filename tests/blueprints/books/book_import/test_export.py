"""Exports of books, which can be imported again."""

import csv
import io

import pytest

from tests.book_imports import imported
from tests.books import isbn, make_book


@pytest.fixture
def shelf(owner):
    return [
        make_book(
            owner, "Dracula", subtitle="=1+1", authors=["Bram Stoker", "Ada Lind"], publisher="Constable", published_date="1897-05",
            page_count=454, language="en", isbn=isbn(), description="*Two*\r\n\r\nparagraphs; and more.\n", tags=["gothic", "a;b"],
        ),
        make_book(owner, "Émile", authors=["Jean; Jacques"]),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_exported_table_imports_as_no_change(client, owner, shelf, form):
    exported = client.get(f"/books.{form}", auth=owner)
    before = client.get("/books").json

    answer = imported(client, owner, exported.data, name=f"books.{form}")

    assert (answer["counts"]["unchanged"], answer["errors"]) == (2, [])
    assert client.get("/books").json == before


def test_exports_have_the_filters_of_the_list(client, owner, shelf):
    rows = list(csv.DictReader(io.StringIO(client.get("/books.csv?author=stoker", auth=owner).text.lstrip("\ufeff"))))

    assert [(row["title"], row["authors"]) for row in rows] == [("Dracula", "Bram Stoker; Ada Lind")]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_can_be_imported_as_it_is(client, owner, form):
    template = client.get(f"/books/import-template.{form}", auth=owner).data

    answer = imported(client, owner, template, name=f"books.{form}")

    assert (answer["counts"]["created"], answer["errors"]) == (1, [])
