import pytest

from learnstream.services.foundation import outbox
from tests.attempts import given, save, start, submit
from tests.factories import make_person, make_question, make_seat

REASON = "The key was wrong."


@pytest.fixture
def other(course):
    """A second question, whose answer is true."""
    return make_question(course, "true_false")


@pytest.fixture
def lesson(make_quiz, question, other):
    """A quiz of two questions of a point, passed with both."""
    return make_quiz(question, other, pass_fraction=1)


@pytest.fixture
def correct_key(client, owner, question):
    """Make false the right answer, by a second version of the question."""
    body = {"content": {"correct": False, "feedback": {"true": "", "false": ""}}}
    response = client.patch(f"/questions/{question}", json=body, auth=owner)
    assert response.status_code == 200, response.json


@pytest.fixture
def newcomer(course):
    """Return a function that creates a learner of the course."""

    def newcomer():
        person = make_person(name="Max")
        make_seat(person, course)
        return person

    return newcomer


@pytest.fixture
def take(client, lesson, newcomer, question, other):
    """Return a function that has a new learner answer the question, and the other one right, and submit."""

    def take(answer, submitted=True, person=None):
        person = person or newcomer()
        attempt = start(client, person, lesson)
        save(client, person, attempt, given(question, answer), given(other, True))
        return submit(client, person, attempt) if submitted else attempt | {"person": person}

    return take


@pytest.fixture
def regrade(client, owner, question):
    """Return a function that requests a regrade of the first version."""

    def regrade(rule="accept_either", status=None, question_id=question, auth=owner, **body):
        expected = status or (200 if body.get("dry_run") else 202)
        sent = {"from_version": 1, "rule": rule, "reason": REASON, **body}
        response = client.post(f"/questions/{question_id}/regrade", json=sent, auth=auth)
        assert response.status_code == expected, response.json
        return response.json

    return regrade


@pytest.fixture
def carry_out(regrade):
    """Return a function that requests a regrade and carries it out."""

    def carry_out(*args, **kwargs):
        requested = regrade(*args, **kwargs)
        outbox.relay()
        return requested

    return carry_out


@pytest.fixture
def scores(client, owner):
    """Return a function that reads the scores of attempts, with whether they pass."""

    def scores(*attempts):
        found = [client.get(f"/attempts/{each['id']}", auth=owner).json for each in attempts]
        return [(each["score"], each["max_score"], each["passed"]) for each in found]

    return scores
