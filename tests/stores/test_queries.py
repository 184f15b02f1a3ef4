"""Query strings are parsed once; pagination metadata matches flask-smorest's."""

import json

import flask_smorest
import pytest

from learnstream.schemas.common.base import Schema
from learnstream.web.paging import Page
from tests.factories import make_course


def timeless_schemas(kind=Schema):
    for schema in kind.__subclasses__():
        if schema.timeless:
            yield schema
        yield from timeless_schemas(schema)


def test_a_repeated_query_gives_the_same_result(client, owner):
    for title in ("B", "A"):
        make_course(owner, title=title)

    responses = [client.get("/courses?sort=title&page_size=1").json for _ in range(2)]

    assert [[course["title"] for course in response] for response in responses] == [["A"], ["A"]]


def test_an_invalid_query_is_rejected_again(client):
    assert [client.get("/courses?sort=up&page=0").status_code for _ in range(2)] == [422, 422]
    assert [client.get("/courses?page=10000000").status_code for _ in range(2)] == [422, 422]


def test_no_timeless_query_has_a_computed_default(app):
    schemas = list(timeless_schemas())

    assert schemas
    assert [schema for schema in schemas for field in schema().fields.values() if callable(field.load_default)] == []


@pytest.mark.parametrize("total", [0, 1, 19, 20, 21, 100])
@pytest.mark.parametrize("page", [1, 2, 5, 6])
def test_pagination_metadata_matches_flask_smorest(total, page):
    asked = Page(page, 20, None)
    asked.total = total

    assert json.loads(asked.headers()["X-Pagination"]) == flask_smorest.Blueprint._make_pagination_metadata(
        page, 20, total
    )
