"""The quizzes of a version: frozen from the settings of its lessons' drafts."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import LessonKind
from learnstream.documents.course import CourseDraft
from learnstream.documents.lesson import ListedLesson
from learnstream.documents.quiz import StoredQuiz
from learnstream.errors.quiz_lessons import Fault, NothingToAnswer, QuizNotPublishable
from learnstream.services.quizzes import bank, freezing, quiz_checks, quiz_store, summaries
from learnstream.services.quizzes.bank import Bank
from learnstream.services.quizzes.summaries import ShownQuizzes

NO_QUESTIONS = "The quiz has no questions yet."


class QuizProblem(TypedDict):
    """What keeps a lesson's quiz from being published."""

    lesson_id: str
    title: str
    code: str
    detail: str


@dataclass(frozen=True)
class FrozenQuizzes:
    """The quizzes of a version that has not been published yet, by the ids of the draft's settings."""

    documents: dict[ObjectId | None, StoredQuiz] = field(default_factory=dict)
    problems: list[QuizProblem] = field(default_factory=list)

    @property
    def ids(self) -> dict[ObjectId | None, ObjectId]:
        """The ids that the version's outline names, by the ids of the draft's settings."""
        return {quiz_id: quiz["_id"] for quiz_id, quiz in self.documents.items()}

    @property
    def shown(self) -> ShownQuizzes:
        """What outlines show of them, which is not stored yet."""
        return {quiz["_id"]: summaries.describe(quiz) for quiz in self.documents.values()}


def freeze(course: CourseDraft, drafts: Collection[ListedLesson]) -> FrozenQuizzes:
    """Return the quizzes of the drafts of a course's lessons as publishing would store them. Nothing is stored."""
    lessons = [lesson for lesson in drafts if lesson["kind"] == LessonKind.QUIZ]
    if not lessons:
        return FrozenQuizzes()
    wanted = [lesson["quiz_id"] for lesson in lessons if lesson["quiz_id"]]
    found: dict[ObjectId | None, StoredQuiz] = {
        quiz["_id"]: quiz for quiz in quiz_store.STORED.find({"_id": {"$in": wanted}})
    }
    questions = bank.of_course(course["_id"])
    return FrozenQuizzes(
        {quiz_id: freezing.freeze(quiz, questions) for quiz_id, quiz in found.items()},
        [problem for lesson in lessons for problem in _problems(lesson, found.get(lesson["quiz_id"]), questions)],
    )


def store(quizzes: FrozenQuizzes) -> None:
    """Store quizzes for a version.

    Raises:
        Conflict: `nothing_to_answer`, one has no questions.
        Unprocessable: `quiz_not_publishable`, the course lacks questions that one needs.
    """
    if empty := [each for each in quizzes.problems if each["code"] == Fault.NOTHING_TO_ANSWER]:
        raise NothingToAnswer(lessons=[{"id": each["lesson_id"], "title": each["title"]} for each in empty])
    if quizzes.problems:
        raise QuizNotPublishable(quizzes=quizzes.problems)
    quiz_store.store(quizzes.documents.values())


def _problems(lesson: ListedLesson, quiz: StoredQuiz | None, questions: Bank) -> Iterator[QuizProblem]:
    if quiz is None or quiz["question_count"] == 0:
        yield _problem(lesson, Fault.NOTHING_TO_ANSWER, NO_QUESTIONS)
        return
    for each in quiz_checks.problems(quiz["sections"], questions):
        yield _problem(lesson, each.fault, each.message)


def _problem(lesson: ListedLesson, fault: Fault, message: str) -> QuizProblem:
    return {"lesson_id": str(lesson["_id"]), "title": lesson["title"], "code": fault.value, "detail": message}
