"""Submissions in lists for the staff (see also `grading_queue`)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import SubmissionState
from learnstream.documents.submission import Stage, SubmissionOutcome
from learnstream.errors import Unprocessable
from learnstream.services.assignments.anonymity import HANDED_IN, learner_of
from learnstream.services.assignments.frozen import frozen
from learnstream.services.enrollment import accommodated
from learnstream.services.homework import claims, crowds, handed_in, pseudonyms, results
from learnstream.services.homework.pseudonyms import Person
from learnstream.services.homework.releasing import UNRELEASED
from learnstream.stores.keyset import Found, Keys, Part
from learnstream.stores.mongo import Expression

# In the order of the index.
LATEST = Keys(("lesson_id", 1), ("_id", -1))
PRESENT = {"superseded": {"$ne": True}}
GRADED: Expression = {"grade.revision": {"$gt": 0}}
NAMES_LEARNERS = "Not while submissions are anonymous: it would tell whose they are."


IN_STAGE: dict[Stage, Expression] = {
    Stage.SUBMITTED: {"state": SubmissionState.SUBMITTED.value, "grade.revision": None},
    Stage.GRADED: {**GRADED, **UNRELEASED},
    Stage.RELEASED: {**GRADED, "$expr": {"$eq": ["$grade.revision", "$released.revision"]}},
    Stage.RETURNED: {"state": SubmissionState.RETURNED.value},
}


class Figures(TypedDict):
    """How late a submission is, and its grade.

    `points` are those of the grade, `reduced_points` what lateness leaves of them. `released_at` is None until the learner
    sees this grade.
    """

    late_seconds: int
    penalty: float
    points: float | None
    reduced_points: float | None
    max_points: float
    graded_by: int | None
    graded_at: datetime | None
    released_at: datetime | None


class Listed(Person, Figures):
    """A submission in a list. Of an anonymous one the times are None: what learners did when is known by their names."""

    id: str
    course_id: str
    lesson_id: str
    number: int
    state: str
    superseded: bool
    submitted_at: datetime | None
    due_at: datetime | None
    returned_at: datetime | None
    claimed_by: int | None
    claimed_until: datetime | None
    revision: int


def browse(lesson_id: str, *, part: Part, **filters: Any) -> Found[Listed]:
    """Return a part of what was handed in in a lesson, the one that was begun last first.

    filters: those of `query`, which may raise.
    """
    wanted = query(lesson_id, **filters)
    found = LATEST.cut(handed_in.OUTCOME.find(LATEST.part_of(wanted, part), sort=LATEST.sort, limit=part.look), part)
    return found.showing(listed(found.entries))


def query(
    lesson_id: str,
    *,
    to_group_staff: int | None,
    course_id: str,
    latest: bool = True,
    user_id: int | None = None,
    group_id: int | None = None,
    **filters: Any,
) -> Expression:
    """Return the query for what was handed in in a lesson.

    to_group_staff: the user who sees it as staff of a group, and not their own, which they may see only as its learner;
        None for staff of the course.
    latest: only the latest one of each learner.
    group_id: only those of the group's present members.
    filters: those of `matching`.

    Raises:
        Unprocessable: the list would tell whose the submissions are, although they are anonymous.
    """
    of_lesson: Expression = {"lesson_id": ObjectId(lesson_id)}
    wanted = {**of_lesson, **HANDED_IN, **(PRESENT if latest else {})}
    conditions = [*matching(**filters)]
    if user_id is not None:
        _require_nameless(bool(crowds.named_by_filter(of_lesson)), "user_id")
        conditions.append({"user_id": user_id})
    if group_id is not None:
        members = accommodated.members(group_id)
        _require_nameless(bool(named(of_lesson, course_id, members, to_group_staff)), "group_id")
        conditions.append({"user_id": {"$in": [*members], "$ne": to_group_staff}})
    if conditions:
        wanted["$and"] = conditions
    return wanted


def matching(
    *, state: Stage | None = None, late: bool | None = None, marked_by: int | None = None
) -> Collection[Expression]:
    """Return the conditions of filters. marked_by: the user who gave the grade."""
    found = [] if state is None else [IN_STAGE[state]]
    if late is not None:
        found.append({"late_seconds": {"$gt": 0} if late else {"$not": {"$gt": 0}}})
    if marked_by is not None:
        found.append({"grade.by": marked_by})
    return found


def named(
    where: Expression, course_id: str, members: Collection[int], to_group_staff: int | None
) -> Collection[ObjectId]:
    """Return the lessons in which a filter by these members of a group would tell whose anonymous submissions are."""
    if to_group_staff is None:
        return crowds.named_by_filter(where, members)
    return crowds.named_to_group_staff(where, course_id, to_group_staff)


def _require_nameless(named: bool, field: str) -> None:
    if named:
        raise Unprocessable(errors={"query": {field: [NAMES_LEARNERS]}})


def listed(submissions: Collection[SubmissionOutcome]) -> list[Listed]:
    """Return what lists say of submissions."""
    people, moment = pseudonyms.people(learner_of(each) for each in submissions), now()
    return [_entry(each, people[learner_of(each)], moment) for each in submissions]


def _entry(submission: SubmissionOutcome, person: Person, at: datetime) -> Listed:
    claim = claims.held(submission["claim"], at)
    return {
        **person,
        "id": str(submission["_id"]),
        "course_id": str(submission["course_id"]),
        "lesson_id": str(submission["lesson_id"]),
        "number": submission["number"],
        "state": submission["state"],
        "superseded": submission["superseded"],
        "submitted_at": None if person["anonymous"] else submission["submitted_at"],
        "due_at": None if person["anonymous"] else submission["due_at"],
        **_figures(submission, is_hidden=person["anonymous"]),
        "returned_at": submission["returned_at"],
        "claimed_by": claim and claim["by"],
        "claimed_until": claim and claim["until"],
        "revision": submission["revision"],
    }


def _figures(submission: SubmissionOutcome, *, is_hidden: bool) -> Figures:
    grade, result, seen = submission["grade"], results.result(submission), submission["released"]
    penalty = submission["penalty"]
    return {
        "late_seconds": pseudonyms.shown_lateness(submission["late_seconds"], is_hidden=is_hidden),
        "penalty": float(penalty.to_decimal()) if penalty else 0.0,
        "points": float(result.raw_points) if result else None,
        "reduced_points": float(result.points) if result else None,
        "max_points": float(result.max_points if result else frozen(str(submission["assignment_id"])).points),
        "graded_by": grade and grade["by"],
        "graded_at": grade and grade["at"],
        "released_at": seen["released_at"] if grade and seen and seen["revision"] == grade["revision"] else None,
    }
