"""The search index follows what it describes."""

import pytest

from learnstream.documents import Book, Course
from learnstream.documents.search_entry import SearchEntry, SearchWord
from learnstream.services.authoring import courses
from learnstream.services.search import index
from tests.books import make_book
from tests.factories import archive, make_lesson, publish
from tests.search import MOON, found, make_found_course


@pytest.fixture
def entries():
    """Return what is indexed, by title."""
    return lambda: {each["title"]: each for each in SearchEntry.collection().find()}


def test_books_and_courses_do_not_displace_one_another(owner, entries):
    make_found_course(owner, "Botany")
    make_book(owner, "Dracula")
    index.catch_up()
    make_book(owner, "Frankenstein")
    index.catch_up()

    assert {"Botany", MOON["title"], "Dracula", "Frankenstein"} == set(entries())


def test_a_new_version_replaces_the_lessons(client, owner):
    course = make_found_course(owner, "Botany", {"title": "Mosses"})
    make_lesson(owner, course.id, title="Ferns")
    assert found(client, "ferns") == []

    publish(course)
    index.catch_up()

    assert found(client, "ferns") == ["Ferns"]
    assert found(client, "mosses") == ["Mosses"]


def test_a_deleted_course_disappears(owner, entries):
    course = make_found_course(owner, "Botany")
    courses.change(courses.draft(course.id), {"$set": {"status": "deleted"}})

    index.catch_up()

    assert entries() == {}


def test_what_is_archived_and_reopened_is_found_again(client, owner):
    course = make_found_course(owner, "Botany")
    archive(course)
    index.catch_up()
    assert found(client, "botany") == []

    courses.change(courses.draft(course.id), {"$set": {"status": "published"}})
    index.catch_up()

    assert found(client, "botany") == ["Botany"]


def test_a_changed_book_is_found_by_its_new_title_alone(client, owner):
    book = make_book(owner, "Dracula")
    index.catch_up()
    Book.collection().update_one({"_id": book["_id"]}, {"$set": {"title": "Carmilla"}, "$inc": {"revision": 1}})

    index.catch_up()

    assert found(client, "dracula") == []
    assert found(client, "carmilla") == ["Carmilla"]


def test_comparing_finds_what_was_missed(owner, entries):
    make_found_course(owner, "Botany")
    kept = entries()
    SearchEntry.collection().delete_one({"title": "Botany"})
    SearchEntry.collection().insert_one({**kept["Botany"], "_id": Course.id.to_python("0" * 24), "course_id": None})

    assert index.compare() == 2
    assert entries() == kept
    assert index.compare() == 0


def test_rebuilding_changes_nothing_that_is_right(owner, entries):
    make_found_course(owner, "Botany")
    make_book(owner, "Dracula")
    index.catch_up()
    before, words = entries(), [*SearchWord.collection().find().sort("_id")]

    index.rebuild(lambda kind, done: None)

    assert entries() == before
    assert [*SearchWord.collection().find().sort("_id")] == words


def test_the_command_rebuilds(app, owner, entries):
    make_found_course(owner, "Botany")
    SearchEntry.collection().delete_many({})

    result = app.test_cli_runner().invoke(args=["rebuild-search"])

    assert "search: rebuilt" in result.output
    assert set(entries()) == {"Botany", MOON["title"]}


def test_one_worker_at_a_time_catches_up(owner, entries):
    make_found_course(owner, "Botany")
    SearchEntry.collection().delete_many({})

    with index.lease.hold(index.LEASE):
        assert index.catch_up() == 0


def test_a_rebuild_that_ends_early_is_completed(client, owner, entries):
    make_found_course(owner, "Botany")
    make_book(owner, "Dracula")
    index.catch_up()
    expected = entries()
    SearchEntry.collection().delete_many({})

    def end(kind, done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.rebuild(end)
    assert set(entries()) == {"Botany", MOON["title"]}
    index.compare()

    assert entries() == expected
    assert found(client, "drac") == ["Dracula"]
