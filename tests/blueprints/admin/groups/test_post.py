import pytest

from learnstream.models import AuditEntry
from learnstream.stores.sql import db

NEW = {"name": "Class 7b", "code": "7b", "description": "Mondays", "starts_on": "2026-03-01", "ends_on": "2026-07-15"}


def create(client, admin, **fields):
    return client.post("/admin/groups", auth=admin, json=NEW | fields)


def test_a_group_is_created_without_members(client, admin):
    created = create(client, admin)

    assert created.status_code == 201
    assert {name: created.json[name] for name in NEW} == NEW
    assert (created.json["members"], created.json["archived_at"]) == (0, None)
    assert client.get(f"/admin/groups/{created.json['id']}", auth=admin).json == created.json
    entry = db.session.query(AuditEntry).filter_by(action="group.created").one()
    assert (entry.actor_id, entry.target_id) == (admin.id, str(created.json["id"]))


def test_no_two_groups_have_a_code_in_any_case(client, admin):
    create(client, admin)

    taken = create(client, admin, name="Another", code="7B")

    assert (taken.status_code, taken.json["code"]) == (409, "group_code_taken")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", value) for value in ("", "x" * 101, "a\nb", 7, None)),
        *(("code", value) for value in ("", "x" * 41, " ", None)),
        ("description", "x" * 2001),
        *(("starts_on", value) for value in ("1.3.2026", "2026-02-30", 20260301)),
        ("ends_on", "2026-02-28"),
        ("archived", True),
    ],
)
def test_an_invalid_field_is_named(client, admin, field, value):
    response = create(client, admin, **{field: value})

    assert response.status_code == 422
    assert list(response.json["errors"]["json"]) == [field]
    assert client.get("/admin/groups", auth=admin).json == []


def test_a_day_of_the_first_millennium_keeps_its_zeros(client, admin):
    assert create(client, admin, starts_on="0328-06-01").json["starts_on"] == "0328-06-01"
