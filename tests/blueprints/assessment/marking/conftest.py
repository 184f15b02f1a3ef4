import pytest

from tests.attempts import given, save, start, submit
from tests.factories import make_question


@pytest.fixture
def essay(course):
    return make_question(course, "essay", stem="Why has the moon phases?")


@pytest.fixture
def lesson(make_quiz, question, essay):
    """A quiz with a question of a point and an essay of two, passed with all points."""
    return make_quiz(question, (essay, 2), pass_fraction=1)


@pytest.fixture
def hand_in(client, lesson, question, essay):
    """Return a function that has somebody submit an attempt with an essay."""

    def hand_in(person, text="Because."):
        attempt = start(client, person, lesson)
        save(client, person, attempt, given(question, True), given(essay, text))
        return submit(client, person, attempt)

    return hand_in


@pytest.fixture
def mark(client, owner, essay):
    """Return a function that marks an essay, by default as the course's instructor."""

    def mark(attempt, points=2, auth=owner, status=200, question_id=essay, revision=None, **body):
        headers = {} if revision is None else {"If-Match": f'"{revision}"'}
        path = f"/attempts/{attempt['id']}/answers/{question_id}"
        response = client.patch(path, json={"points": points, **body}, auth=auth, headers=headers)
        assert response.status_code == status, response.json
        return response.json

    return mark


@pytest.fixture
def group(group_of, colleague, learner):
    """The id of a group with the learner, the course, and the colleague as its staff."""
    return group_of(learner, staff=colleague)
