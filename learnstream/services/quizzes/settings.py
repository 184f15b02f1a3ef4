"""Settings of quizzes as authors save them: checked, and stored as immutable documents."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NotRequired, TypedDict

from bson import ObjectId

from learnstream.documents.course import Release
from learnstream.documents.decimals import exact
from learnstream.documents.quiz import QuizDraw, QuizSection, QuizSettings, Review, StoredQuiz
from learnstream.errors.quiz_lessons import InvalidQuiz
from learnstream.services.quizzes import access_codes, bank, quiz_checks, quiz_store
from learnstream.services.quizzes.quiz_checks import Problem


class GivenQuestion(TypedDict):
    question_id: str
    points: Decimal


class GivenDraw(TypedDict):
    count: int
    tags: list[str]
    points: Decimal


class GivenSection(TypedDict):
    title: str
    shuffle: bool
    questions: list[GivenQuestion]
    draw: GivenDraw | None


class PlainSettings(TypedDict):
    """Settings in requests and responses alike."""

    sections: list[GivenSection]
    shuffle_options: bool
    time_limit: int | None
    attempts_allowed: int | None
    wait: int
    score_of: str
    pass_fraction: Decimal
    closes: Release | None
    navigation: str
    review: Review


class GivenSettings(PlainSettings):
    """Settings as an author gives them; `access_code` is the code itself, None for none, absent to keep it."""

    access_code: NotRequired[str | None]


class DescribedSettings(PlainSettings):
    """Settings as authors see them."""

    lesson_id: ObjectId
    question_count: int
    max_points: Decimal
    access_code_needed: bool


def save(
    course_id: ObjectId, lesson_id: ObjectId, given: GivenSettings, *, previous: ObjectId | None = None
) -> StoredQuiz:
    """Store the settings of a lesson's quiz and return them.

    previous: the id of the lesson's settings until now, whose access code stays unless another one is given.

    Raises:
        InvalidQuiz: a question is unknown, archived or given twice, or a draw is larger than its pool.
    """
    sections = [_section(section) for section in given["sections"]]
    if found := quiz_checks.problems(sections, bank.of_course(course_id)):
        raise InvalidQuiz(_by_place(found))
    current = quiz_store.find(previous)["access_code"] if previous else None
    settings: QuizSettings = {
        **given,
        **quiz_store.sums(sections),
        "sections": sections,
        "pass_fraction": exact(given["pass_fraction"]),
        "access_code": access_codes.renew(given["access_code"], current) if "access_code" in given else current,
    }
    quiz = quiz_store.document(settings, course_id=course_id, lesson_id=lesson_id, frozen=False)
    quiz_store.store([quiz])
    return quiz


def _section(given: GivenSection) -> QuizSection:
    return {
        "title": given["title"],
        "shuffle": given["shuffle"],
        "questions": [
            {
                "question_id": ObjectId(each["question_id"]),
                "version_id": None,
                "points": exact(each["points"]),
            }
            for each in given["questions"]
        ],
        "draw": given["draw"] and {**given["draw"], "points": exact(given["draw"]["points"]), "pool": []},
    }


def describe(quiz: StoredQuiz) -> DescribedSettings:
    """Return settings as authors see them."""
    return {
        "lesson_id": quiz["lesson_id"],
        "sections": [_plain_section(section) for section in quiz["sections"]],
        "shuffle_options": quiz["shuffle_options"],
        "time_limit": quiz["time_limit"],
        "attempts_allowed": quiz["attempts_allowed"],
        "wait": quiz["wait"],
        "score_of": quiz["score_of"],
        "pass_fraction": quiz["pass_fraction"].to_decimal(),
        "closes": quiz["closes"] or None,
        "navigation": quiz["navigation"],
        "review": quiz["review"],
        "question_count": quiz["question_count"],
        "max_points": quiz["max_points"].to_decimal(),
        "access_code_needed": quiz["access_code"] is not None,
    }


def _plain_section(section: QuizSection) -> GivenSection:
    return {
        "title": section["title"],
        "shuffle": section["shuffle"],
        "questions": [
            {"question_id": str(each["question_id"]), "points": each["points"].to_decimal()}
            for each in section["questions"]
        ],
        "draw": _plain_draw(section["draw"]) if section["draw"] else None,
    }


def _plain_draw(draw: QuizDraw) -> GivenDraw:
    return {"count": draw["count"], "tags": draw["tags"], "points": draw["points"].to_decimal()}


def _by_place(found: Iterable[Problem]) -> dict[str, Any]:
    """Return messages by the place of what they are about, as validation errors are."""
    errors: dict[str, Any] = {}
    for problem in found:
        *above, name = problem.path
        place = errors
        for each in above:
            place = place.setdefault(str(each), {})
        place.setdefault(str(name), []).append(problem.message)
    return errors
