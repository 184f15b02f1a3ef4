"""Courses and titles that the release before wrote."""

import unicodedata

import pytest
from bson import ObjectId

from learnstream.documents import Course, CourseVersion, DocumentMigration, Lesson, LessonVersion
from learnstream.services.authoring import composed_titles, repairs, searchable
from tests.factories import make_course

NFD, NFC = "Cafe\u0301", "Caf\xe9"


@pytest.fixture
def older(course):
    """A course that a release published which knew no words."""
    Course.collection().update_one(
        {"_id": ObjectId(course.id)}, {"$unset": {"published.words": 1, "published.folded": 1}}
    )
    return course


@pytest.fixture
def decomposed(owner):
    """A course whose texts are all decomposed, in draft and version, as they were taken before."""
    lessons = [{"title": NFD, "body": NFD}]
    return make_course(owner, title=NFD, tags=[NFD], subject=NFD, description=NFD, lessons=lessons)


def found(client, q):
    return [course["title"] for course in client.get("/courses", query_string={"q": q}).json]


def test_a_course_of_the_release_before_is_made_searchable(client, older):
    assert found(client, "astro") == []

    assert searchable.add_missing() == 1

    assert found(client, "astro") == ["Astronomy"]
    assert searchable.add_missing() == 0


def test_so_is_one_that_it_publishes_while_both_run(client, older):
    assert repairs.repair() == 1
    assert found(client, "astro") == ["Astronomy"]


def test_a_course_without_any_word_is_done_too(owner):
    make_course(owner, title="!!!")

    assert searchable.add_missing() == 0


def test_courses_that_lack_words_are_found_by_an_index(older, plans):
    with plans:
        searchable.add_missing()

    assert plans.scans == []


def test_stored_titles_are_composed_once_and_bodies_never(decomposed):
    changed = composed_titles.compose_once()

    draft = Course.collection().find_one({"_id": ObjectId(decomposed.id)})
    version = CourseVersion.collection().find_one({"course_id": draft["_id"]})
    lesson, content = Lesson.collection().find_one(), LessonVersion.collection().find_one()
    assert changed == 4
    for described in (draft, draft["published"], version["course"]):
        assert [described[name] for name in ("title", "subject", "tags", "description")] == [NFC, NFC, [NFC], NFD]
    for entry in (lesson, content):
        assert (entry["title"], entry["body"]) == (NFC, NFD)
    assert version["modules"][0]["lessons"][0]["title"] == NFC
    assert composed_titles.compose_once() == 0


def test_composing_makes_no_change_that_anybody_would_see(client, owner, decomposed):
    tag = client.get(f"/courses/{decomposed.id}/draft", auth=owner).headers["ETag"]

    composed_titles.compose_once()

    assert client.get(f"/courses/{decomposed.id}/draft", auth=owner).headers["ETag"] == tag
    preview = client.get(f"/courses/{decomposed.id}/publish-preview", auth=owner).json
    assert set(preview["changes"]["counts"].values()) == {0}


def test_what_is_changed_meanwhile_stays_changed(decomposed, monkeypatch):
    compose, course_id = composed_titles._write, ObjectId(decomposed.id)

    def rename(document):
        write = compose(document)
        Course.collection().update_one({"_id": course_id}, {"$set": {"title": "Bistro"}})
        return write

    monkeypatch.setattr(composed_titles, "_write", rename)
    composed_titles.compose_once()

    assert Course.collection().find_one({"_id": course_id})["title"] == "Bistro"


def test_a_release_does_it_all(app, client, older):
    result = app.test_cli_runner().invoke(args=["release"])

    assert "courses made searchable: 1" in result.output
    assert DocumentMigration.collection().count_documents({}) == 1
    assert found(client, "astro") == ["Astronomy"]


@pytest.mark.parametrize("field", ["title", "tags", "subject", "name"])
def test_what_is_stored_now_is_composed(client, owner, field):
    if field == "name":
        answer = client.patch("/users/me", json={"name": NFD}, auth=owner)
    else:
        answer = client.post("/courses", json={"title": "A", field: [NFD] if field == "tags" else NFD}, auth=owner)

    kept = answer.json[field]
    assert unicodedata.is_normalized("NFC", kept[0] if field == "tags" else kept)
