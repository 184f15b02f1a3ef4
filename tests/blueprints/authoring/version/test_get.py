import pytest

from tests.factories import make_lesson


@pytest.fixture
def published_twice(client, owner, course):
    make_lesson(owner, course.id, "Added")
    client.patch(f"/courses/{course.id}", json={"title": "Astrology"}, auth=owner)
    client.post(f"/courses/{course.id}/publish", json={"note": "More."}, auth=owner)
    return course


def test_the_newest_version_comes_first(client, owner, published_twice):
    response = client.get(f"/courses/{published_twice.id}/versions", auth=owner)

    assert [(each["version"], each["note"], each["current"]) for each in response.json] == [
        (2, "More.", True),
        (1, "", False),
    ]
    assert response.json[0]["published_by"] == owner.id
    assert '"total": 2' in response.headers["X-Pagination"]


def test_versions_are_paged(client, owner, published_twice):
    response = client.get(f"/courses/{published_twice.id}/versions?page=2&page_size=1", auth=owner)

    assert [each["version"] for each in response.json] == [1]


def test_a_draft_has_no_versions(client, owner, draft_course):
    assert client.get(f"/courses/{draft_course.id}/versions", auth=owner).json == []


def test_a_version_shows_the_course_as_it_was(client, owner, published_twice):
    first, second = (client.get(f"/courses/{published_twice.id}/versions/{n}", auth=owner).json for n in (1, 2))

    assert (first["title"], len(first["lessons"]), first["current"]) == ("Astronomy", 3, False)
    assert (second["title"], len(second["lessons"]), second["current"]) == ("Astrology", 4, True)


@pytest.mark.parametrize("number", ["3", "0", "x", "999999999999999999"])
def test_an_unknown_version_is_not_found(client, owner, published_twice, number):
    assert client.get(f"/courses/{published_twice.id}/versions/{number}", auth=owner).status_code == 404


def test_only_authors_see_versions(client, admin, learner, stranger, course):
    for path in (f"/courses/{course.id}/versions", f"/courses/{course.id}/versions/1"):
        assert client.get(path, auth=admin).status_code == 200
        assert client.get(path, auth=learner).status_code == 404
        assert client.get(path, auth=stranger).status_code == 404
