"""What differs between versions of a course."""

import re
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents import LessonKind
from learnstream.schemas.authoring.version import LEARNERS, WarningSchema
from learnstream.schemas.common.base import Instant, ObjectIdText, RowId, Schema, Word

DRAFT = "draft"
STATE = re.compile(f"{DRAFT}|[1-9][0-9]{{0,8}}")
MAX_LEARNERS = 1000
ANYTHING = ["string", "number", "boolean", "object", "array"]
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
    lesson_id = ObjectIdText(metadata={"description": "Show this lesson alone, with its whole text on both sides."})


class FieldChangeSchema(Schema):
    field = fields.String(metadata={"description": "The field's name.", "example": "title"})
    before = fields.Raw(
        allow_none=True,
        metadata={
            "description": "What it was. Of a text (`body`): `{characters, digest}`, and `text` if only this lesson was "
            "asked for. Of a `video`: `{id, status, duration}`.",
            "type": ANYTHING,
            "example": "The moon",
        },
    )
    after = fields.Raw(
        allow_none=True,
        metadata={
            "description": "What it is, in the same form.",
            "type": ANYTHING,
            "example": "The moon and the tides",
        },
    )


FIELDS = {"description": "What has changed of it; empty for what was added or removed."}


class LessonPlaceSchema(Schema):
    module_id = fields.String(metadata={"description": "The module it stands in."})
    module_title = fields.String(metadata={"description": "The module's title."})
    position = fields.Integer(metadata={"description": "Its place in the module, from 1."})


class ModuleChangeSchema(Schema):
    id = fields.String(metadata={"description": "The module's id."})
    title = fields.String(metadata={"description": "Its title, the later one."})
    change = Word(CHANGES, metadata={"description": "What became of it.", "example": "changed"})
    moved = fields.Boolean(metadata={"description": "Whether it stands elsewhere among the modules of both sides."})
    before = fields.Integer(allow_none=True, metadata={"description": "Its place before, from 1."})
    after = fields.Integer(allow_none=True, metadata={"description": "Its place after."})
    fields_ = fields.List(fields.Nested(FieldChangeSchema), data_key="fields", metadata=FIELDS)


class LessonChangeSchema(Schema):
    id = fields.String(metadata={"description": "The lesson's id."})
    title = fields.String(metadata={"description": "Its title, the later one."})
    kind = Word(LessonKind, metadata={"description": "What it is made of.", "example": "video"})
    change = Word(CHANGES, metadata={"description": "What became of it.", "example": "changed"})
    moved = fields.Boolean(
        metadata={"description": "Whether it stands in another module, or elsewhere among those that stayed."}
    )
    video_replaced = fields.Boolean(
        metadata={
            "description": "Whether the video it had is gone or another one now. Who completed the lesson stays so; the "
            "new video is watched from the start."
        }
    )
    before = fields.Nested(LessonPlaceSchema, allow_none=True, metadata={"description": "Where it stood."})
    after = fields.Nested(LessonPlaceSchema, allow_none=True, metadata={"description": "Where it stands."})
    fields_ = fields.List(fields.Nested(FieldChangeSchema), data_key="fields", metadata=FIELDS)


class CountsSchema(Schema):
    course_fields = fields.Integer(metadata={"description": "Fields of the course's description that differ."})
    modules_added = fields.Integer(metadata={"description": "Modules that are new."})
    modules_removed = fields.Integer(metadata={"description": "Modules that are gone."})
    modules_changed = fields.Integer(metadata={"description": "Modules that are on both sides and not the same."})
    modules_moved = fields.Integer(metadata={"description": "Those of them that stand elsewhere."})
    lessons_added = fields.Integer(metadata={"description": "Lessons that are new."})
    lessons_removed = fields.Integer(metadata={"description": "Lessons that are gone."})
    lessons_changed = fields.Integer(metadata={"description": "Lessons that are on both sides and not the same."})
    lessons_moved = fields.Integer(metadata={"description": "Those of them that stand elsewhere."})
    videos_replaced = fields.Integer(metadata={"description": "Those of them whose video is another one or gone."})


class DifferenceSchema(Schema):
    """What differs between two states of a course."""

    before = fields.Raw(
        data_key="from",
        allow_none=True,
        metadata={
            "description": "A version's number, `draft`, or null if nothing was published yet.",
            "type": ["integer", "string"],
            "example": 1,
        },
    )
    after = fields.Raw(
        data_key="to",
        metadata={"description": "A version's number or `draft`.", "type": ["integer", "string"], "example": "draft"},
    )
    course = fields.List(
        fields.Nested(FieldChangeSchema), metadata={"description": "What has changed in the course's description."}
    )
    modules = fields.List(
        fields.Nested(ModuleChangeSchema),
        metadata={"description": "Modules that are not the same, in the later order; those that are gone come last."},
    )
    lessons = fields.List(
        fields.Nested(LessonChangeSchema),
        metadata={"description": "Lessons that are not the same, in the later order; those that are gone come last."},
    )
    counts = fields.Nested(CountsSchema, metadata={"description": "How much that is in all."})


class PreviewQuerySchema(Schema):
    learners = fields.String(
        validate=validate.OneOf(LEARNERS),
        load_default="migrate",
        metadata={"description": "Whose list `affected` is: that of publishing with `migrate`, or with `keep`."},
    )


