import json

import pytest

from learnstream.models import Role
from tests.factories import make_person


def names(client, admin, query=""):
    return [user["name"] for user in client.get(f"/admin/users{query}", auth=admin).json]


@pytest.fixture
def people(admin, owner, stranger):
    make_person(Role.STUDENT, "Zed", is_active=False)


def test_administrators_see_everybody_by_name(client, admin, people):
    answer = client.get("/admin/users", auth=admin)

    assert [user["name"] for user in answer.json] == ["Ada", "Ines", "Stan", "Zed"]
    assert json.loads(answer.headers["X-Pagination"])["total"] == 4
    assert "password_hash" not in answer.json[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=STAN", ["Stan"]),
        ("?q=nobody", []),
        ("?q=@EXAMPLE.com", ["Ada", "Ines", "Stan", "Zed"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?q=", ["Ada", "Ines", "Stan", "Zed"]),
        ("?role=student", ["Stan", "Zed"]),
        ("?role=student&is_active=true", ["Stan"]),
        ("?is_active=false", ["Zed"]),
        ("?sort=-name", ["Zed", "Stan", "Ines", "Ada"]),
        ("?sort=email", ["Ada", "Ines", "Stan", "Zed"]),
        ("?sort=-email", ["Zed", "Stan", "Ines", "Ada"]),
        ("?sort=created_at", ["Ada", "Ines", "Stan", "Zed"]),
        ("?sort=-created_at", ["Zed", "Stan", "Ines", "Ada"]),
        ("?page=2&page_size=3", ["Zed"]),
        ("?page=1000000&page_size=100", []),
    ],
)
def test_the_list_is_searched_filtered_sorted_and_paged(client, admin, people, query, expected):
    assert names(client, admin, query) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("role=boss", "role"),
        ("is_active=perhaps", "is_active"),
        ("sort=password_hash", "sort"),
        ("q=" + "x" * 101, "q"),
        ("q=%00", "q"),
        ("page=0", "page"),
        ("page=1e20", "page"),
        ("page=" + "9" * 40, "page"),
        ("page_size=101", "page_size"),
    ],
)
def test_a_broken_parameter_is_named(client, admin, query, field):
    answer = client.get(f"/admin/users?{query}", auth=admin)

    assert (answer.status_code, set(answer.json["errors"]["query"])) == (422, {field})


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_nobody_else_sees_the_list(client, who, request):
    answer = client.get("/admin/users", auth=request.getfixturevalue(who))

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")
