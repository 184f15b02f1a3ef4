"""Claiming answers to mark."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from learnstream.services.assessment import marking_queue
from tests.factories import make_person, make_seat


@pytest.fixture
def claim(client, owner, course):
    """Return a function that claims answers; it returns the attempts that they are in."""

    def claim(auth=owner, status=200, **body):
        response = client.post(f"/courses/{course.id}/marking/claim", json=body, auth=auth)
        assert response.status_code == status, response.json
        return response.json

    return claim


@pytest.fixture
def attempts(hand_in, learner, classmate):
    """The ids of two attempts with an essay each."""
    return [hand_in(person)["id"] for person in (learner, classmate)]


@pytest.fixture
def claim_at_once(app, course):
    """Return a function that has several people claim an answer at once; it returns the attempts of all."""

    def claim(marker):
        with app.app_context():
            return [each["attempt_id"] for each in marking_queue.claim(course.id, by=marker, count=1)]

    def claim_at_once(markers):
        with ThreadPoolExecutor(markers) as threads:
            return [each for found in threads.map(claim, range(1, markers + 1)) for each in found]

    return claim_at_once


def ids(entries):
    return [each["attempt_id"] for each in entries]


def test_two_markers_get_different_answers(claim, owner, admin, attempts):
    assert ids(claim(auth=owner)) == attempts[:1]
    assert ids(claim(auth=admin, count=5)) == attempts[1:]
    assert claim(auth=admin, count=1)[0]["claimed_by"] == admin.id


def test_claiming_again_returns_the_same_answers(claim, admin, attempts):
    assert ids(claim(auth=admin)) == attempts[:1]
    assert ids(claim(auth=admin)) == attempts[:1]


def test_a_claim_ends_after_half_an_hour(claim, owner, admin, attempts, move_clock):
    claim(auth=owner, count=2)
    assert claim(auth=admin) == []
    move_clock(minutes=30, seconds=1)

    assert ids(claim(auth=admin, count=2)) == attempts


def test_nobody_else_can_mark_what_is_claimed(claim, mark, owner, admin, attempts):
    claim(auth=owner)
    attempt = {"id": attempts[0]}

    assert mark(attempt, auth=admin, status=409)["code"] == "claimed_by_another"
    mark(attempt, auth=owner)
    mark(attempt, 1, auth=admin)


def test_the_staff_of_a_group_claim_answers_of_their_learners(claim, colleague, group, attempts):
    assert ids(claim(auth=colleague, group_id=group, count=9)) == attempts[:1]
    claim(auth=colleague, status=403)


@pytest.mark.parametrize("count", [0, 21, "2", 1.5])
def test_the_number_of_answers_is_limited(claim, count):
    assert "count" in claim(count=count, status=422)["errors"]["json"]


def test_markers_at_once_get_each_answer_once(claim_at_once, hand_in, course):
    learners = [make_person(name=f"Learner {number}") for number in range(8)]
    for each in learners:
        make_seat(each, course)
        hand_in(each)

    claimed = claim_at_once(markers=8)

    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 8
