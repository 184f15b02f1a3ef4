"""The figures of a quiz."""

import csv
import io

import pytest

from learnstream.documents import Attempt
from learnstream.services.analytics import quiz_figures
from tests.attempts import given, save, start, submit
from tests.factories import make_person, make_question, make_quiz_lesson, make_seat

OPTIONS = [
    {"id": "1", "text": "Jupiter", "correct": True, "feedback": ""},
    {"id": "2", "text": "Saturn", "correct": False, "feedback": ""},
]


@pytest.fixture
def questions(course):
    choice = make_question(course, options=OPTIONS)
    return [choice, *(make_question(course, kind) for kind in ("true_false", "essay"))]


@pytest.fixture
def lesson(course, questions):
    return make_quiz_lesson(course, questions, attempts_allowed=None, pass_fraction=0.5)


@pytest.fixture
def take(client, course, lesson, questions):
    """Return a function that has a new learner answer the questions; it returns the attempt."""

    def take(option, statement, seconds=None):
        person = make_person(name="Max")
        make_seat(person, course)
        attempt = start(client, person, lesson)
        shown = {each["text"]: each["id"] for each in attempt["questions"][0]["options"]}
        answers = [shown[option], statement, "Because."]
        sent = [given(each, answer, seconds=seconds) for each, answer in zip(questions, answers, strict=True)]
        save(client, person, attempt, *sent)
        return submit(client, person, attempt)

    return take


@pytest.fixture
def figures(client, owner, lesson):
    """Return a function that reads the figures, by default after they have been counted."""

    def figures(count=True, auth=owner, status=200):
        if count:
            quiz_figures.update()
        response = client.get(f"/lessons/{lesson.id}/quiz/analysis", auth=auth)
        assert response.status_code == status, response.json
        return response.json

    return figures


def test_before_they_are_counted_there_are_none(take, figures, lesson):
    take("Jupiter", True)

    assert figures(count=False) == {
        "lesson_id": lesson.id,
        "as_of": None,
        "attempts": 0,
        "awaiting": 0,
        "passed": 0,
        "mean": None,
        "distribution": [0] * 10,
        "questions": [],
    }


def test_each_question_is_counted(take, figures, questions):
    take("Jupiter", True, seconds=10)
    take("Jupiter", False, seconds=30)
    take("Saturn", True, seconds=50)

    found = figures()

    assert (found["attempts"], found["awaiting"], found["passed"], found["mean"]) == (3, 3, 1, 0.4444)
    assert found["distribution"] == [0, 0, 0, 2, 0, 0, 1, 0, 0, 0]
    choice, statement, essay = found["questions"]
    assert (choice["question_id"], choice["kind"], choice["stem"]) == (questions[0], "single_choice", "Which?")
    assert (choice["seen"], choice["answered"], choice["share"]) == (3, 3, 0.6667)
    assert choice["median_seconds"] == 30.0
    assert [(each["text"], each["correct"], each["chosen"], each["share"]) for each in choice["options"]] == [
        ("Jupiter", True, 2, 0.6667),
        ("Saturn", False, 1, 0.3333),
    ]
    assert [(each["id"], each["chosen"]) for each in statement["options"]] == [("true", 2), ("false", 1)]
    assert (essay["seen"], essay["answered"], essay["share"], essay["discrimination"]) == (3, 3, None, None)
    assert essay["options"] == []


def test_changes_are_counted_and_nothing_else_is(client, owner, take, figures, questions):
    attempt, other = take("Jupiter", True), take("Saturn", False)
    before = figures()
    assert quiz_figures.update() == 0

    client.patch(f"/attempts/{attempt['id']}/answers/{questions[2]}", json={"points": 1}, auth=owner)
    client.post(f"/attempts/{other['id']}/void", json={"reason": "Ill."}, auth=owner)
    after = figures()

    assert (before["attempts"], after["attempts"], after["awaiting"], after["mean"]) == (2, 1, 0, 1.0)
    assert after["questions"][2]["share"] == 1.0
    assert Attempt.collection().count_documents({"figures_due": {"$exists": True}}) == 0


def test_attempts_in_progress_are_not_counted(client, learner, lesson, figures):
    start(client, learner, lesson)

    assert figures()["attempts"] == 0


def test_the_questions_are_exported(client, owner, lesson, take, figures):
    take("Jupiter", True)
    figures()

    response = client.get(f"/lessons/{lesson.id}/quiz/analysis.csv", auth=owner)

    rows = [*csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff")))]
    assert [(each["kind"], each["seen"], each["share"]) for each in rows] == [
        ("single_choice", "1", "1.0"),
        ("true_false", "1", "1.0"),
        ("essay", "1", ""),
    ]


def test_other_lessons_have_none(client, owner, course):
    assert client.get(f"/lessons/{course.text.id}/quiz/analysis", auth=owner).json["code"] == "not_a_quiz"


def test_learners_do_not_see_them(figures, learner, stranger):
    for person in (learner, stranger):
        figures(auth=person, status=403)
