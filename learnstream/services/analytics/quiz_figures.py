"""The figures of quizzes: counted anew by a job when attempts have changed, and read as they were counted."""

from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState, LessonKind
from learnstream.documents.projection import Projection
from learnstream.documents.quiz_figures import QuestionFigures, QuizFigures, StoredQuizFigures
from learnstream.errors.assessment import NotAQuiz
from learnstream.services.analytics import analytics
from learnstream.services.analytics.quiz_counting import Counted, CountedAttempt
from learnstream.services.quizzes import questions

BATCH = 200
COUNTED = Projection(Attempt, CountedAttempt)
STORED = Projection(QuizFigures, StoredQuizFigures)


class Figures(TypedDict):
    """The figures of a quiz; `as_of` is None before they were counted for the first time."""

    lesson_id: str
    as_of: datetime | None
    attempts: int
    awaiting: int
    passed: int
    mean: float | None
    distribution: list[int]
    questions: list[QuestionFigures]


def read(lesson_id: str) -> Figures:
    """Return the figures of a quiz.

    Raises:
        NoSuchLesson: there is no such lesson in any course.
        NotAQuiz: it is not a quiz.
    """
    if analytics.find_lesson(lesson_id)["kind"] != LessonKind.QUIZ:
        raise NotAQuiz()
    found = STORED.find_one({"_id": ObjectId(lesson_id)})
    fields = found or {"as_of": None, **Counted().fields({})}
    return {name: fields.get(name) for name in Figures.__annotations__} | {"lesson_id": lesson_id}  # type: ignore[return-value]


def update() -> int:
    """Count the quizzes whose attempts have changed; return how many."""
    due = Attempt.collection().distinct("lesson_id", {"figures_due": True})
    for lesson_id in due:
        _count(lesson_id)
    return len(due)


def _count(lesson_id: ObjectId) -> None:
    # Read first: what changes meanwhile is counted again.
    changed = [
        *Attempt.collection().find({"lesson_id": lesson_id, "figures_due": True}, {"revision": 1, "course_id": 1})
    ]
    if not changed:
        return
    moment, counted = now(), Counted()
    which = {"lesson_id": lesson_id, "state": AttemptState.SUBMITTED.value, "voided_at": None}
    for batch in COUNTED.batches(which, BATCH):
        versions = questions.versions({str(item["version_id"]) for attempt in batch for item in attempt["items"]})
        for attempt in batch:
            counted.add(attempt, versions)
    versions = questions.versions({each.version for each in counted.questions.values()})
    fields = {"course_id": changed[0]["course_id"], "as_of": moment, **counted.fields(versions)}
    QuizFigures.collection().update_one({"_id": lesson_id}, {"$set": fields}, upsert=True)
    counted_ones = [{"_id": each["_id"], "revision": each["revision"]} for each in changed]
    Attempt.collection().bulk_write(
        [UpdateOne(each, {"$unset": {"figures_due": ""}}) for each in counted_ones], ordered=False
    )
