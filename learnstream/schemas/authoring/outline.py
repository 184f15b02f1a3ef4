"""Schemas of a draft's outline: modules, their lessons, and the conditions under which these open."""

from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.clock import now
from learnstream.schemas.common.base import Instant, Line, ObjectIdText, Schema
from learnstream.web import cast
from learnstream.web.openapi_schemas import MAY_BE_ABSENT

MAX_PREREQUISITES = 50
MAX_DAYS = 3650
FAR_AWAY = timedelta(days=36525)

ONE_OF_TWO = "Give either `at` or `after_days`."


def is_a_sensible_time(instant: datetime) -> None:
    """Raise for times that the stores cannot hold or that are not plausible."""
    if not now() - FAR_AWAY < instant < now() + FAR_AWAY:
        raise ma.ValidationError("Must lie within a hundred years.")


class MomentSchema(Schema):
    """An instant, or a number of days after a learner enrolled."""

    at = Instant(
        validate=is_a_sensible_time,
        metadata={
            "description": "The instant, the same for all learners, within a hundred years from now.",
            MAY_BE_ABSENT: True,
        },
    )
    after_days = fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=MAX_DAYS),
        metadata={
            "description": "The number of days after each learner's enrollment.",
            "example": 7,
            MAY_BE_ABSENT: True,
        },
    )

    @ma.validates_schema
    def require_one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ma.ValidationError(ONE_OF_TWO)


class ReleaseSchema(MomentSchema):
    """When something opens: at an instant, or a number of days after a learner enrolled."""


class ConditionsSchema(Schema):
    """The conditions under which something opens to learners."""

    prerequisites = fields.List(
        ObjectIdText(),
        load_default=list,
        dump_default=list,
        validate=validate.Length(max=MAX_PREREQUISITES),
        metadata={"description": "The lessons, and the modules with all their lessons, that must be completed first."},
    )
    release = fields.Nested(
        ReleaseSchema,
        allow_none=True,
        load_default=None,
        dump_default=None,
        metadata={"description": "When it opens; null means as soon as a learner is enrolled."},
    )


class LessonConditionsSchema(ConditionsSchema):
    lesson_id = ObjectIdText(required=True, metadata={"description": "A lesson of the module."})


class ModuleFieldsSchema(ConditionsSchema):
    title = Line(max=200, required=True, metadata={"description": "The module's title.", "example": cast.MODULE_TITLE})
    lesson_ids = fields.List(
        ObjectIdText(),
        required=True,
        validate=validate.Length(max=500),
        metadata={"description": "Its lessons, in order."},
    )
    conditions = fields.List(
        fields.Nested(LessonConditionsSchema),
        load_default=list,
        dump_default=list,
        validate=validate.Length(max=500),
        metadata={"description": "Conditions of single lessons, in addition to those of the module."},
    )


class ModuleSchema(ModuleFieldsSchema):
    id = fields.String(metadata={"description": "The module's id."})


class OutlineModuleSchema(ModuleFieldsSchema):
    id = ObjectIdText(metadata={"description": "The id of a module of the draft; absent for a new module."})


class OutlineSchema(Schema):
    """The whole outline, with every lesson of the draft exactly once."""

    modules = fields.List(
        fields.Nested(OutlineModuleSchema),
        required=True,
        validate=validate.Length(max=200),
        metadata={"description": "The modules, in order. Modules that are left out are removed."},
    )
