"""GET /search as an attacker: nothing hidden is found, nor does its absence show."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import Book
from learnstream.services.authoring import courses, lessons
from learnstream.services.authoring.publishing import Learners
from learnstream.services.books import books
from learnstream.services.enrollment import enrollments
from learnstream.services.search import index
from learnstream.stores.sql import db
from tests.books import make_book
from tests.factories import archive, give_to_group, make_course, make_lesson, make_seat, order, publish
from tests.search import MOON, found, make_found_course


@pytest.fixture
def course(owner):
    """The course in which the learner is enrolled."""
    return make_found_course(owner, "Botany")


def test_drafts_are_not_found_even_by_their_owner(client, owner, admin):
    course = make_course(owner, published=False, title="Zeppelins")
    make_lesson(owner, course.id, title="Hydrogen")
    index.catch_up()

    for caller in (None, owner, admin):
        assert found(client, "zeppelins", auth=caller) == found(client, "hydrogen", auth=caller) == []


def test_changes_of_a_draft_are_not_found_before_they_are_published(client, owner, course):
    courses.change(courses.draft(course.id), {"$set": {"title": "Zeppelins", "description": "hydrogen"}})
    make_lesson(owner, course.id, title="Hydrogen")
    lessons.update(lesson_id=course.lessons[0].id, changes={"body": "helium"})
    index.compare()

    for word in ("zeppelins", "hydrogen", "helium"):
        assert found(client, word, auth=owner) == []


def test_the_text_of_another_users_course_is_not_found(client, owner, learner, course, other_owner):
    mine = make_found_course(other_owner, "Zoology", {"title": "Whales", "body": "baleen"})
    make_seat(learner, mine)

    for caller in (None, other_owner):
        assert found(client, "terminator", auth=caller) == []
    assert found(client, "baleen", auth=learner) == found(client, "baleen", auth=other_owner) == ["Whales"]


def test_excluding_a_word_does_not_tell_whether_a_text_has_it(client, course, stranger):
    assert found(client, "phases -terminator", auth=stranger) == found(client, "phases -zebra", auth=stranger)
    assert found(client, "phases -terminator") == [MOON["title"]]


def test_words_of_title_and_text_together_do_not_tell_either(client, course, stranger, learner):

    assert found(client, "phases terminator", auth=stranger) == []
    assert found(client, "phases terminator", auth=learner) == [MOON["title"]]


def test_the_snippet_shows_no_text_that_the_caller_may_not_read(client, owner, stranger):
    make_found_course(owner, "Zoology", {"title": "Whales", "summary": "About baleen", "body": "baleen is a secret"})

    [hit] = client.get("/search?q=baleen", auth=stranger).json

    assert "".join(piece["text"] for piece in hit["snippet"]) == "About baleen"


def test_a_seat_that_was_withdrawn_or_has_ended_finds_no_text(client, course, learner, stranger):
    make_seat(stranger, course, expires_at=now() - timedelta(days=1))
    assert found(client, "terminator", auth=learner) == [MOON["title"]]

    enrollments.withdraw(user_id=learner.id, course_id=course.id)
    db.session.commit()

    assert found(client, "terminator", auth=learner) == found(client, "terminator", auth=stranger) == []


def test_a_lesson_that_is_not_open_yet_is_not_found_by_its_text(client, owner, learner):
    course = make_course(
        owner, [{"title": "Whales", "body": "baleen"}, {"title": "Crabs", "body": "chitin"}], title="Zoology"
    )
    first, second = course.lessons
    order(owner, course, {"lessons": [first]}, {"lessons": [second], "release": {"after_days": 7}})
    make_seat(learner, course)
    index.catch_up()

    assert found(client, "baleen", auth=learner) == ["Whales"]
    assert found(client, "chitin", auth=learner) == []
    assert found(client, "crabs", auth=learner) == ["Crabs"]
    assert found(client, "chitin", auth=owner) == ["Crabs"]


def test_neither_the_size_of_a_page_nor_its_cursor_tells_of_lessons_that_are_not_open(client, owner, learner):
    given = [{"title": "Whales", "body": "x"}, *({"title": f"Crabs {n}", "body": "chitin"} for n in range(3))]
    course = make_course(owner, given, title="Zoology")
    first, *later = course.lessons
    order(owner, course, {"lessons": [first]}, {"lessons": later, "release": {"after_days": 7}})
    make_seat(learner, course)
    index.catch_up()

    response = client.get("/search?q=chitin&limit=1", auth=learner)

    assert response.json == []
    assert "X-Next-Cursor" not in response.headers
    assert client.get("/search?q=chitin&limit=1", auth=owner).headers["X-Next-Cursor"]


def test_a_learner_of_an_older_version_finds_no_text_of_the_newer_one(client, owner, learner, course):
    lessons.update(lesson_id=course.lessons[0].id, changes={"body": "helium"})
    publish(course, Learners.KEEP)
    index.catch_up()

    assert found(client, "helium", auth=learner) == []
    assert found(client, "helium", auth=owner) == [MOON["title"]]


def test_archived_and_deleted_things_disappear_before_they_are_indexed(client, owner, admin, course):
    book = make_book(owner, "Dracula")
    index.catch_up()
    assert found(client, "dracula") == ["Dracula"]
    assert found(client, "botany") == ["Botany"]

    client.delete(f"/courses/{course.id}", auth=owner)
    Book.collection().update_one({"_id": book["_id"]}, {"$set": {"status": "archived"}})
    books.invalidate(str(book["_id"]))

    for caller in (None, owner, admin):
        assert found(client, "dracula", auth=caller) == found(client, "botany", auth=caller) == []
    assert client.get("/search/suggest?q=bot").json == client.get("/search/suggest?q=drac").json == []


def test_an_archived_course_is_not_found_by_strangers(client, course, stranger):
    archive(course)

    for compared in (lambda: 0, index.catch_up):
        compared()
        for query in ("botany", "phases", "terminator"):
            assert found(client, query) == found(client, query, auth=stranger) == []


def test_a_course_that_a_group_is_given_is_read_by_its_members(client, course, stranger):
    assert found(client, "terminator", auth=stranger) == []

    give_to_group(stranger, course)

    assert found(client, "terminator", auth=stranger) == [MOON["title"]]


def test_a_cursor_does_not_carry_over_to_another_caller(client, owner, learner, stranger):
    course = make_found_course(owner, "Zoology", *({"title": f"Whales {n}", "body": "baleen"} for n in range(3)))
    make_seat(learner, course)
    first = client.get("/search?q=baleen&limit=1", auth=learner)
    cursor = first.headers["X-Next-Cursor"]

    assert found(client, "baleen", cursor=cursor, limit=1, auth=learner) == ["Whales 1"]
    assert found(client, "baleen", cursor=cursor, limit=1, auth=stranger) == []
    assert found(client, "baleen", cursor=cursor, limit=1) == []


def test_results_of_one_caller_are_not_served_to_another(client, course, learner, stranger):
    for _ in range(2):
        assert found(client, "terminator", auth=learner) == [MOON["title"]]
        assert found(client, "terminator", auth=stranger) == found(client, "terminator") == []


def test_an_invalid_token_is_refused(client):
    assert client.get("/search?q=moon", headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get("/search/suggest?q=moon", headers={"Authorization": "Bearer x"}).status_code == 401


def test_suggestions_are_the_same_for_everybody(client, course, owner):
    for auth in (None, owner):
        assert client.get("/search/suggest?q=termin", auth=auth).json == []
        assert [each["title"] for each in client.get("/search/suggest?q=pha", auth=auth).json] == [MOON["title"]]
