import pytest

from learnstream.models import AuditEntry
from learnstream.services.enrollment import group_seats
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.factories import make_program

DATES = {"due_at": "2026-06-01T08:00:00+00:00", "starts_at": None, "expires_at": "2099-07-15T00:00:00+00:00"}


@pytest.fixture
def program(course):
    return make_program(course)


@pytest.fixture
def give(client, admin):
    def give(group, program_id, **body):
        return client.put(f"/admin/groups/{group['id']}/programs/{program_id}", auth=admin, json=body)

    return give


@pytest.fixture
def programs(client, admin):
    return lambda group: client.get(f"/admin/groups/{group['id']}/programs", auth=admin).json


def test_a_program_is_given_and_its_dates_are_replaced(give, programs, group, program, course):
    assert give(group, program.id, mandatory=False, **DATES).status_code == 200
    first = programs(group)

    give(group, program.id)

    named = {"program_id": program.id, "title": "The sky", "course_ids": [course.id]}
    assert [{**DATES, **named, "mandatory": False}.items() <= each.items() for each in first] == [True]
    assert programs(group) == [first[0] | dict.fromkeys(DATES) | {"mandatory": True}]
    assert db.session.query(AuditEntry).filter_by(action="group.program_given").count() == 2


def test_members_get_the_program_and_see_it(client, admin, give, change, group, program, course, stranger):
    change(group, user_ids=[stranger.id])
    give(group, program.id, **DATES)
    waiting = client.get(f"/admin/groups/{group['id']}", auth=admin).json["seats"]

    outbox.relay(topic=group_seats.TOPIC)

    assert waiting == {"due": 1, "done": 0, "failed": 0}
    assert client.get(f"/admin/groups/{group['id']}", auth=admin).json["seats"] == {"due": 0, "done": 1, "failed": 0}
    [seat] = client.get("/users/me/enrollments", auth=stranger).json
    assert (seat["course_id"], seat["source"], seat["expires_at"]) == (course.id, "group", DATES["expires_at"])
    [mine] = client.get("/users/me/groups", auth=stranger).json
    assert [each["program_id"] for each in mine["programs"]] == [program.id]
    [seen] = client.get("/users/me/programs", auth=stranger).json
    assert (seen["id"], [each["open"] for each in seen["courses"]]) == (program.id, [True])


def test_staff_see_the_program_and_progress_in_its_courses(client, admin, owner, give, change, group, program, course):
    change(group, user_ids=[owner.id])
    client.put(f"/admin/groups/{group['id']}/staff", auth=admin, json={"user_ids": [owner.id]})
    give(group, program.id)

    assert [each["title"] for each in client.get(f"/groups/{group['id']}", auth=owner).json["programs"]] == ["The sky"]
    [member] = client.get(f"/groups/{group['id']}/progress", auth=owner).json
    assert [each["course_id"] for each in member["courses"]] == [course.id]
    assert client.get(f"/courses/{course.id}/learners?group_id={group['id']}", auth=owner).status_code == 200


def test_an_unpublished_program_is_not_given_but_its_dates_can_still_change(client, admin, give, programs, group):
    draft = make_program(published=False)
    assert give(group, draft.id).json["code"] == "program_unpublished"
    client.patch(f"/admin/programs/{draft.id}", auth=admin, json={"published": True})
    give(group, draft.id)
    client.patch(f"/admin/programs/{draft.id}", auth=admin, json={"published": False})

    assert give(group, draft.id, **DATES).status_code == 200
    assert programs(group)[0]["expires_at"] == DATES["expires_at"]


def test_an_archived_group_is_given_nothing(client, admin, give, programs, group, program):
    client.patch(f"/admin/groups/{group['id']}", auth=admin, json={"archived": True})

    assert give(group, program.id).json["code"] == "group_archived"
    assert programs(group) == []


def test_seats_do_not_end_before_they_begin(give, programs, group, program):
    response = give(group, program.id, starts_at=DATES["expires_at"], expires_at=DATES["due_at"])

    assert response.json["errors"] == {"json": {"expires_at": ["Must be after `starts_at`."]}}
    assert programs(group) == []


def test_a_program_is_taken_once(client, admin, give, programs, group, program):
    give(group, program.id)
    path = f"/admin/groups/{group['id']}/programs/{program.id}"

    assert client.delete(path, auth=admin).status_code == 204
    assert client.delete(path, auth=admin).status_code == 404
    assert programs(group) == []


def test_a_deleted_program_is_given_to_no_group(client, admin, give, programs, group, program):
    give(group, program.id)

    assert client.delete(f"/admin/programs/{program.id}", auth=admin).status_code == 204
    assert programs(group) == []
