"""The grading settings of a course's draft; versions keep those with which they were published."""

from collections import Counter
from collections.abc import Collection
from decimal import Decimal
from typing import Any, TypedDict

from bson import Decimal128

from learnstream.documents import LessonKind
from learnstream.documents.course import CourseDraft
from learnstream.documents.grading import GradedLesson, Missing, StoredGrading
from learnstream.errors.grading import InvalidGrading
from learnstream.services.authoring import courses, lessons, outlines

GRADED = {LessonKind.QUIZ, LessonKind.ASSIGNMENT}
DEFAULT: StoredGrading = {
    "categories": [],
    "lessons": {},
    "missing": Missing.IGNORE.value,
    "pass_fraction": Decimal128("0.5"),
    "completion_fraction": None,
    "scale": [],
    "decimals": 1,
}


class GivenCategory(TypedDict):
    id: str
    title: str
    weight: Decimal
    drop_lowest: int


GivenBand = TypedDict("GivenBand", {"label": str, "from": Decimal})


class GivenGrading(TypedDict):
    """Settings as an author gives them, complete."""

    categories: list[GivenCategory]
    lessons: dict[str, GradedLesson]
    missing: str
    pass_fraction: Decimal
    completion_fraction: Decimal | None
    scale: list[GivenBand]
    decimals: int


def save(course_id: str, given: GivenGrading, *, expect: Collection[int] | None = None) -> CourseDraft:
    """Replace the settings of a course's draft.

    Raises:
        NotFound: there is no such course.
        InvalidGrading: a lesson is not one of the draft's that are graded, or a category drops all its results.
        EditConflict: see `courses.draft`.
    """
    course = courses.draft(course_id, expect=expect)
    if problems := _problems(course, given):
        raise InvalidGrading(problems)
    return courses.change(course, {"$set": {"grading": _stored(given)}})


def read(course: CourseDraft) -> dict[str, Any]:
    """Return the settings of a draft, without lessons that it has no more."""
    present = set(map(str, outlines.lesson_ids(course["modules"])))
    found = describe(course["grading"])
    return {**found, "lessons": {each: place for each, place in found["lessons"].items() if each in present}}


def describe(grading: StoredGrading | None) -> dict[str, Any]:
    """Return settings as clients see them, with plain numbers."""
    shown = grading or DEFAULT
    required = shown.get("completion_fraction")
    return {
        **shown,
        "categories": [{**each, "weight": _number(each["weight"])} for each in shown["categories"]],
        "pass_fraction": _number(shown["pass_fraction"]),
        "completion_fraction": None if required is None else _number(required),
        "scale": [{**each, "from": _number(each["from"])} for each in shown["scale"]],
    }


def _problems(course: CourseDraft, given: GivenGrading) -> dict[str, Any]:
    """Return messages by the place of what they are about."""
    graded = {str(each["_id"]) for each in lessons.listed_of(course).values() if each["kind"] in GRADED}
    unknown = {each: ["Not a lesson of this course that is graded."] for each in given["lessons"].keys() - graded}
    # Extra credit is never dropped.
    sizes = Counter(each["category_id"] for each in given["lessons"].values() if not each["extra_credit"])
    excessive = {
        str(place): {"drop_lowest": [f"The category has {sizes[each['id']]} lessons, of which one must count."]}
        for place, each in enumerate(given["categories"])
        if each["drop_lowest"] and each["drop_lowest"] >= sizes[each["id"]]
    }
    return {name: found for name, found in (("lessons", unknown), ("categories", excessive)) if found}


def _stored(given: GivenGrading) -> StoredGrading:
    required = given["completion_fraction"]
    return {
        **given,
        "categories": [{**each, "weight": Decimal128(each["weight"])} for each in given["categories"]],
        "pass_fraction": Decimal128(given["pass_fraction"]),
        "completion_fraction": None if required is None else Decimal128(required),
        "scale": [{"label": each["label"], "from": Decimal128(each["from"])} for each in given["scale"]],
    }


def _number(value: Decimal128) -> float:
    return float(value.to_decimal())
