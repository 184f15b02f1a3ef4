import json
import unicodedata

import pytest

from learnstream.models import Role
from learnstream.services.accounts import accounts, directory
from learnstream.stores.keyset import Part
from tests.factories import PASSWORD, make_person


def names(client, admin, query=""):
    return [user["name"] for user in client.get(f"/admin/users{query}", auth=admin).json]


@pytest.fixture
def people(admin, owner, stranger):
    make_person(Role.STUDENT, "Zed", is_active=False)


def test_administrators_list_all_users_by_name(client, admin, people):
    response = client.get("/admin/users", auth=admin)

    assert [user["name"] for user in response.json] == ["Ada", "Ines", "Stan", "Zed"]
    assert json.loads(response.headers["X-Pagination"])["total"] == 4
    assert "password_hash" not in response.json[0]


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


@pytest.fixture
def register(client):
    def register(name, email):
        body = {"name": name, "email": email, "password": "a walrus in the pantry"}
        return client.post("/auth/register", json=body).json

    return register


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("Anna Müller", ["muller", "MÜLL", "mu\u0308l", "ann mull", "mull ann", "Müller, Anna"]),
        ("José Ruiz", ["jose", "JOSÉ", "rui jos"]),
        ("Ana Jose\u0301phine", ["josephine", "josé", "jose\u0301"]),
        ("Øyvind Łukasz Đorđe", ["oyvind", "lukasz dor"]),
        ("Straße", ["strasse", "STRASSE", "straß"]),
        ("İpek I\u015f\u0131k", ["ipek", "isik", "IŞIK"]),
        ("Ёлкин Фёдор", ["елкин", "Федор", "ФЁД"]),
        ("Siobhán O'Brien", ["brien", "o'brien", "O'Bri"]),
        ("김철수", ["김", "김철"]),
        ("王小明", ["王小"]),
        ("कविता", ["कवि"]),
        ("\uff26\uff55\uff4c\uff4c width", ["full wid"]),
        ("\ufdfa" * 100, ["\ufdfa"]),
        ("\\ '); DROP TABLE users; -- & | ! :*", ["\\ '); DROP TABLE users", "drop & | ! :* users"]),
    ],
)
def test_users_are_found_by_prefixes_of_their_words(client, admin, register, name, queries):
    assert register(name, "zyx@example.com")["name"] == unicodedata.normalize("NFC", name)

    for q in queries:
        found = client.get("/admin/users", query_string={"q": q}, auth=admin).json
        assert [user["email"] for user in found] == ["zyx@example.com"], q


@pytest.mark.parametrize("q", ["zyx.w@example.com", "ZYX.W@exam", "zyx", "W example", "@example.com zyx"])
def test_users_are_found_by_their_addresses(client, admin, register, q):
    register("Somebody", "zyx.w@example.com")
    register("Somebody", "other@example.com")

    found = client.get("/admin/users", query_string={"q": q}, auth=admin).json

    assert [user["email"] for user in found] == ["zyx.w@example.com"]


@pytest.mark.parametrize("q", ["nn", "anna bob", "ann@a", "'ann':*", "-", "ann\\"])
def test_a_query_that_is_no_prefix_finds_no_user(client, admin, register, q):
    register("Anna", "zyx@example.com")

    found = client.get("/admin/users", query_string={"q": q}, auth=admin)

    assert (found.status_code, [user["name"] for user in found.json]) == (
        200,
        ["Anna"] if "'" in q or "\\" in q else [],
    )


def test_a_renamed_user_is_found_by_the_new_name_only(client, admin, stranger):
    client.patch("/users/me", json={"name": "Jose\u0301"}, auth=stranger)

    assert names(client, admin, "?q=jose") == ["José"]
    assert names(client, admin, "?q=stan&is_active=true") == ["José"]  # by the address
    client.patch("/users/me", json={"email": "new@example.com", "current_password": PASSWORD}, auth=stranger)
    assert names(client, admin, "?q=stan") == []


def test_a_search_uses_an_index(admin, other_seats, explain):
    other_seats()

    plan = explain(lambda: directory.browse(part=Part(20), sort="name", q="somebody12 else"))

    assert plan.count("Bitmap Index Scan on ix_users_search_words") == 2
    assert "Seq Scan" not in plan


def test_an_account_lookup_uses_indexes(admin, other_seats, explain):
    other_seats()

    plan = explain(lambda: accounts.find(admin.email))

    assert "uq_users_email_key" in plan
    assert "ix_users_outdated" in plan
    assert "Seq Scan" not in plan


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
def test_an_invalid_parameter_is_named(client, admin, query, field):
    response = client.get(f"/admin/users?{query}", auth=admin)

    assert (response.status_code, set(response.json["errors"]["query"])) == (422, {field})


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_only_admins_see_the_list(client, who, request):
    response = client.get("/admin/users", auth=request.getfixturevalue(who))

    assert (response.status_code, response.json["code"]) == (403, "admins_only")


def test_an_account_is_found_by_the_key_of_the_school(client, admin, people):
    make_person(Role.STUDENT, "Kim", external_id="007")

    [found] = client.get("/admin/users?external_id=007", auth=admin).json

    assert (found["name"], found["external_id"]) == ("Kim", "007")
    assert client.get("/admin/users?external_id=7", auth=admin).json == []
    assert client.get(f"/admin/users/{admin.id}", auth=admin).json["external_id"] is None
