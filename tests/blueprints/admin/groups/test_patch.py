import pytest


@pytest.fixture
def patch(client, admin):
    return lambda group, **fields: client.patch(f"/admin/groups/{group['id']}", auth=admin, json=fields)


def test_only_named_fields_change(patch, group):
    changed = patch(group, description="Tuesdays").json

    assert changed["description"] == "Tuesdays"
    assert {**changed, "description": "", "updated_at": group["updated_at"]} == group


def test_the_code_of_another_group_is_rejected(client, admin, patch, group, other_group):
    response = patch(group, name="New", code="7a")

    assert (response.status_code, response.json["code"]) == (409, "group_code_taken")
    assert client.get(f"/admin/groups/{group['id']}", auth=admin).json == group


def test_a_group_does_not_end_before_it_starts(patch, group):
    patch(group, starts_on="2026-03-01")

    response = patch(group, ends_on="2026-02-28")

    assert response.json["errors"] == {"json": {"ends_on": ["Must not be before `starts_on`."]}}
    assert patch(group, starts_on=None, ends_on="2026-02-28").json["ends_on"] == "2026-02-28"


def test_an_archived_group_takes_no_members_until_it_is_restored(patch, change, group, stranger):
    since = patch(group, archived=True).json["archived_at"]

    refused = change(group, user_ids=[stranger.id])

    assert (refused.status_code, refused.json["code"]) == (409, "group_archived")
    assert patch(group, archived=True).json["archived_at"] == since
    assert patch(group, archived=False).json["archived_at"] is None
    assert change(group, user_ids=[stranger.id]).json == {"changed": 1, "unchanged": 0}