class VersionSeatsSchema(Schema):
    version = fields.Integer(metadata={"description": "A version.", "example": 1})
    seats = fields.Integer(metadata={"description": "How many learn from it now.", "example": 240})


class SeatsSchema(Schema):
    live = fields.Integer(metadata={"description": "How many learn from this course now.", "example": 240})
    completed = fields.Integer(metadata={"description": "How many of them have completed it.", "example": 31})
    by_version = fields.List(
        fields.Nested(VersionSeatsSchema), metadata={"description": "From which versions they learn."}
    )


class EffectSchema(Schema):
    moving = fields.Integer(metadata={"description": "How many would move to the new version.", "example": 240})
    counted = fields.Integer(
        metadata={
            "description": "Of how many of them the following is known: all, unless counting took too long.",
            "example": 240,
        }
    )
    rising = fields.Integer(metadata={"description": "How many would gain percentage.", "example": 12})
    falling = fields.Integer(
        metadata={
            "description": "How many would lose percentage; whoever has completed the course never does.",
            "example": 70,
        }
    )
    completing = fields.Integer(
        metadata={
            "description": "How many would complete the course, lacking only what is removed or need no longer be done.",
            "example": 2,
        }
    )
    kept_open = fields.Integer(
        metadata={
            "description": "How many have begun lessons whose new conditions they do not meet: these stay open to them.",
            "example": 3,
        }
    )
    closing = fields.Integer(
        metadata={"description": "How many would be shut out of lessons that are open to them now.", "example": 0}
    )


class EffectsSchema(Schema):
    migrate = fields.Nested(EffectSchema, metadata={"description": "If those who learn already move."})
    keep = fields.Nested(EffectSchema, metadata={"description": "If they keep their versions: nothing moves."})


class StandSchema(Schema):
    fraction = fields.Float(metadata={"description": "From 0 to 1: how much is done.", "example": 0.75})
    completed = fields.Boolean(metadata={"description": "Whether the course is completed."})
    completed_lessons = fields.Integer(metadata={"description": "How many lessons are completed.", "example": 3})
    lesson_count = fields.Integer(metadata={"description": "How many there are.", "example": 4})


class AffectedSchema(Schema):
    user_id = fields.Integer(metadata={"description": "The learner.", "example": 7})
    name = fields.String(allow_none=True, metadata={"description": "Their name.", "example": "Lea Lang"})
    version = fields.Integer(metadata={"description": "The version they learn from now.", "example": 1})
    before = fields.Nested(StandSchema, metadata={"description": "How far they have come in it."})
    after = fields.Nested(StandSchema, metadata={"description": "How far that would be in the new version."})
    kept_open = fields.List(
        fields.String(),
        metadata={
            "description": "Lessons that new conditions would have shut, and that stay open because the learner has begun "
            "or completed them."
        },
    )
    closing = fields.List(
        fields.String(), metadata={"description": "Lessons, open to the learner now, that new conditions would shut."}
    )


class PreviewSchema(Schema):
    """What publishing the draft now would change."""

    version = fields.Integer(metadata={"description": "The number that the new version would get.", "example": 2})
    publishable = fields.Boolean(
        metadata={"description": "False for a draft without lessons: publishing it is `nothing_to_publish`."}
    )
    changes = fields.Nested(DifferenceSchema, metadata={"description": "From the current version to the draft."})
    warnings = fields.List(
        fields.Nested(WarningSchema), metadata={"description": "Lessons that could not be played yet."}
    )
    seats = fields.Nested(SeatsSchema, metadata={"description": "Who learns from the course now."})
    effects = fields.Nested(EffectsSchema, metadata={"description": "What it would mean for them, either way."})
    learners = Word(LEARNERS, metadata={"description": "Which way the list is about.", "example": "migrate"})
    affected = fields.List(
        fields.Nested(AffectedSchema),
        metadata={
            "description": "A page of those whose percentage or completion would not be the same, or whom new conditions of "
            "lessons concern."
        },
    )
    as_of = Instant(
        allow_none=True,
        metadata={"description": "Progress up to this time is counted; null if none has been counted yet."},
    )


class MigrationRequestSchema(Schema):
    to_version = RowId(
        load_default=None,
        metadata={"description": "The version they move to; by default the current one.", "example": 2},
    )
    user_ids = fields.List(
        RowId(),
        load_default=None,
        validate=validate.Length(min=1, max=MAX_LEARNERS),
        metadata={"description": f"Who moves, at most {MAX_LEARNERS}; by default everybody.", "example": [7, 9]},
    )


class MigrationSchema(Schema):
    course_id = fields.String(metadata={"description": "The course's id."})
    version = fields.Integer(metadata={"description": "The version they were moved to.", "example": 2})
    moved = fields.Integer(metadata={"description": "How many moved now.", "example": 1})
    already_there = fields.List(
        fields.Integer(),
        metadata={
            "description": "Of `user_ids`: who stands on this version already, or on a later one.",
            "example": [9],
        },
    )
    not_enrolled = fields.List(
        fields.Integer(), metadata={"description": "Of `user_ids`: who has no seat, or none any more.", "example": []}
    )
