"""What lessons and outlines show of a quiz before it begins: never its questions."""

from collections.abc import Iterable
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Quiz
from learnstream.documents.course import Release
from learnstream.documents.projection import Projection
from learnstream.documents.quiz import QuizSummary


class IdentifiedSummary(QuizSummary):
    _id: ObjectId


class ShownQuiz(TypedDict):
    """A quiz in an outline; times are in seconds, and None is no limit."""

    question_count: int
    max_points: float
    time_limit: int | None
    attempts_allowed: int | None
    wait: int
    score_of: str
    pass_fraction: float
    closes: Release | None
    navigation: str
    access_code_needed: bool


SUMMARY = Projection(Quiz, IdentifiedSummary)
ShownQuizzes = dict[ObjectId | None, ShownQuiz]


def of(quiz_ids: Iterable[ObjectId | None]) -> ShownQuizzes:
    """Return quizzes by id."""
    wanted = [quiz_id for quiz_id in quiz_ids if quiz_id is not None]
    return {quiz["_id"]: describe(quiz) for quiz in SUMMARY.find({"_id": {"$in": wanted}})} if wanted else {}


def describe(quiz: QuizSummary) -> ShownQuiz:
    """Return what is shown of a quiz."""
    return {
        "question_count": quiz["question_count"],
        "max_points": float(quiz["max_points"].to_decimal()),
        "time_limit": quiz["time_limit"],
        "attempts_allowed": quiz["attempts_allowed"],
        "wait": quiz["wait"],
        "score_of": quiz["score_of"],
        "pass_fraction": float(quiz["pass_fraction"].to_decimal()),
        "closes": quiz["closes"] or None,
        "navigation": quiz["navigation"],
        "access_code_needed": quiz["access_code"] is not None,
    }
