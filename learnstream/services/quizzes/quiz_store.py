"""The documents of quizzes: immutable, and stored once however often the same is saved or published."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import TypedDict

import orjson
from bson import Decimal128, ObjectId
from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import Quiz
from learnstream.documents.decimals import exact
from learnstream.documents.projection import Projection
from learnstream.documents.quiz import QuizSection, QuizSettings, StoredQuiz
from learnstream.errors.quiz_lessons import NoQuiz

STORED = Projection(Quiz, StoredQuiz)


class Sums(TypedDict):
    """The number of questions in an attempt, and their points."""

    question_count: int
    max_points: Decimal128


def find(quiz_id: ObjectId) -> StoredQuiz:
    """Return the settings of a quiz.

    Raises:
        NoQuiz: there are none.
    """
    quiz = STORED.find_one({"_id": quiz_id})
    if quiz is None:
        raise NoQuiz()
    return quiz


def document(settings: QuizSettings, *, course_id: ObjectId, lesson_id: ObjectId, frozen: bool) -> StoredQuiz:
    """Return the document of settings, whose id derives from its content."""
    content = {"course_id": course_id, "lesson_id": lesson_id, "frozen": frozen, **settings}
    canonical = orjson.dumps(content, default=str, option=orjson.OPT_SORT_KEYS)
    quiz_id = ObjectId(blake2b(canonical, digest_size=12).digest())
    return {
        **settings,
        "_id": quiz_id,
        "course_id": course_id,
        "lesson_id": lesson_id,
        "frozen": frozen,
        "created_at": now(),
    }


def store(quizzes: Iterable[StoredQuiz]) -> None:
    """Store documents that are not stored yet."""
    writes = [
        UpdateOne(
            {"_id": quiz["_id"]},
            {"$setOnInsert": {name: value for name, value in quiz.items() if name != "_id"}},
            upsert=True,
        )
        for quiz in quizzes
    ]
    if writes:
        Quiz.collection().bulk_write(writes, ordered=False)


def sums(sections: Sequence[QuizSection]) -> Sums:
    """Return the number of questions in an attempt, and their points."""
    worth = [*_points(sections)]
    return {"question_count": len(worth), "max_points": exact(sum(worth, Decimal()))}


def _points(sections: Sequence[QuizSection]) -> Iterator[Decimal]:
    for section in sections:
        for question in section["questions"]:
            yield question["points"].to_decimal()
        if draw := section["draw"]:
            yield from [draw["points"].to_decimal()] * draw["count"]
