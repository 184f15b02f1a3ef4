import pytest
from bson import ObjectId

from tests.factories import make_question
from tests.problems import invalid_fields


@pytest.fixture
def bank(course):
    """The ids of three questions, oldest first."""
    return [
        make_question(course, stem="Which planet has rings?", tags=["planets", "saturn"]),
        make_question(course, "true_false", stem="The Moon has phases."),
        make_question(course, "essay", stem="Why do planets shine?", tags=["planets"]),
    ]


def listed(client, auth, course, query=""):
    answer = client.get(f"/courses/{course.id}/questions{query}", auth=auth)
    assert answer.status_code == 200
    return [each["id"] for each in answer.json]


def test_questions_are_listed_newest_first(client, owner, course, bank):
    assert listed(client, owner, course) == bank[::-1]
    [newest, *_] = client.get(f"/courses/{course.id}/questions", auth=owner).json
    assert newest == client.get(f"/questions/{bank[2]}", auth=owner).json


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=essay", [2]),
        ("?tag=planets", [2, 0]),
        ("?tag=PLANETS", [2, 0]),
        ("?q=planet", [2, 0]),
        ("?q=PLANÉ%20rin", [0]),
        ("?q=saturn", [0]),
        ("?q=lanet", []),
        ("?q=.*", [2, 1, 0]),
        ("?kind=essay&tag=saturn", []),
        ("?archived=true", []),
    ],
)
def test_questions_are_filtered(client, owner, course, bank, query, found):
    assert listed(client, owner, course, query) == [bank[index] for index in found]


def test_archived_questions_are_listed_apart(client, owner, course, bank):
    client.delete(f"/questions/{bank[1]}", auth=owner)

    assert listed(client, owner, course) == [bank[2], bank[0]]
    assert listed(client, owner, course, "?archived=true") == [bank[1]]


@pytest.mark.parametrize("query", ["?kind=riddle", "?tag=", "?archived=maybe", "?limit=0", "?cursor=x"])
def test_an_invalid_filter_is_named(client, owner, course, query):
    answer = client.get(f"/courses/{course.id}/questions{query}", auth=owner)

    assert invalid_fields(answer, "query") == [query[1:].partition("=")[0]]


def test_the_list_is_walked_by_cursors(client, owner, course, bank):
    first = client.get(f"/courses/{course.id}/questions?limit=2", auth=owner)
    cursor = first.headers["X-Next-Cursor"]
    make_question(course)

    assert [each["id"] for each in first.json] == bank[:0:-1]
    assert listed(client, owner, course, f"?limit=2&cursor={cursor}") == bank[:1]


def test_questions_are_for_staff(client, stranger, learner, admin, other_owner, course, bank):
    for path in (f"/courses/{course.id}/questions", f"/questions/{bank[0]}", f"/questions/{bank[0]}/versions"):
        assert {client.get(path, auth=each).status_code for each in (stranger, learner, other_owner)} == {404}
        assert client.get(path, auth=admin).status_code == 200
        assert client.get(path).status_code == 401


def test_an_unknown_question_is_not_found(client, owner, bank):
    assert client.get(f"/questions/{ObjectId()}", auth=owner).status_code == 404
    assert client.get(f"/questions/{bank[0]}/versions/2", auth=owner).status_code == 404
