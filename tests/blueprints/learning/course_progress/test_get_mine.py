from datetime import UTC, datetime, timedelta

import pytest

from learnstream.clock import now
from learnstream.schemas.learning.course_progress import MyCourseSchema
from learnstream.services.delivery import syllabus
from tests.factories import make_course, make_person, make_seat
from tests.learning import complete, make_record
from tests.problems import invalid_fields

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def mine(client, person, **query):
    return client.get("/users/me/progress", auth=person, query_string=query)


@pytest.fixture
def three(owner, stranger):
    """Three courses of two texts each, in which `stranger` is enrolled; the first one last."""
    courses = [make_course(owner, [{"title": "A"}, {"title": "B"}], title=f"Course {number}") for number in range(3)]
    for age, course in enumerate(courses):
        make_seat(stranger, course, enrolled_at=now() - timedelta(days=age))
    return courses


def test_courses_are_listed_most_recent_first(client, stranger, three):
    complete(stranger, three[0], three[0].lessons[0], completed_at=THEN)
    complete(stranger, three[2], *three[2].lessons, completed_at=THEN)

    response = mine(client, stranger).json

    assert [row["course"]["title"] for row in response] == ["Course 0", "Course 1", "Course 2"]
    assert [row["fraction"] for row in response] == [0.5, 0.0, 1.0]
    assert [row["completed_at"] for row in response] == [None, None, THEN.isoformat()]
    assert [row["resume"] and row["resume"]["title"] for row in response] == ["B", "A", None]
    assert response[0]["last_active_at"] == THEN.isoformat()


def test_courses_are_paged(client, stranger, three):
    response = mine(client, stranger, page=2, page_size=2)

    assert [row["course"]["title"] for row in response.json] == ["Course 2"]
    assert response.headers["X-Pagination"].startswith('{"total": 3, "total_pages": 2')


def test_ended_enrollments_are_marked(client, owner, three):
    person = make_person()
    make_seat(person, three[0])
    make_seat(person, three[1], expires_at=now() - timedelta(days=1))
    make_seat(person, three[2])
    client.delete(f"/courses/{three[2].id}/enroll", auth=person)

    def ids(**query):
        return {row["course_id"]: (row["status"], row["open"]) for row in mine(client, person, **query).json}

    assert ids(live="true") == {three[0].id: ("active", True)}
    assert ids(live="false") == {three[1].id: ("active", False), three[2].id: ("withdrawn", False)}
    assert len(ids()) == 3


def test_a_new_enrollment_is_listed_immediately(client, stranger, three, course):
    assert len(mine(client, stranger).json) == 3

    client.post(f"/courses/{course.id}/enroll", auth=stranger)
    assert mine(client, stranger).json[0]["course_id"] == course.id

    client.delete(f"/courses/{course.id}/enroll", auth=stranger)
    assert mine(client, stranger).json[0]["status"] == "withdrawn"


def test_a_migrating_publication_is_visible_immediately(client, owner, stranger, three):
    mine(client, stranger)

    client.post(f"/courses/{three[0].id}/publish", json={}, auth=owner)

    assert [row["version"] for row in mine(client, stranger).json] == [2, 1, 1]


def test_a_user_without_enrollments_has_an_empty_list(client, owner, admin):
    assert [mine(client, person).json for person in (owner, admin)] == [[], []]


def test_records_of_other_learners_are_not_shown(client, stranger, three):
    other = make_person()
    make_seat(other, three[0])
    complete(other, three[0], *three[0].lessons)

    assert {row["fraction"] for row in mine(client, stranger).json} == {0.0}


def test_a_guest_must_sign_in(client):
    assert mine(client, None).status_code == 401


@pytest.mark.parametrize("query", [{"page": 0}, {"page_size": 101}, {"page": 10**20}, {"live": "perhaps"}])
def test_invalid_input_is_named(client, stranger, query):
    assert invalid_fields(mine(client, stranger, **query), "query") == list(query)


def test_the_serialized_bytes_match_the_schema(client, stranger, three):
    make_record(stranger, three[0], three[0].lessons[0], opened_at=THEN)

    for row in mine(client, stranger).json:
        assert row.keys() == MyCourseSchema().fields.keys()
        assert MyCourseSchema().dump(MyCourseSchema().load(row)) == row


def test_ten_courses_take_as_many_questions_as_one(client, owner, stranger, queries, plans):
    for number in range(10):
        make_seat(stranger, make_course(owner, [{"title": "A"}], title=f"Course {number}"))
    syllabus.known.clear()
    cold = asked(client, stranger, queries)
    warm = asked(client, stranger, queries)
    with plans:
        asked(client, stranger, queries)

    # The session and the seats; two queries for the syllabi, one each for the courses' cards and the records.
    assert (cold.count("sql"), cold.count("find")) == (2, 4)
    assert [query for query in warm if query != "redis"] == ["find"]
    assert plans.scans == []


def asked(client, person, queries):
    queries.clear()
    assert len(mine(client, person).json) == 10
    return list(queries)
