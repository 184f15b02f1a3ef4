"""Addresses that lead nowhere, and methods that an address does not have: answered in the API's own words."""

import pytest

IDS = (
    "There is nothing at this address. Check the path and the ids in it: ids of content are 24 lower-case hex digits, "
    "ids of users, enrollments and versions are positive integers."
)
WERKZEUG = "requested URL"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/courses/7",
        "/courses/64B7F0C2A1D3E4F5A6B7C8D9",
        "/courses/64b7f0c2a1d3e4f5a6b7c8d9g",
        "/courses/64b7f0c2a1d3e4f5a6b7c8d9/versions/0",
        "/courses/64b7f0c2a1d3e4f5a6b7c8d9/versions/01",
        "/admin/users/-1",
        "/admin/users/9999999999999999999",
        "/admin/users/%D9%A3",
    ],
)
def test_an_unknown_address_or_a_malformed_id_says_how_ids_look(client, admin, path):
    response = client.get(path, auth=admin)

    assert (response.status_code, response.json["code"]) == (404, "not_found")
    assert response.json["detail"] == IDS


def test_a_wrong_method_names_the_allowed_ones(client, admin):
    response = client.put("/courses", auth=admin)

    assert (response.status_code, response.json["code"]) == (405, "method_not_allowed")
    assert WERKZEUG not in response.json["detail"]
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
