"""Courses and titles that the release before wrote."""

import unicodedata

import pytest
from bson import ObjectId

from learnstream.documents import Course
from learnstream.services.authoring import repairs, searchable
from learnstream.services.foundation import document_migrations
from tests.factories import make_course

NFD, NFC = "Cafe\u0301", "Caf\xe9"


@pytest.fixture
def older(course):
    """A course published by a release that stored no search words."""
    Course.collection().update_one(
        {"_id": ObjectId(course.id)}, {"$unset": {"published.words": 1, "published.folded": 1}}
    )
    return course


def found(client, q):
    return [course["title"] for course in client.get("/courses", query_string={"q": q}).json]


def test_a_course_of_the_release_before_is_made_searchable(client, older):
    assert found(client, "astro") == []

    assert searchable.add_missing() == 1

    assert found(client, "astro") == ["Astronomy"]
    assert searchable.add_missing() == 0


def test_a_course_published_by_the_older_release_is_made_searchable(client, older):
    assert repairs.repair() == 1
    assert found(client, "astro") == ["Astronomy"]


def test_a_course_without_words_is_marked_as_done(owner):
    make_course(owner, title="!!!")

    assert searchable.add_missing() == 0


def test_courses_that_lack_words_are_found_by_an_index(older, plans):
    with plans:
        searchable.add_missing()

    assert plans.scans == []


def test_the_release_command_derives_all_words(app, client, older):
    result = app.test_cli_runner().invoke(args=["release"])

    assert "courses made searchable: 1" in result.output
    assert document_migrations.pending() == []
    assert found(client, "astro") == ["Astronomy"]


@pytest.mark.parametrize("field", ["title", "tags", "subject", "name"])
def test_stored_texts_are_composed(client, owner, field):
    if field == "name":
        response = client.patch("/users/me", json={"name": NFD}, auth=owner)
    else:
        response = client.post("/courses", json={"title": "A", field: [NFD] if field == "tags" else NFD}, auth=owner)

    kept = response.json[field]
    assert unicodedata.is_normalized("NFC", kept[0] if field == "tags" else kept)
