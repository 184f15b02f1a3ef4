from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.models import AuditEntry
from learnstream.stores.sql import db

START = now() - timedelta(days=10)


@pytest.fixture
def entries(admin):
    for number in range(4):
        db.session.add(
            AuditEntry(
                action=f"user.{'changed' if number % 2 else 'made'}",
                actor_id=number + 1,
                target_kind="user" if number else "session",
                target_id=str(number),
                details={"number": number},
                created_at=START + timedelta(days=number),
            )
        )
    db.session.commit()


def numbers(client, admin, **query):
    response = client.get("/admin/audit-log", query_string=query, auth=admin)
    return [entry["details"]["number"] for entry in response.json]


def test_entries_are_listed_newest_first(client, admin, entries):
    response = client.get("/admin/audit-log", auth=admin)

    assert [entry["details"]["number"] for entry in response.json] == [3, 2, 1, 0]
    assert set(response.json[0]) >= {"id", "action", "actor_id", "target_kind", "target_id", "ip", "request_id"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"action": "user.made"}, [2, 0]),
        ({"actor_id": 2}, [1]),
        ({"target_kind": "session"}, [0]),
        ({"target_kind": "user", "target_id": "3"}, [3]),
        ({"since": (START + timedelta(days=2)).isoformat()}, [3, 2]),
        ({"until": (START + timedelta(days=2)).isoformat()}, [1, 0]),
        ({"page": 2, "page_size": 3}, [0]),
    ],
)
def test_entries_are_filtered_and_paged(client, admin, entries, query, expected):
    assert numbers(client, admin, **query) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor_id", "x"),
        ("actor_id", 10**30),
        ("since", "yesterday"),
        ("since", "2026-01-01T00:00:00"),
        ("until", "99999-01-01T00:00:00Z"),
        ("action", "x" * 61),
        ("target_id", "\x00"),
    ],
)
def test_an_invalid_parameter_is_named(client, admin, field, value):
    response = client.get("/admin/audit-log", query_string={field: value}, auth=admin)

    assert (response.status_code, set(response.json["errors"]["query"])) == (422, {field})


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_instants_at_the_limits_of_the_calendar_are_handled(client, admin, instant):
    assert client.get("/admin/audit-log", query_string={"since": instant}, auth=admin).status_code == 200


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_only_admins_see_the_log(client, who, request):
    response = client.get("/admin/audit-log", auth=request.getfixturevalue(who))

    assert (response.status_code, response.json["code"]) == (403, "admins_only")
