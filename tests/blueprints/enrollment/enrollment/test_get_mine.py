from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.schemas.enrollment.enrollment import MyEnrollmentSchema
from learnstream.services.authoring import courses, publishing
from learnstream.stores.sql import db
from tests.factories import make_course, make_seat
from tests.problems import invalid_fields


@pytest.fixture
def three_courses(owner):
    return [make_course(owner, title=f"Course {number}") for number in range(3)]


def mine(client, person, **query):
    return client.get("/users/me/enrollments", auth=person, query_string=query)


def test_the_newest_enrollment_comes_first_with_its_course(client, stranger, three_courses):
    for age, course in enumerate(three_courses):
        make_seat(stranger, course, enrolled_at=now() - timedelta(days=age))

    response = mine(client, stranger)

    assert [seat["course"]["title"] for seat in response.json] == ["Course 0", "Course 1", "Course 2"]
    assert response.json[0]["course"] == {"title": "Course 0", "slug": "course-0", "cover": "", "status": "published"}


def test_enrollments_are_paged(client, stranger, three_courses):
    for course in three_courses:
        make_seat(stranger, course)

    response = mine(client, stranger, page=2, page_size=2)

    assert len(response.json) == 1
    assert response.headers["X-Pagination"].startswith('{"total": 3, "total_pages": 2')


def test_only_the_callers_enrollments_are_shown(client, learner, stranger, owner, admin):
    assert [len(mine(client, person).json) for person in (learner, stranger, owner, admin)] == [1, 0, 0, 0]


def test_ended_enrollments_are_marked(client, learner, three_courses):
    make_seat(learner, three_courses[0], expires_at=now() - timedelta(days=1))

    assert len(mine(client, learner).json) == 2
    assert [seat["expires_at"] for seat in mine(client, learner, live="true").json] == [None]
    assert [seat["course_id"] for seat in mine(client, learner, live="false").json] == [three_courses[0].id]


def test_a_guest_is_rejected(client):
    assert mine(client, None).status_code == 401


@pytest.mark.parametrize("query", [{"page": 0}, {"page_size": 101}, {"page": 10**20}, {"live": "perhaps"}])
def test_invalid_input_is_named(client, stranger, query):
    assert invalid_fields(mine(client, stranger, **query), "query") == list(query)


def test_an_enrollment_matches_the_documentation(client, learner):
    [seat] = mine(client, learner).json

    assert list(seat) == list(MyEnrollmentSchema().fields)
    assert MyEnrollmentSchema().validate(seat) == {}


def test_ten_enrollments_need_as_many_queries_as_one(client, learner, owner, queries):
    mine(client, learner)
    for number in range(9):
        make_seat(learner, make_course(owner, title=f"Another {number}"))

    queries.clear()
    assert len(mine(client, learner).json) == 10

    assert (queries.count("sql"), queries.count("find")) == (1, 1)


def test_a_cached_list_needs_two_cache_round_trips(client, learner, queries):
    mine(client, learner)
    queries.clear()

    mine(client, learner)

    assert queries == ["redis", "redis"]


def test_a_withdrawn_enrollment_ends_immediately(client, learner, course):
    assert [seat["status"] for seat in mine(client, learner).json] == ["active"]

    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert [seat["status"] for seat in mine(client, learner).json] == ["withdrawn"]


def test_a_new_course_title_is_shown_after_publication(client, learner, course, owner):
    mine(client, learner)
    courses.change(courses.draft(course.id), {"$set": {"title": "Cosmology"}})
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()

    assert mine(client, learner).json[0]["course"]["title"] == "Cosmology"
