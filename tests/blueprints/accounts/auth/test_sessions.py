import json

import pytest

from tests.factories import PASSWORD


def pair_of(client, person):
    return client.post("/auth/login", json={"email": person.email, "password": PASSWORD}).json


def bearer(pair):
    return {"Authorization": f"Bearer {pair['access_token']}"}


@pytest.fixture
def phone(client, stranger):
    return pair_of(client, stranger)


def others(client, person):
    return [session for session in client.get("/auth/sessions", auth=person).json if not session["current"]]


def test_the_callers_active_sessions_are_listed_and_the_current_one_marked(client, stranger, phone, owner):
    response = client.get("/auth/sessions", auth=stranger)

    assert [session["current"] for session in response.json] == [False, True]
    assert response.json[1]["id"] == str(stranger.session_id)
    assert json.loads(response.headers["X-Pagination"])["total"] == 2
    assert set(response.json[0]) == {
        "id",
        "user_agent",
        "ip",
        "created_at",
        "last_used_at",
        "expires_at",
        "current",
    }


def test_the_list_is_paged(client, stranger, phone):
    response = client.get("/auth/sessions?page=2&page_size=1", auth=stranger)

    assert [session["id"] for session in response.json] == [str(stranger.session_id)]


def test_a_session_can_be_ended_from_another(client, stranger, phone):
    lost = others(client, stranger)[0]["id"]

    assert client.delete(f"/auth/sessions/{lost}", auth=stranger).status_code == 204

    assert others(client, stranger) == []
    assert client.get("/auth/sessions", headers=bearer(phone)).status_code == 401
    assert client.delete(f"/auth/sessions/{lost}", auth=stranger).status_code == 404


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_another_users_session_cannot_be_ended(client, stranger, phone, who, request):
    response = client.delete(f"/auth/sessions/{stranger.session_id}", auth=request.getfixturevalue(who))

    assert (response.status_code, response.json["code"]) == (404, "not_found")
    assert client.get("/auth/sessions", auth=stranger).status_code == 200


@pytest.mark.parametrize("name", ["0b8e9f0a-5a4c-4f53-9d0e-3c1d8f6a7b21", "7", "x" * 500])
def test_an_unknown_session_is_not_found(client, stranger, name):
    assert client.delete(f"/auth/sessions/{name}", auth=stranger).status_code == 404
