import threading

import pytest

from learnstream.models import AuditEntry, Role
from learnstream.stores.sql import db
from tests.factories import make_person


@pytest.fixture
def people(app):
    return [make_person(Role.STUDENT, name).id for name in ("Ana", "Bea", "Cai")]


def test_members_are_added_once(client, admin, change, members, group, people):
    assert change(group, user_ids=people[:2]).json == {"changed": 2, "unchanged": 0}
    assert change(group, user_ids=[*people, people[0]]).json == {"changed": 1, "unchanged": 2}

    assert members(group) == people
    assert client.get(f"/admin/groups/{group['id']}", auth=admin).json["members"] == 3
    entries = db.session.query(AuditEntry).filter_by(action="group.members_added").order_by(AuditEntry.id)
    assert [entry.details["user_ids"] for entry in entries] == [people[:2], people[2:]]


def test_members_are_found_by_the_beginning_of_their_names(change, members, group, people):
    change(group, user_ids=people)

    assert members(group, "?q=be") == [people[1]]


def test_nobody_is_added_if_one_does_not_exist(change, members, group, people):
    response = change(group, user_ids=[people[0], 999_999])

    assert response.json["errors"] == {"json": {"user_ids": {"1": ["The user does not exist."]}}}
    assert members(group) == []


@pytest.mark.parametrize("user_ids", [[], [0], ["7"], [1.5], [2**63], [True], list(range(1, 1002)), 7, None])
def test_invalid_ids_are_rejected(change, group, user_ids):
    response = change(group, user_ids=user_ids)

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, ["user_ids"])


def test_a_teacher_who_becomes_a_member_keeps_the_role(client, admin, change, group, owner):
    change(group, user_ids=[owner.id])

    assert client.get("/users/me", auth=owner).json["role"] == "instructor"


def test_removing_one_who_is_not_there_does_not_hinder_the_others(change, members, group, people):
    change(group, user_ids=people[:2])

    removed = change(group, "/remove", user_ids=[people[2], people[0], 999_999])

    assert removed.json == {"changed": 1, "unchanged": 2}
    assert members(group) == [people[1]]


def test_one_who_left_can_come_back(change, members, group, people):
    for how in ("", "/remove", ""):
        assert change(group, how, user_ids=people).json["changed"] == 3

    assert members(group) == people


def test_members_are_moved(change, members, group, other_group, people):
    change(group, user_ids=people[:2])
    change(other_group, user_ids=people[:1])

    moved = change(group, "/move", user_ids=people, to_group_id=other_group["id"])

    assert moved.json == {"changed": 2, "unchanged": 1}
    assert (members(group), members(other_group)) == ([], people[:2])


@pytest.mark.parametrize("to_group_id", ["the same", 999_999])
def test_members_move_to_another_group_that_exists(change, members, group, people, to_group_id):
    change(group, user_ids=people)

    refused = change(group, "/move", user_ids=people, to_group_id=group["id"] if to_group_id == "the same" else 999_999)

    assert refused.json["errors"] == {"json": {"to_group_id": ["Must be another group that exists."]}}
    assert members(group) == people


def test_nobody_moves_to_an_archived_group(client, admin, change, members, group, other_group, people):
    change(group, user_ids=people)
    client.patch(f"/admin/groups/{other_group['id']}", auth=admin, json={"archived": True})

    refused = change(group, "/move", user_ids=people, to_group_id=other_group["id"])

    assert (refused.status_code, members(group)) == (409, people)


def test_two_moves_at_once_lose_nobody(app, admin, change, members, group, other_group, people):
    change(group, user_ids=people[:2])
    change(other_group, user_ids=people[2:])
    headers = {"Authorization": f"Bearer {admin.token}"}

    def move(source, target):
        for _ in range(5):
            body = {"user_ids": people, "to_group_id": target["id"]}
            app.test_client().post(f"/admin/groups/{source['id']}/members/move", json=body, headers=headers)

    threads = [threading.Thread(target=move, args=pair) for pair in ((group, other_group), (other_group, group))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted([*members(group), *members(other_group)]) == people
