"""Where grades come from: the documents that have results, and which of these are not moved yet."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from pymongo import UpdateOne

from learnstream.documents import Attempt, Submission
from learnstream.documents.attempt import GradedAttempt
from learnstream.documents.projection import Projection
from learnstream.documents.submission import GradedSubmission
from learnstream.models import GradeKind
from learnstream.services.grades import results
from learnstream.services.grades.results import Result
from learnstream.services.grades.rows import Key

PENDING = {"pending_grade": {"$exists": True}}


class Pending(TypedDict):
    """Whose result in which lesson has changed."""

    user_id: int
    lesson_id: ObjectId
    course_id: ObjectId


@dataclass(frozen=True, slots=True)
class Source:
    """The documents that the grades of a kind of lesson come from; `result` computes that of a learner's."""

    kind: GradeKind
    pending: Projection[Pending]
    graded: Projection[Any]
    result: Callable[[Sequence[Any], datetime], Result]

    def batches(self, size: int) -> Iterator[dict[Key, str]]:
        """Yield the learners and lessons whose results have changed, with the course; each change once."""
        for batch in self.pending.batches(PENDING, size):
            yield {(each["user_id"], str(each["lesson_id"])): str(each["course_id"]) for each in batch}

    def read(self, keys: Iterable[Key]) -> dict[Key, list[Any]]:
        """Return the documents of learners in lessons, those of each in their order."""
        found: dict[Key, list[Any]] = {key: [] for key in keys}
        for document in self.graded.find(_of(found), sort=[("user_id", 1), ("lesson_id", 1), ("number", 1)]):
            found[document["user_id"], str(document["lesson_id"])].append(document)
        return found

    def course_of(self, key: Key) -> str | None:
        """Return the course in which a learner has documents for a lesson; None if they have none."""
        found = self.pending.find_one(_of([key]))
        return str(found["course_id"]) if found else None

    def settle(self, documents: Iterable[Any]) -> None:
        """Note that the results of documents, as they were read, have been moved."""
        moved = [
            UpdateOne({"_id": each["_id"], "pending_grade": each["pending_grade"]}, {"$unset": {"pending_grade": ""}})
            for each in documents
            if "pending_grade" in each
        ]
        if moved:
            self.graded.document.collection().bulk_write(moved, ordered=False)


def _of(keys: Iterable[Key]) -> dict[str, Any]:
    learners: dict[str, list[int]] = {}
    for user_id, lesson_id in keys:
        learners.setdefault(lesson_id, []).append(user_id)
    # Each by the index of users and lessons.
    return {"$or": [{"lesson_id": ObjectId(each), "user_id": {"$in": users}} for each, users in learners.items()]}


QUIZZES = Source(GradeKind.QUIZ, Projection(Attempt, Pending), Projection(Attempt, GradedAttempt), results.of_attempts)
ASSIGNMENTS = Source(
    GradeKind.ASSIGNMENT,
    Projection(Submission, Pending),
    Projection(Submission, GradedSubmission),
    results.of_submissions,
)
SOURCES = (QUIZZES, ASSIGNMENTS)
