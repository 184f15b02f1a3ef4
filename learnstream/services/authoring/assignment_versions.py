"""The assignments of a version: what keeps them from being published, and their files."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Assignment, LessonKind
from learnstream.documents.course import CourseDraft, Release
from learnstream.documents.lesson import ListedLesson
from learnstream.documents.projection import Projection
from learnstream.errors.assignment_lessons import AssignmentNotPublishable, Fault, NoAssignmentToPublish
from learnstream.services.assignments import checks
from learnstream.services.authoring import conditions

MESSAGES = {
    Fault.NO_ASSIGNMENT: "The lesson has no assignment yet.",
    Fault.DUE_BEFORE_RELEASE: "The assignment is due before the lesson opens.",
}


class Deadline(TypedDict):
    """What publishing needs to know of an assignment."""

    _id: ObjectId
    due: Release | None
    attachments: list[ObjectId]


class AssignmentProblem(TypedDict):
    """What keeps a lesson's assignment from being published."""

    lesson_id: str
    title: str
    code: str
    detail: str


@dataclass(frozen=True)
class DraftAssignments:
    """The files of the assignments of a draft, and what keeps them from being published."""

    attachments: list[ObjectId] = field(default_factory=list)
    problems: list[AssignmentProblem] = field(default_factory=list)


DEADLINE = Projection(Assignment, Deadline)


def check(course: CourseDraft, drafts: Mapping[ObjectId, ListedLesson]) -> DraftAssignments:
    """Check the assignments of a draft, whose lessons are given, before they are published."""
    lessons = [lesson for lesson in drafts.values() if lesson["kind"] == LessonKind.ASSIGNMENT]
    if not lessons:
        return DraftAssignments()
    wanted = [lesson["assignment_id"] for lesson in lessons if lesson["assignment_id"]]
    found: dict[ObjectId | None, Deadline] = {each["_id"]: each for each in DEADLINE.find({"_id": {"$in": wanted}})}
    return DraftAssignments(
        [file_id for assignment in found.values() for file_id in assignment["attachments"]],
        [problem for lesson in lessons for problem in _problems(course, lesson, found.get(lesson["assignment_id"]))],
    )


def require_publishable(problems: Iterable[AssignmentProblem]) -> None:
    """Raise if something keeps assignments from being published.

    Raises:
        Conflict: `no_assignment`, a lesson has none.
        Unprocessable: `assignment_not_publishable`, one is due before its lesson opens.
    """
    found = list(problems)
    if empty := [each for each in found if each["code"] == Fault.NO_ASSIGNMENT]:
        raise NoAssignmentToPublish(lessons=[{"id": each["lesson_id"], "title": each["title"]} for each in empty])
    if found:
        raise AssignmentNotPublishable(assignments=found)


def is_due_too_early(course: CourseDraft, lesson_id: ObjectId, due: Release | None) -> bool:
    """Return whether something is due before a lesson of the draft, or its module, opens, as far as that is known."""
    return any(checks.is_before(due, release) for release in _releases(course, lesson_id))


def _releases(course: CourseDraft, lesson_id: ObjectId) -> Iterator[Release | None]:
    for module in course["modules"]:
        if lesson_id in module["lesson_ids"]:
            yield conditions.stated(module)["release"]
            yield conditions.by_lesson(module).get(lesson_id, conditions.NONE)["release"]


def _problems(course: CourseDraft, lesson: ListedLesson, assignment: Deadline | None) -> Iterator[AssignmentProblem]:
    if assignment is None:
        yield _problem(lesson, Fault.NO_ASSIGNMENT)
    elif is_due_too_early(course, lesson["_id"], assignment["due"]):
        yield _problem(lesson, Fault.DUE_BEFORE_RELEASE)


def _problem(lesson: ListedLesson, fault: Fault) -> AssignmentProblem:
    return {
        "lesson_id": str(lesson["_id"]),
        "title": lesson["title"],
        "code": fault.value,
        "detail": MESSAGES[fault],
    }
