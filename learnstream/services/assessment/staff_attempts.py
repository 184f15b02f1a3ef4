"""Attempts as the course's staff see them."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId

from learnstream.documents import Attempt, AttemptState
from learnstream.documents.attempt import AttemptOutcome, Change, Mark, WholeAttempt
from learnstream.services.accounts import names
from learnstream.services.assessment import attempt_views, attempts, corrections
from learnstream.services.assessment.attempt_views import Listed, Shown
from learnstream.services.assessment.review import EVERYTHING
from learnstream.services.enrollment import accommodated
from learnstream.services.quizzes import presentation, questions
from learnstream.services.quizzes.version import Version
from learnstream.stores.keyset import Found, Keys, Part
from learnstream.stores.mongo import Expression

# In the order of the index: by id, of one lesson.
LATEST = Keys(("lesson_id", 1), ("_id", -1))


class StaffListed(Listed):
    """An attempt in the staff's list; the name is that of its learner."""

    user_id: int
    name: str | None
    max_score: float
    has_late_answers: bool


class LateAnswer(TypedDict):
    """An answer that arrived after the end, with the ids of the attempt."""

    question_id: str
    answer: Any
    seq: int
    client_time: datetime
    at: datetime
    unseen: bool


class QuestionMark(TypedDict):
    """Who marked an answer; None: the server. `revision` counts its marks."""

    question_id: str
    points: float
    by: int | None
    at: datetime
    comment: str | None
    revision: int


class EarlierMark(TypedDict):
    """The points that an answer had; None: it was not marked."""

    question_id: str
    points: float | None


class Earlier(TypedDict):
    """A change of the result, and the result before it; `marks` are the earlier ones of the answers that changed."""

    cause: str
    by: int
    at: datetime
    reason: str | None
    score: float | None
    max_score: float
    passed: bool | None
    awaiting: int
    marks: list[EarlierMark]


class StaffPart(TypedDict):
    """What only the staff see of an attempt."""

    user_id: int
    name: str | None
    late_answers: list[LateAnswer]
    marks: list[QuestionMark]
    history: list[Earlier]


class StaffShown(Shown):
    """An attempt with its result."""

    staff: StaffPart


def browse(
    lesson_id: str,
    *,
    part: Part,
    state: AttemptState | None = None,
    user_id: int | None = None,
    group_id: int | None = None,
    awaiting: bool | None = None,
    except_for: int | None = None,
) -> Found[StaffListed]:
    """Return a part of the attempts at a quiz, the one that was started last first.

    group_id: only those of the group's present members. except_for: not those of this user, whose review policy holds for
    them as the group's staff too. awaiting: only those with answers to be marked by hand, or
    only the others.
    """
    wanted: Expression = {"lesson_id": ObjectId(lesson_id)}
    if state is not None:
        wanted["state"] = state.value
    if awaiting is not None:
        wanted["awaiting"] = {"$gt": 0} if awaiting else 0
    if learners := _learners(user_id, group_id, except_for):
        wanted["$and"] = learners
    found = LATEST.cut(attempts.OUTCOME.find(LATEST.part_of(wanted, part), sort=LATEST.sort, limit=part.look), part)
    return found.showing(_listed(found.entries))


def _learners(user_id: int | None, group_id: int | None, except_for: int | None) -> list[Expression]:
    of_user = [] if user_id is None else [{"user_id": user_id}]
    of_group = [] if group_id is None else [{"user_id": {"$in": [*accommodated.members(group_id)]}}]
    others = [] if except_for is None else [{"user_id": {"$ne": except_for}}]
    return [*of_user, *of_group, *others]


def _listed(found: Collection[AttemptOutcome]) -> list[StaffListed]:
    learners = names.of({each["user_id"] for each in found})
    late = _with_late_answers([each["_id"] for each in found])
    return [_entry(each, learners, late) for each in found]


def _entry(attempt: AttemptOutcome, learners: Mapping[int, str], late: Collection[ObjectId]) -> StaffListed:
    return {
        **attempt_views.listed(attempt, EVERYTHING),
        "user_id": attempt["user_id"],
        "name": learners.get(attempt["user_id"]),
        "max_score": float(attempt["max_score"].to_decimal()),
        "has_late_answers": attempt["_id"] in late,
    }


def shown(attempt: WholeAttempt, at: datetime) -> StaffShown:
    """Return an attempt with its questions, answers and result.

    at: the server's time, from which the time that is left counts.
    """
    versions = questions.versions([str(item["version_id"]) for item in attempt["items"]])
    return {
        **attempt_views.shown(attempt, at, EVERYTHING),
        "staff": {
            "user_id": attempt["user_id"],
            "name": names.of([attempt["user_id"]]).get(attempt["user_id"]),
            "late_answers": [*_late_answers(attempt, {each.question_id: each for each in versions.values()})],
            "marks": [_mark(question_id, mark) for question_id, mark in attempt["marks"].items()],
            "history": [_earlier(change) for change in attempts.history(attempt["_id"])],
        },
    }


def _late_answers(attempt: WholeAttempt, by_question: Mapping[str, Version]) -> Iterator[LateAnswer]:
    for question_id, late in attempt["late_answers"].items():
        yield {
            "question_id": question_id,
            "answer": presentation.localized(by_question[question_id], late["answer"], attempt["salt"]),
            "seq": late["seq"],
            "client_time": late["client_time"],
            "at": late["at"],
            "unseen": late["unseen"],
        }


def _mark(question_id: str, mark: Mark) -> QuestionMark:
    return {
        "question_id": question_id,
        "points": float(mark["points"].to_decimal()),
        "by": mark["by"],
        "at": mark["at"],
        "comment": mark.get("comment"),
        "revision": corrections.revision_of(mark),
    }


def _earlier(change: Change) -> Earlier:
    score = change["score"]
    return {
        "cause": change["cause"],
        "by": change["by"],
        "at": change["at"],
        "reason": change["reason"],
        "score": float(score.to_decimal()) if score else None,
        "max_score": float(change["max_score"].to_decimal()),
        "passed": change["passed"],
        "awaiting": change["awaiting"],
        "marks": [
            {"question_id": question_id, "points": float(mark["points"].to_decimal()) if mark else None}
            for question_id, mark in change["marks"].items()
        ],
    }


def _with_late_answers(ids: Collection[ObjectId]) -> set[ObjectId]:
    late: dict[str, Any] = {"_id": {"$in": [*ids]}, "late_answers": {"$gt": {}}}
    return {each["_id"] for each in Attempt.collection().find(late, {"_id": 1})} if ids else set()
