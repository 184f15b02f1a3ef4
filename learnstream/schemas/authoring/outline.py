"""The outline of a draft: modules, their lessons, and what has to happen before these open."""

from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.clock import now
from learnstream.schemas.common.base import Instant, Line, ObjectIdText, Schema

MAX_PREREQUISITES = 50
MAX_DAYS = 3650
FAR_AWAY = timedelta(days=36525)

ONE_OF_TWO = "Give either `at` or `after_days`."


def is_a_sensible_time(instant: datetime) -> None:
    """Refuse what no store could hold, or nobody will live to see."""
    if not now() - FAR_AWAY < instant < now() + FAR_AWAY:
        raise ma.ValidationError("Must lie within a hundred years.")


class ReleaseSchema(Schema):
    """When something opens: at an instant, or some days after a learner enrolled."""

    at = Instant(
        validate=is_a_sensible_time,
        metadata={"description": "The instant it opens for everybody, within a hundred years from now."},
    )
    after_days = fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=MAX_DAYS),
        metadata={"description": "It opens for each learner this many days after they enrolled.", "example": 7},
    )

    @ma.validates_schema
    def require_one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ma.ValidationError(ONE_OF_TWO)


class ConditionsSchema(Schema):
    """What has to happen before something opens to learners."""

    prerequisites = fields.List(
        ObjectIdText(),
        load_default=list,
        dump_default=list,
        validate=validate.Length(max=MAX_PREREQUISITES),
        metadata={"description": "Lessons, or modules with all of their lessons, to be completed before."},
    )
    release = fields.Nested(
        ReleaseSchema,
        allow_none=True,
        load_default=None,
        dump_default=None,
        metadata={"description": "When it opens; null is as soon as a learner is enrolled."},
    )


class LessonConditionsSchema(ConditionsSchema):
    lesson_id = ObjectIdText(required=True, metadata={"description": "A lesson of the module."})


class ModuleFieldsSchema(ConditionsSchema):
    title = Line(max=200, required=True, metadata={"description": "The module's title.", "example": "The sky above us"})
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
        metadata={"description": "What single lessons ask for, besides what their module does."},
    )


class ModuleSchema(ModuleFieldsSchema):
    id = fields.String(metadata={"description": "The module's id."})


class OutlineModuleSchema(ModuleFieldsSchema):
    id = ObjectIdText(metadata={"description": "A module of the draft; absent for a new one."})


class OutlineSchema(Schema):
    """The whole outline: every lesson of the draft stands in it exactly once."""

    modules = fields.List(
        fields.Nested(OutlineModuleSchema),
        required=True,
        validate=validate.Length(max=200),
        metadata={"description": "The modules, in order. Those that are left out are gone."},
    )
