"""Quizzes of thirty questions, and the requests of the students who take them."""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any
from uuid import uuid4

from bson import ObjectId

from bench.dataset import Dataset
from bench.load import JSON, request
from bench.students import Student, auth_headers
from learnstream.clock import now
from learnstream.documents import Attempt, LessonKind, Progress
from learnstream.documents.question import QuestionKind
from learnstream.models import Role
from learnstream.policies import entitlements
from learnstream.policies.views import Caller
from learnstream.schemas.authoring.quiz import QuizInputSchema
from learnstream.services.assessment import attempt_views, starting
from learnstream.services.authoring import courses, lessons, publishing, quiz_drafts
from learnstream.services.delivery import visibility
from learnstream.services.quizzes import questions

QUESTIONS = 30
QUIZZES = 60
KINDS: tuple[tuple[QuestionKind, int], ...] = (
    (QuestionKind.SINGLE_CHOICE, 15),
    (QuestionKind.MULTIPLE_CHOICE, 5),
    (QuestionKind.SHORT_TEXT, 4),
    (QuestionKind.NUMERIC, 3),
    (QuestionKind.MATCHING, 1),
    (QuestionKind.ORDERING, 1),
    (QuestionKind.ESSAY, 1),
)
TEXT = "What we see of the moon, and what we do not, depends on where the sun is. "
OPTIONS = [{"id": name, "text": f"{name}: {TEXT}", "correct": name == "b", "feedback": TEXT} for name in "abcd"]
CONTENTS: dict[QuestionKind, dict[str, Any]] = {
    QuestionKind.SINGLE_CHOICE: {"options": OPTIONS},
    QuestionKind.MULTIPLE_CHOICE: {"options": OPTIONS, "scoring": "partial"},
    QuestionKind.SHORT_TEXT: {"accepted": [{"text": "Jupiter", "share": "1", "feedback": ""}], "exact": False},
    QuestionKind.NUMERIC: {"value": "3.5", "tolerance": "0.1", "tolerance_kind": "absolute", "feedback": ""},
    QuestionKind.MATCHING: {
        "pairs": [{"id": name, "left": f"Left {name}", "right": f"Right {name}"} for name in "abcd"],
        "distractors": ["Right e"],
    },
    QuestionKind.ORDERING: {
        "items": [{"id": name, "text": f"{name}: {TEXT}"} for name in "abcd"],
        "scoring": "neighbours",
    },
    QuestionKind.ESSAY: {"rubric": TEXT, "max_length": 5000},
}


class Quizzes:
    """A course of quizzes, in which these students are enrolled. Needs an application context."""

    def __init__(
        self, dataset: Dataset, students: Sequence[Student], *, quizzes: int = QUIZZES, **settings: Any
    ) -> None:
        self.students = students
        self._instructor = dataset.instructor
        self.course_id = str(courses.create(created_by=dataset.instructor, title="Examinations")["_id"])
        section = {"questions": list(self._create_questions()), "shuffle": True}
        rules = {"shuffle_options": True, "attempts_allowed": None, "time_limit": 7200} | settings
        self.lessons = [self._create_quiz({"sections": [section], **rules}) for _ in range(quizzes)]
        publishing.publish(course_id=self.course_id, published_by=dataset.instructor)
        dataset.enroll(students, self.course_id)
        # Successive starts are of different students.
        self._pairs = [(student, lesson) for lesson in self.lessons for student in students]
        self._seq = count(1)

    def starts(self) -> Iterator[bytes]:
        """Start one quiz after the other, each student each of them for the first time."""
        self.forget()
        for student, lesson_id in self._pairs:
            headers = auth_headers(student) | JSON
            yield request("POST", f"/lessons/{lesson_id}/attempts", headers=headers, body=b"{}")

    def saves(self) -> Iterator[bytes]:
        """Save one answer after the other, in an attempt of each student."""
        attempts = [(student, self.start(student, self.lessons[0])) for student in self.students]
        for number in count():
            for student, attempt in attempts:
                yield self.save(student, attempt, attempt["questions"][number % QUESTIONS])

    def save(self, student: Student, attempt: Any, question: dict[str, Any]) -> bytes:
        """Return the request that saves an answer to a question."""
        answer = {
            "question_id": question["question_id"],
            "answer": answer_to(question),
            "seq": next(self._seq),
            "client_time": now().isoformat(),
            "seconds": 20,
        }
        headers = auth_headers(student) | JSON
        return request(
            "PUT",
            f"/attempts/{attempt['id']}/answers",
            headers=headers,
            body=json.dumps({"answers": [answer]}).encode(),
        )

    def forget(self) -> None:
        """Delete all attempts, and what progress says of them."""
        lessons_of_quizzes = {"lesson_id": {"$in": [ObjectId(each) for each in self.lessons]}}
        Attempt.collection().delete_many(lessons_of_quizzes)
        Progress.collection().delete_many(lessons_of_quizzes)

    def start(self, student: Student, lesson_id: str) -> Any:
        """Start an attempt, or continue it; return it as the student sees it."""
        seat = entitlements.seat(student.id, self.course_id)
        assert seat is not None
        lesson = visibility.resolve(lesson_id, Caller(student.id, Role.STUDENT, uuid4(), 0))
        attempt, _ = starting.start(lesson=lesson, seat=seat)
        return attempt_views.shown(attempt, now())

    def _create_questions(self) -> Iterator[dict[str, Any]]:
        for kind, number in KINDS:
            for index in range(number):
                question = questions.create(
                    course_id=self.course_id,
                    created_by=self._instructor,
                    kind=kind,
                    stem=f"{index}. {TEXT * 3}",
                    explanation=TEXT * 3,
                    content=CONTENTS[kind],
                )
                yield {"question_id": str(question["_id"]), "points": 2}

    def _create_quiz(self, settings: dict[str, Any]) -> str:
        created = lessons.create(
            course_id=self.course_id, created_by=self._instructor, title="What do you know?", kind=LessonKind.QUIZ
        )
        lesson_id = str(created["_id"])
        quiz_drafts.save(lesson_id, QuizInputSchema().load(settings))
        return lesson_id


def answer_to(question: dict[str, Any]) -> Any:
    """Return an answer to a question, as a learner sees it."""
    kind = question["kind"]
    if kind == QuestionKind.SINGLE_CHOICE:
        return question["options"][0]["id"]
    if kind == QuestionKind.MULTIPLE_CHOICE:
        return [option["id"] for option in question["options"][:2]]
    if kind == QuestionKind.MATCHING:
        return {pair["id"]: right["id"] for pair, right in zip(question["pairs"], question["rights"], strict=False)}
    if kind == QuestionKind.ORDERING:
        return [item["id"] for item in question["items"]]
    return TEXT * 20 if kind == QuestionKind.ESSAY else "3.4"


def saved_answers() -> int:
    """Return how often answers were saved."""
    found = Attempt.collection().aggregate([{"$group": {"_id": None, "saves": {"$sum": {"$add": ["$revision", -1]}}}}])
    return next((int(each["saves"]) for each in found), 0)


def started_attempts() -> int:
    return Attempt.collection().count_documents({})
