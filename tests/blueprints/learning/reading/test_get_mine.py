import re
from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Course, CourseVersion
from learnstream.schemas.learning.reading import CourseReadingSchema, MarkedEntrySchema
from learnstream.services.delivery import syllabus
from tests.books import make_book
from tests.factories import archive, make_course, make_person, make_seat
from tests.reading import delete_book, listed, publish_list


def mine(client, person, **query):
    response = client.get("/users/me/reading", auth=person, query_string=query)
    assert response.status_code == 200
    return response.json


def test_lists_are_shown_with_what_was_read(client, mark, learner, course, books):
    read_at = mark(books[0]).json["read_at"]

    [shown] = mine(client, learner)

    assert shown.keys() == CourseReadingSchema().fields.keys()
    assert shown["entries"][0].keys() == MarkedEntrySchema().fields.keys()
    assert (shown["course_id"], shown["course"]["title"], shown["version"]) == (course.id, course.title, 2)
    assert (shown["book_count"], shown["books_read"]) == (3, 1)
    assert (shown["required_books"], shown["required_books_read"]) == (2, 1)
    assert [each["book"]["title"] for each in shown["entries"]] == ["Dracula", "Emma", "Walden"]
    assert [each["read_at"] for each in shown["entries"]] == [read_at, None, None]
    assert shown["entries"][0]["lesson_id"] == course.text.id


def test_only_open_courses_with_a_list_are_shown(client, owner, stranger, course, books):
    plain, ended, archived = (make_course(owner) for _ in range(3))
    for other in (ended, archived):
        publish_list(owner, other, listed(books[0]))
    for place, each in enumerate((course, plain, archived)):
        make_seat(stranger, each, enrolled_at=now() - timedelta(days=place))
    make_seat(stranger, ended, expires_at=now() - timedelta(days=1))
    archive(archived)

    assert [each["course_id"] for each in mine(client, stranger)] == [course.id, archived.id]
    assert mine(client, owner) == []


def test_marks_of_one_course_are_not_those_of_another(client, mark, owner, learner, books):
    other = make_course(owner)
    publish_list(owner, other, listed(books[0]))
    make_seat(learner, other)
    mark(books[0])

    assert {each["version"]: each["books_read"] for each in mine(client, learner) if each["course_id"] == other.id} == {
        2: 0
    }


def test_the_lists_are_walked_through(client, owner, books):
    person = make_person()
    courses = [make_course(owner) for _ in range(5)]
    for age, each in enumerate(courses):
        publish_list(owner, each, listed(books[0]))
        make_seat(person, each, enrolled_at=now() - timedelta(days=age))

    path, seen = "/users/me/reading?limit=2", []
    while path:
        response = client.get(path, auth=person)
        seen += [each["course_id"] for each in response.json]
        path = (found := re.fullmatch(r'<(.+)>; rel="next"', response.headers.get("Link", ""))) and found[1]

    assert seen == [each.id for each in courses]
    assert client.get("/users/me/reading?page=2", auth=person).status_code == 422


def test_a_book_that_is_gone_is_shown_without_its_card(client, mark, owner, learner, course, books):
    mark(books[0])
    delete_book(books[0])

    [shown] = mine(client, learner)

    assert shown["entries"][0]["book"] is None
    assert (shown["book_count"], shown["books_read"]) == (3, 1)
    assert client.get(f"/courses/{course.id}/progress", auth=learner).json["reading"]["books"][0]["title"] is None


def test_queries_do_not_grow_with_the_courses(client, owner, books, queries):
    person = make_person()

    def enroll(number):
        for _ in range(number):
            course = make_course(owner)
            publish_list(owner, course, listed(books[0]))
            make_seat(person, course)
        mine(client, person)
        queries.clear()
        mine(client, person)
        return sorted(queries)

    assert enroll(2) == enroll(4)


@pytest.mark.usefixtures("course")
def test_courses_of_older_releases_have_no_list(client, owner, stranger):
    older = make_course(owner)
    make_seat(stranger, older)
    for collection, field in ((Course.collection(), "_id"), (CourseVersion.collection(), "course_id")):
        collection.update_many({field: ObjectId(older.id)}, {"$unset": {"reading_list": ""}})
    syllabus.known.clear()

    assert mine(client, stranger) == []
    assert client.get(f"/courses/{older.id}/reading-list").json["entries"] == []
    assert client.get(f"/courses/{older.id}/reading-list?draft=true", auth=owner).json["entries"] == []
    assert client.put(
        f"/courses/{older.id}/reading-list", json={"entries": [listed(make_book(owner))]}, auth=owner
    ).json["entries"]
    assert client.post(f"/courses/{older.id}/publish", json={}, auth=owner).status_code == 201
    assert len(mine(client, stranger)) == 1
