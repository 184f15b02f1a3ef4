from dataclasses import dataclass
from typing import Any

import pytest

from devstack.demo import attempts, quiz
from learnstream.documents import LessonKind
from learnstream.documents.question import Question, QuestionKind
from tests.factories import Person, make_course, publish


@dataclass
class InProcess:
    """What the seed calls, without a network."""

    client: Any
    person: Person

    def call(self, method: str, path: str, *, ignore_code: str = "", **body: Any) -> Any:
        response = self.client.open(path, method=method, json=body or None, auth=self.person)
        assert response.status_code < 300 or response.json["code"] == ignore_code, response.json
        return response.json if response.data else None


@pytest.fixture
def course(client, owner):
    course = make_course(owner, [{"title": "Quiz", "kind": LessonKind.QUIZ}], published=False)
    for _ in range(2):
        quiz.put(InProcess(client, owner), course.id, course.lessons[0].id)
    publish(course)
    return course


def test_the_demo_quiz_has_every_kind_of_question_and_is_created_once(client, course):
    shown = client.get(f"/courses/{course.id}/lessons").json[0]["quiz"]
    assert (shown["question_count"], shown["max_points"], shown["attempts_allowed"]) == (9, 10.0, 3)
    assert set(Question.collection().distinct("kind")) == set(QuestionKind)
    assert Question.collection().count_documents({}) == len(quiz.QUESTIONS)


def test_the_demo_learners_take_the_quiz_once_and_leave_essays_to_mark(client, owner, learner, course):
    lesson = course.lessons[0]
    _, tries = attempts.TRIES[0]
    for _ in range(2):
        attempts.take(InProcess(client, learner), lesson.id, *tries)

    second, first = client.get(f"/lessons/{lesson.id}/quiz/attempts", auth=owner).json
    assert (first["state"], second["state"]) == ("submitted", "submitted")
    assert 0 < first["score"] < second["score"]
    assert len(client.get(f"/courses/{course.id}/marking", auth=owner).json) == 2
