import pytest

from learnstream.models import AuditEntry
from learnstream.services.enrollment import group_seats
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.factories import archive

DATES = {"due_at": "2026-06-01T08:00:00+00:00", "starts_at": None, "expires_at": "2099-07-15T00:00:00+00:00"}


@pytest.fixture
def give(client, admin):
    def give(group, course_id, **body):
        return client.put(f"/admin/groups/{group['id']}/courses/{course_id}", auth=admin, json=body)

    return give


@pytest.fixture
def courses(client, admin):
    return lambda group: client.get(f"/admin/groups/{group['id']}/courses", auth=admin).json


def test_a_course_is_given_and_its_dates_are_replaced(give, courses, group, course):
    assert give(group, course.id, mandatory=False, **DATES).status_code == 200
    first = courses(group)

    give(group, course.id)

    assert [{**DATES, "course_id": course.id, "mandatory": False}.items() <= each.items() for each in first] == [True]
    [replaced] = courses(group)
    assert replaced == first[0] | dict.fromkeys(DATES) | {"mandatory": True}
    assert db.session.query(AuditEntry).filter_by(action="group.course_given").count() == 2


def test_members_see_the_group_s_courses(client, give, change, group, course, stranger):
    change(group, user_ids=[stranger.id])
    give(group, course.id, **DATES)

    [mine] = client.get("/users/me/groups", auth=stranger).json

    assert mine["courses"] == [{"course_id": course.id, "mandatory": True, **DATES}]


def test_the_group_shows_how_far_its_seats_are_given(client, admin, give, change, group, course, stranger):
    change(group, user_ids=[stranger.id])
    give(group, course.id)
    waiting = client.get(f"/admin/groups/{group['id']}", auth=admin).json["seats"]

    outbox.relay(topic=group_seats.TOPIC)

    assert waiting == {"due": 1, "done": 0, "failed": 0}
    assert client.get(f"/admin/groups/{group['id']}", auth=admin).json["seats"] == {"due": 0, "done": 1, "failed": 0}
    [seat] = client.get("/users/me/enrollments", auth=stranger).json
    assert (seat["course_id"], seat["source"], seat["status"]) == (course.id, "group", "active")


def test_a_course_that_is_not_open_is_not_given(give, courses, group, course, draft_course):
    archive(course)

    assert give(group, course.id).json["code"] == "course_archived"
    assert give(group, draft_course.id).status_code == 404
    assert courses(group) == []


def test_the_dates_of_a_course_that_was_archived_can_still_change(give, courses, group, course):
    give(group, course.id)
    archive(course)

    assert give(group, course.id, **DATES).status_code == 200
    assert courses(group)[0]["expires_at"] == DATES["expires_at"]


def test_seats_do_not_end_before_they_begin(give, courses, group, course):
    response = give(group, course.id, starts_at=DATES["expires_at"], expires_at=DATES["due_at"])

    assert response.json["errors"] == {"json": {"expires_at": ["Must be after `starts_at`."]}}
    assert courses(group) == []


def test_a_course_is_taken_once(client, admin, give, courses, group, course):
    give(group, course.id)
    path = f"/admin/groups/{group['id']}/courses/{course.id}"

    assert client.delete(path, auth=admin).status_code == 204
    assert client.delete(path, auth=admin).status_code == 404
    assert courses(group) == []
