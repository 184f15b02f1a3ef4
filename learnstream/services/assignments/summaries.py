"""What lessons and outlines show of an assignment."""

from collections.abc import Iterable
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Assignment, File
from learnstream.documents.assignment import AssignmentRules, AssignmentSummary, Criterion, Late, StoredAssignment
from learnstream.documents.projection import Projection, pick
from learnstream.services.assignments import assignment_store
from learnstream.services.media import files


class IdentifiedSummary(AssignmentSummary):
    _id: ObjectId


class ShownLate(TypedDict):
    percent: float
    per: str
    floor_percent: float


class ShownAssignment(AssignmentRules):
    """An assignment in an outline (see `documents.assignment`)."""

    points: float
    late: ShownLate | None
    types: list[str]
    pass_fraction: float


class ShownLevel(TypedDict):
    id: str
    title: str
    points: float


class ShownCriterion(TypedDict):
    id: str
    title: str
    description: str
    levels: list[ShownLevel]


class AttachedFile(TypedDict):
    _id: ObjectId
    name: str
    size: int
    type: str | None


class ShownAttachment(TypedDict):
    """A file that belongs to the instructions; `size` is in bytes."""

    id: ObjectId
    name: str
    size: int
    type: str | None


class WholeAssignment(ShownAssignment):
    """An assignment as readers of its lesson see it."""

    instructions: str
    attachments: list[ShownAttachment]
    rubric: list[ShownCriterion]


SUMMARY = Projection(Assignment, IdentifiedSummary)
ATTACHED = Projection(File, AttachedFile)
ShownAssignments = dict[ObjectId | None, ShownAssignment]


def of(assignment_ids: Iterable[ObjectId | None]) -> ShownAssignments:
    """Return assignments by id."""
    wanted = [assignment_id for assignment_id in assignment_ids if assignment_id is not None]
    return {each["_id"]: describe(each) for each in SUMMARY.find({"_id": {"$in": wanted}})} if wanted else {}


def whole(assignment_id: ObjectId | None) -> WholeAssignment | None:
    """Return an assignment as readers of its lesson see it; None if there is none."""
    assignment = assignment_store.STORED.find_one({"_id": assignment_id}) if assignment_id else None
    return assignment and describe_whole(assignment)


def describe(assignment: AssignmentSummary) -> ShownAssignment:
    """Return what outlines show of an assignment."""
    return {
        **pick(AssignmentRules, assignment),
        "points": float(assignment["points"].to_decimal()),
        "late": _late(assignment["late"]) if assignment["late"] else None,
        "types": assignment["types"],
        "pass_fraction": float(assignment["pass_fraction"].to_decimal()),
    }


def describe_whole(assignment: StoredAssignment) -> WholeAssignment:
    """Return an assignment as readers of its lesson see it. Attachments that no longer exist are omitted."""
    return {
        **describe(assignment),
        "instructions": assignment["instructions"],
        "attachments": _attachments(assignment["attachments"]),
        "rubric": rubric(assignment["rubric"]),
    }


def rubric(criteria: Iterable[Criterion]) -> list[ShownCriterion]:
    """Return a rubric as learners and authors see it."""
    return [
        {
            "id": each["id"],
            "title": each["title"],
            "description": each["description"],
            "levels": [
                {"id": level["id"], "title": level["title"], "points": float(level["points"].to_decimal())}
                for level in each["levels"]
            ],
        }
        for each in criteria
    ]


def _late(late: Late) -> ShownLate:
    return {
        "percent": float(late["percent"].to_decimal()),
        "per": late["per"],
        "floor_percent": float(late["floor_percent"].to_decimal()),
    }


def _attachments(file_ids: list[ObjectId]) -> list[ShownAttachment]:
    found = (
        {file["_id"]: file for file in ATTACHED.find({"_id": {"$in": file_ids}, **files.EXISTS})} if file_ids else {}
    )
    return [
        {"id": file["_id"], "name": file["name"], "size": file["size"], "type": file["type"]}
        for file_id in file_ids
        if (file := found.get(file_id))
    ]
