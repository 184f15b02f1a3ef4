from datetime import timedelta

import pytest

from learnstream.clock import now
from tests.files import make_file


@pytest.fixture
def five(owner, stranger):
    """Five files of the owner, newest first, two of them of the same instant."""
    make_file(stranger)
    moment = now()
    made = [make_file(owner, size=10, created_at=moment - timedelta(seconds=ago)) for ago in (0, 1, 1, 2, 3)]
    return [str(each["_id"]) for each in made]


def test_own_files_are_listed_with_the_quota(client, owner, five):
    response = client.get("/users/me/files", auth=owner)

    assert sorted(file["id"] for file in response.json["files"]) == sorted(five)
    assert response.json["quota"] == {"used": 50, "limit": 10**9}
    assert "X-Pagination" not in response.headers


def test_a_walk_returns_every_file_once(client, owner, five):
    seen, path = [], "/users/me/files?limit=2"
    while path:
        response = client.get(path, auth=owner)
        seen += [file["id"] for file in response.json["files"]]
        path = response.headers["Link"].partition("<")[2].partition(">")[0] if "Link" in response.headers else None

    assert sorted(seen) == sorted(five)
    assert (seen[0], seen[-1]) == (five[0], five[-1])


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "page=1", "page_size=2"])
def test_other_parameters_are_refused(client, owner, query):
    assert client.get(f"/users/me/files?{query}", auth=owner).status_code == 422
