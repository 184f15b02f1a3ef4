"""Schemas of grading settings."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents.grading import Missing
from learnstream.schemas.common.base import Flag, Line, ObjectIdText, Schema, Text, Whole
from learnstream.schemas.common.decimals import Exact
from learnstream.web import cast

MAX_CATEGORIES = 50
MAX_LESSONS = 500
MAX_BANDS = 50
MAX_WEIGHT = 10_000
MAX_DECIMALS = 4
ID = Whole("^[A-Za-z0-9_-]{1,40}$", error="Must be 1 to 40 letters, digits, hyphens and underscores.")


class GradingCategorySchema(Schema):
    """A category of lessons."""

    id = Text(
        max=40,
        required=True,
        validate=ID,
        metadata={"description": "Its id, which `lessons` name; yours to choose.", "example": "tests"},
    )
    title = Line(max=200, required=True, metadata={"description": "Its title.", "example": "Tests"})
    weight = Exact(
        required=True,
        validate=validate.Range(min=0, max=MAX_WEIGHT),
        metadata={"description": "Its weight in the total, in relation to the other categories'.", "example": 40},
    )
    drop_lowest = fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(min=0, max=MAX_LESSONS),
        metadata={
            "description": "How many results of each learner are left out: those whose omission is best for them. One "
            "result always counts.",
            "example": 0,
        },
    )


class GradedLessonSchema(Schema):
    category_id = Text(
        max=40,
        allow_none=True,
        load_default=None,
        metadata={"description": "The category of the lesson; null for none.", "example": "tests"},
    )
    extra_credit = Flag(
        load_default=False,
        metadata={"description": "Whether its points count, but not its maximum.", "example": False},
    )


class GradingBandSchema(Schema):
    """A label of the scale."""

    label = Line(max=40, required=True, metadata={"description": "The label.", "example": "B"})
    from_ = Exact(
        data_key="from",
        attribute="from",
        required=True,
        validate=validate.Range(min=0, max=MAX_WEIGHT),
        metadata={"description": "The fraction from which on a total has it.", "example": 0.8},
    )


class GradingSchema(Schema):
    """How the total of a course follows from the grades of its lessons."""

    categories = fields.List(
        fields.Nested(GradingCategorySchema),
        load_default=list,
        validate=validate.Length(max=MAX_CATEGORIES),
        metadata={"description": "The categories. Without any, all graded lessons count by their points."},
    )
    lessons = fields.Dict(
        keys=ObjectIdText(),
        values=fields.Nested(GradedLessonSchema),
        load_default=dict,
        validate=validate.Length(max=MAX_LESSONS),
        metadata={
            "description": "Graded lessons by id. If there are categories, lessons without one do not count.",
            "example": {cast.QUIZ_LESSON_ID: {"category_id": "tests", "extra_credit": False}},
        },
    )
    missing = fields.String(
        validate=validate.OneOf([*Missing]),
        load_default=Missing.IGNORE.value,
        metadata={
            "description": "What a lesson counts in which a learner handed in nothing: `zero_after_due` 0 points, once "
            "their deadline has passed, `ignore` nothing.",
            "example": "zero_after_due",
        },
    )
    pass_fraction = Exact(
        load_default=lambda: Decimal("0.5"),
        validate=validate.Range(min=0, max=1),
        metadata={"description": "The fraction with which a total passes, 0.5 by default.", "example": 0.6},
    )
    completion_fraction = Exact(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=0, max=1),
        metadata={
            "description": "The fraction that a learner's total must have reached, as far as they see it, so that the course "
            "is completed once all its lessons are; null: all lessons suffice. What was completed stays completed.",
            "example": None,
        },
    )
    scale = fields.List(
        fields.Nested(GradingBandSchema),
        load_default=list,
        validate=validate.Length(max=MAX_BANDS),
        metadata={"description": "The labels of totals, from the highest fraction down to the lowest."},
    )
    decimals = fields.Integer(
        strict=True,
        load_default=1,
        validate=validate.Range(min=0, max=MAX_DECIMALS),
        metadata={
            "description": "The decimal places of percentages, which are rounded half up; 1 by default. Labels and "
            "passing depend on the exact fraction.",
            "example": 1,
        },
    )

    @ma.validates_schema
    def require_weights(self, data: dict[str, Any], **_: Any) -> None:
        weights = [each["weight"] for each in data["categories"]]
        if weights and not any(weights):
            raise ma.ValidationError({"categories": ["At least one category must have a weight above 0."]})

    @ma.validates_schema
    def require_distinct_categories(self, data: dict[str, Any], **_: Any) -> None:
        if errors := _repeated("id", [each["id"] for each in data["categories"]]):
            raise ma.ValidationError({"categories": errors})

    @ma.validates_schema
    def require_known_categories(self, data: dict[str, Any], **_: Any) -> None:
        known = {None, *(each["id"] for each in data["categories"])}
        errors = {
            lesson_id: {"category_id": ["Not a category of these settings."]}
            for lesson_id, each in data["lessons"].items()
            if each["category_id"] not in known
        }
        if errors:
            raise ma.ValidationError({"lessons": errors})

    @ma.validates_schema
    def require_descending_scale(self, data: dict[str, Any], **_: Any) -> None:
        errors = _repeated("label", [each["label"] for each in data["scale"]])
        for place, (above, below) in enumerate(pairwise(data["scale"]), start=1):
            if below["from"] >= above["from"]:
                errors.setdefault(place, {})["from"] = ["Must be less than that of the label before it."]
        if errors:
            raise ma.ValidationError({"scale": errors})


def _repeated(name: str, values: Sequence[str]) -> dict[int, dict[str, list[str]]]:
    """Return an error for each value that stands before it."""
    return {place: {name: ["Given twice."]} for place, value in enumerate(values) if value in values[:place]}
