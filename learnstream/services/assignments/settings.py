"""Settings of assignments as authors save them, stored as immutable documents."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NotRequired, TypedDict

from bson import ObjectId

from learnstream.documents.assignment import (
    AssignmentRules,
    AssignmentSettings,
    Criterion,
    Late,
    Level,
    StoredAssignment,
)
from learnstream.documents.decimals import exact
from learnstream.errors.assignment_lessons import InvalidAssignment
from learnstream.services.assignments import assignment_files, assignment_store, checks, summaries
from learnstream.services.assignments.summaries import ShownAssignment, ShownCriterion
from learnstream.services.media.file_purposes import HOMEWORK
from learnstream.text import part_ids


class GivenLevel(TypedDict):
    id: NotRequired[str]
    title: str
    points: Decimal


class GivenCriterion(TypedDict):
    id: NotRequired[str]
    title: str
    description: str
    levels: list[GivenLevel]


class GivenLate(TypedDict):
    percent: Decimal
    per: str
    floor_percent: Decimal


class GivenSettings(AssignmentRules):
    """Settings as an author gives them (see `documents.assignment`); without `types`, all that homework can have."""

    instructions: str
    attachments: list[str]
    points: Decimal
    late: GivenLate | None
    types: NotRequired[list[str]]
    rubric: list[GivenCriterion]
    pass_fraction: Decimal


class DescribedSettings(ShownAssignment):
    """Settings as authors see them: all parts of the rubric have an id."""

    lesson_id: ObjectId
    instructions: str
    attachments: list[ObjectId]
    rubric: list[ShownCriterion]


def save(course_id: ObjectId, lesson_id: ObjectId, given: GivenSettings) -> StoredAssignment:
    """Store the settings of a lesson's assignment and return them.

    Raises:
        InvalidAssignment: `accepted_until` is before `due`, files cannot have one of the `types`, or one of the
            `attachments` does not exist or was not uploaded as one.
        FileNotReady, FileRefused: an attachment cannot be shown.
    """
    types, unknown = checks.content_types(given.get("types", HOMEWORK.types))
    if unknown:
        raise InvalidAssignment({"types": unknown})
    if checks.is_before(given["accepted_until"], given["due"]):
        raise InvalidAssignment({"accepted_until": ["Must not be before `due`."]})
    assignment_files.hold(given["attachments"])
    settings: AssignmentSettings = {
        **given,
        "attachments": [ObjectId(file_id) for file_id in given["attachments"]],
        "points": exact(given["points"]),
        "types": types,
        "late": _late(given["late"]) if given["late"] else None,
        "rubric": [_criterion(each) for each in part_ids.complete(given["rubric"])],
        "pass_fraction": exact(given["pass_fraction"]),
    }
    return assignment_store.store(settings, course_id=course_id, lesson_id=lesson_id)


def _late(given: GivenLate) -> Late:
    return {"percent": exact(given["percent"]), "per": given["per"], "floor_percent": exact(given["floor_percent"])}


def _criterion(given: Mapping[str, Any]) -> Criterion:
    levels: list[Level] = [
        {"id": each["id"], "title": each["title"], "points": exact(each["points"])}
        for each in part_ids.complete(given["levels"])
    ]
    return {"id": given["id"], "title": given["title"], "description": given["description"], "levels": levels}


def describe(assignment: StoredAssignment) -> DescribedSettings:
    """Return settings as authors see them."""
    return {
        **summaries.describe(assignment),
        "lesson_id": assignment["lesson_id"],
        "instructions": assignment["instructions"],
        "attachments": assignment["attachments"],
        "rubric": summaries.rubric(assignment["rubric"]),
    }
