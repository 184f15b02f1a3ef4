"""Settings of assignments as authors save them, stored as immutable documents."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any, NotRequired, TypedDict

from bson import ObjectId

from learnstream.documents.assignment import AssignmentSettings, Criterion, Late, Level, StoredAssignment
from learnstream.documents.course import Release as Moment
from learnstream.documents.decimals import exact
from learnstream.errors.assignment_lessons import InvalidAssignment
from learnstream.services.assignments import assignment_store, checks
from learnstream.services.media.file_purposes import HOMEWORK


class GivenLevel(TypedDict):
    id: NotRequired[str]
    title: str
    points: Decimal


class GivenCriterion(TypedDict):
    id: NotRequired[str]
    title: str
    description: str
    levels: list[GivenLevel]


class PlainLate(TypedDict):
    percent: Decimal
    per: str
    floor_percent: Decimal


class PlainSettings(TypedDict):
    """Settings in requests and responses alike (see `documents.assignment`)."""

    instructions: str
    attachments: list[str]
    points: Decimal
    due: Moment | None
    accepted_until: Moment | None
    late: PlainLate | None
    kinds: list[str]
    max_files: int
    max_bytes: int
    max_length: int
    attempts_allowed: int | None
    resubmit: str
    rubric: list[GivenCriterion]
    anonymous: bool
    release: str
    pass_fraction: Decimal


class GivenSettings(PlainSettings):
    """Settings as an author gives them; without `types`, all that homework can have."""

    types: NotRequired[list[str]]


class DescribedSettings(PlainSettings):
    """Settings as authors see them: all parts of the rubric have an id."""

    lesson_id: ObjectId
    types: list[str]


def save(course_id: ObjectId, lesson_id: ObjectId, given: GivenSettings) -> StoredAssignment:
    """Store the settings of a lesson's assignment and return them.

    Raises:
        InvalidAssignment: `accepted_until` is before `due`, or files cannot have one of the `types`.
    """
    types, unknown = checks.content_types(given.get("types", HOMEWORK.types))
    if unknown:
        raise InvalidAssignment({"types": unknown})
    if checks.is_before(given["accepted_until"], given["due"]):
        raise InvalidAssignment({"accepted_until": ["Must not be before `due`."]})
    settings: AssignmentSettings = {
        **given,
        "attachments": [ObjectId(file_id) for file_id in given["attachments"]],
        "points": exact(given["points"]),
        "types": types,
        "late": given["late"] and _late(given["late"]),
        "rubric": [_criterion(each) for each in _identified(given["rubric"])],
        "pass_fraction": exact(given["pass_fraction"]),
    }
    return assignment_store.store(settings, course_id=course_id, lesson_id=lesson_id)


def _late(given: PlainLate) -> Late:
    return {"percent": exact(given["percent"]), "per": given["per"], "floor_percent": exact(given["floor_percent"])}


def _criterion(given: Mapping[str, Any]) -> Criterion:
    levels: list[Level] = [
        {"id": each["id"], "title": each["title"], "points": exact(each["points"])}
        for each in _identified(given["levels"])
    ]
    return {"id": given["id"], "title": given["title"], "description": given["description"], "levels": levels}


def _identified(parts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return parts that all have an id: the author's, else the next free number."""
    found = [dict(each) for each in parts]
    taken = {each["id"] for each in found if "id" in each}
    free = (text for number in count(1) if (text := str(number)) not in taken)
    return [each if "id" in each else {**each, "id": next(free)} for each in found]


def describe(assignment: StoredAssignment) -> DescribedSettings:
    """Return settings as authors see them."""
    return {
        "lesson_id": assignment["lesson_id"],
        "instructions": assignment["instructions"],
        "attachments": [str(file_id) for file_id in assignment["attachments"]],
        "points": assignment["points"].to_decimal(),
        "due": assignment["due"] or None,
        "accepted_until": assignment["accepted_until"] or None,
        "late": assignment["late"] and _plain_late(assignment["late"]),
        "kinds": assignment["kinds"],
        "max_files": assignment["max_files"],
        "max_bytes": assignment["max_bytes"],
        "types": assignment["types"],
        "max_length": assignment["max_length"],
        "attempts_allowed": assignment["attempts_allowed"],
        "resubmit": assignment["resubmit"],
        "rubric": [_plain_criterion(criterion) for criterion in assignment["rubric"]],
        "anonymous": assignment["anonymous"],
        "release": assignment["release"],
        "pass_fraction": assignment["pass_fraction"].to_decimal(),
    }


def _plain_late(late: Late) -> PlainLate:
    return {
        "percent": late["percent"].to_decimal(),
        "per": late["per"],
        "floor_percent": late["floor_percent"].to_decimal(),
    }


def _plain_criterion(criterion: Criterion) -> GivenCriterion:
    levels: list[GivenLevel] = [
        {"id": each["id"], "title": each["title"], "points": each["points"].to_decimal()}
        for each in criterion["levels"]
    ]
    return {
        "id": criterion["id"],
        "title": criterion["title"],
        "description": criterion["description"],
        "levels": levels,
    }
