"""Schemas of version comparison and learner migration."""

import re
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents import LessonKind
from learnstream.schemas.common.base import ObjectIdText, RowId, Schema, Word

DRAFT = "draft"
STATE = re.compile(f"{DRAFT}|[1-9][0-9]{{0,8}}")
MAX_LEARNERS = 1000
VALUE = [
    *({"type": kind} for kind in ("string", "number", "boolean", "object", "null")),
    {"type": "array", "items": {"type": ["string", "object"]}},
]
CHANGES = ("added", "removed", "changed")


class StateName(fields.String):
    """A version's number, or `draft`."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        name = super()._deserialize(value, *args, **kwargs)
        if not STATE.fullmatch(name):
            raise ma.ValidationError("Must be a version's number, or `draft`.")
        return name if name == DRAFT else int(name)


class DiffQuerySchema(Schema):
    before = StateName(
        data_key="from",
        metadata={"description": "A version's number or `draft`; by default the current version.", "example": "1"},
    )
    after = StateName(
        data_key="to",
        load_default=DRAFT,
        metadata={"description": "A version's number or `draft`, the default.", "example": "draft"},
    )
    lesson_id = ObjectIdText(metadata={"description": "Compare only this lesson, with its full text on both sides."})


class FieldChangeSchema(Schema):
    field = fields.String(metadata={"description": "The field's name.", "example": "title"})
    before = fields.Raw(
        metadata={
            "description": "The earlier value. For a text (`body`): `{characters, digest}`, and `text` if only this "
            "lesson was requested. For a `video`: `{id, status, duration}`; for a `document`: `{id, name, pages, size, state}`; "
            "for a `quiz` or `assignment`: what outlines show of it, and a `digest`, which differs whenever its settings or "
            "questions do. For the `reading_list`: its entries.",
            "anyOf": VALUE,
            "example": "The moon",
        },
    )
    after = fields.Raw(
        metadata={
            "description": "The later value, in the same form.",
            "anyOf": VALUE,
            "example": "The moon and the tides",
        },
    )


FIELDS = {"description": "The changed fields; empty for an added or removed entry."}


class LessonPlaceSchema(Schema):
    module_id = fields.String(metadata={"description": "The module that contains it."})
    module_title = fields.String(metadata={"description": "The module's title."})
    position = fields.Integer(metadata={"description": "Its position in the module, from 1."})


class ModuleChangeSchema(Schema):
    id = fields.String(metadata={"description": "The module's id."})
    title = fields.String(metadata={"description": "Its later title."})
    change = Word(CHANGES, metadata={"description": "How it has changed.", "example": "changed"})
    moved = fields.Boolean(
        metadata={"description": "Whether its position among the modules present on both sides has changed."}
    )
    before = fields.Integer(allow_none=True, metadata={"description": "Its earlier position, from 1."})
    after = fields.Integer(allow_none=True, metadata={"description": "Its later position, from 1."})
    fields_ = fields.List(fields.Nested(FieldChangeSchema), data_key="fields", metadata=FIELDS)


class LessonChangeSchema(Schema):
    id = fields.String(metadata={"description": "The lesson's id."})
    title = fields.String(metadata={"description": "Its later title."})
    kind = Word(LessonKind, metadata={"description": "The lesson's kind.", "example": "video"})
    change = Word(CHANGES, metadata={"description": "How it has changed.", "example": "changed"})
    moved = fields.Boolean(
        metadata={
            "description": "Whether it is in another module, or its position among the remaining lessons has changed."
        }
    )
    video_replaced = fields.Boolean(
        metadata={
            "description": "Whether its video was removed or replaced. Learners who completed the lesson keep the "
            "completion; the new video counts from the start."
        }
    )
    document_replaced = fields.Boolean(metadata={"description": "Whether its document was removed or replaced."})
    quiz_replaced = fields.Boolean(
        metadata={"description": "Whether its quiz was removed, or has changed with its questions."}
    )
    assignment_replaced = fields.Boolean(
        metadata={"description": "Whether its assignment was removed, or has changed."}
    )
    before = fields.Nested(LessonPlaceSchema, allow_none=True, metadata={"description": "Its earlier place."})
    after = fields.Nested(LessonPlaceSchema, allow_none=True, metadata={"description": "Its later place."})
    fields_ = fields.List(fields.Nested(FieldChangeSchema), data_key="fields", metadata=FIELDS)


class CountsSchema(Schema):
    course_fields = fields.Integer(
        metadata={"description": "The number of fields of the course's description that differ."}
    )
    modules_added = fields.Integer(metadata={"description": "The number of added modules."})
    modules_removed = fields.Integer(metadata={"description": "The number of removed modules."})
    modules_changed = fields.Integer(metadata={"description": "The number of changed modules."})
    modules_moved = fields.Integer(metadata={"description": "How many of them were moved."})
    lessons_added = fields.Integer(metadata={"description": "The number of added lessons."})
    lessons_removed = fields.Integer(metadata={"description": "The number of removed lessons."})
    lessons_changed = fields.Integer(metadata={"description": "The number of changed lessons."})
    lessons_moved = fields.Integer(metadata={"description": "How many of them were moved."})
    videos_replaced = fields.Integer(
        metadata={"description": "How many of them have had their video replaced or removed."}
    )
    documents_replaced = fields.Integer(
        metadata={"description": "How many of them have had their document replaced or removed."}
    )
    quizzes_replaced = fields.Integer(
        metadata={"description": "How many of them have had their quiz or its questions changed, or removed."}
    )
    assignments_replaced = fields.Integer(
        metadata={"description": "How many of them have had their assignment changed or removed."}
    )


class DifferenceSchema(Schema):
    """The differences between two states of a course."""

    before = fields.Raw(
        data_key="from",
        allow_none=True,
        metadata={
            "description": "A version's number, `draft`, or null if nothing has been published yet.",
            "type": ["integer", "string"],
            "example": 1,
        },
    )
    after = fields.Raw(
        data_key="to",
        metadata={"description": "A version's number or `draft`.", "type": ["integer", "string"], "example": "draft"},
    )
    course = fields.List(
        fields.Nested(FieldChangeSchema), metadata={"description": "Changes to the course's description."}
    )
    modules = fields.List(
        fields.Nested(ModuleChangeSchema),
        metadata={"description": "Added, changed and removed modules, in the later order; removed ones come last."},
    )
    lessons = fields.List(
        fields.Nested(LessonChangeSchema),
        metadata={"description": "Added, changed and removed lessons, in the later order; removed ones come last."},
    )
    counts = fields.Nested(CountsSchema, metadata={"description": "The number of differences of each kind."})


class MigrationRequestSchema(Schema):
    to_version = RowId(
        load_default=None,
        metadata={"description": "The version to move learners to; by default the current one.", "example": 2},
    )
    user_ids = fields.List(
        RowId(),
        load_default=None,
        validate=validate.Length(min=1, max=MAX_LEARNERS),
        metadata={"description": f"The learners to move, at most {MAX_LEARNERS}; by default all.", "example": [7, 9]},
    )


class MigrationSchema(Schema):
    course_id = fields.String(metadata={"description": "The course's id."})
    version = fields.Integer(metadata={"description": "The version that learners were moved to.", "example": 2})
    moved = fields.Integer(metadata={"description": "The number of learners moved by this request.", "example": 1})
    already_there = fields.List(
        fields.Integer(),
        metadata={
            "description": "Those of `user_ids` who are already in this version or a later one.",
            "example": [9],
        },
    )
    not_enrolled = fields.List(
        fields.Integer(), metadata={"description": "Those of `user_ids` who have no active enrollment.", "example": []}
    )
