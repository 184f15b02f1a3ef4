"""POST /notifications/read"""

import pytest

from tests.notices import notices, tell_of


@pytest.fixture
def mark(client):
    """Return a function that marks notices as read; it returns the response's body."""

    def mark(person, status=200, **body):
        response = client.post("/notifications/read", json=body, auth=person)
        assert response.status_code == status, response.json
        return response.json

    return mark


def ids(*people):
    return [str(each["_id"]) for each in notices(*people)]


def read(*people):
    return [each["read_at"] is not None for each in notices(*people)]


def test_some_are_marked_by_their_ids(client, stranger, mark):
    for _ in range(3):
        tell_of(stranger)

    assert mark(stranger, ids=ids(stranger)[:2]) == {"unread": 1}
    assert read(stranger) == [True, True, False]
    assert client.get("/notifications/count", auth=stranger).json == {"unread": 1}


def test_all_that_were_seen_are_marked(client, stranger, mark):
    for _ in range(2):
        tell_of(stranger)
    newest = client.get("/notifications", auth=stranger).json[0]["updated_at"]
    tell_of(stranger, told_at=notices(stranger)[-1]["updated_at"].replace(year=2100))

    assert mark(stranger, before=newest) == {"unread": 1}
    assert read(stranger) == [True, True, False]


def test_repeating_it_changes_nothing(stranger, mark):
    tell_of(stranger)
    mark(stranger, ids=ids(stranger))
    before = notices(stranger)

    assert mark(stranger, ids=ids(stranger)) == {"unread": 0}
    assert notices(stranger) == before


def test_those_of_others_stay_unread(stranger, learner, mark):
    tell_of(learner)

    assert mark(stranger, ids=ids(learner)) == {"unread": 0}
    assert mark(stranger, before="2100-01-01T00:00:00Z") == {"unread": 0}
    assert read(learner) == [False]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": ["x"]},
        {"ids": ["f" * 24] * 101},
        {"ids": None},
        {"before": "yesterday"},
        {"before": "2026-12-01T12:00:00"},
        {"ids": ["f" * 24], "before": "2026-12-01T12:00:00Z"},
        {"all": True},
    ],
)
def test_wrong_bodies_are_errors(stranger, mark, body):
    assert mark(stranger, status=422, **body)["code"] == "validation_failed"
