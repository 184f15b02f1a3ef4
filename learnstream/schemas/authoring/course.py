"""Courses: what makes one, its draft, and what the catalogue shows."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.schemas.authoring.outline import ModuleSchema
from learnstream.schemas.common.base import Instant, Line, Number, RowId, Schema, SomethingToChange, Text, Word
from learnstream.schemas.common.fields import LEVELS, MAX_TAGS, HttpsUrl, Language, Tag, Tags

STATES = ("draft", "published", "archived")
SORTS = ("newest", "oldest", "title", "relevance")
MAX_INSTRUCTORS = 20
MAX_RATE = 16

RATE = {
    "description": "How many seconds of its videos can be watched in a second, at once and in all versions; null, or more "
    "than the server allows, is as many as that.",
    "example": 2,
}
TITLE = {"description": "What the course is called.", "example": "Astronomy for beginners"}


class LabelsSchema(Schema):
    """What describes a course in a list."""

    summary = Text(max=500, strip=True, metadata={"description": "One or two sentences for lists."})
    subject = Line(min=0, max=80, metadata={"description": "The field it belongs to.", "example": "Physics"})
    tags = Tags(
        metadata={
            "description": "Words to find it by: lower-cased, each once, at most 20 of 40 characters.",
            "example": ["stars", "night sky"],
        }
    )
    level = fields.String(
        validate=validate.OneOf(LEVELS),
        metadata={"description": "Whom it is for; empty if unsaid.", "example": "beginner"},
    )
    language = Language(
        metadata={"description": "The language it is held in (BCP 47); empty if unsaid.", "example": "en-GB"}
    )
    cover = HttpsUrl(
        metadata={
            "description": "The public https address of a picture, or empty.",
            "example": "https://images.example.com/stars.jpg",
        }
    )


class MetadataSchema(LabelsSchema):
    """What describes a course."""

    description = Text(
        max=20_000, metadata={"description": "What it is about, at length. Markdown, never rendered here."}
    )


class CourseCreateSchema(MetadataSchema):
    title = Line(max=200, required=True, metadata=TITLE)


class CoursePatchSchema(MetadataSchema, SomethingToChange):
    title = Line(max=200, metadata=TITLE)
    status = fields.String(
        validate=validate.OneOf(("published", "archived")),
        metadata={"description": "`archived` closes a published course to new learners, `published` opens it again."},
    )
    max_playback_rate = Number(
        allow_none=True,
        allow_nan=False,
        validate=validate.Range(min=1, max=MAX_RATE),
        metadata=RATE,
    )


class DraftLabelsSchema(LabelsSchema):
    """A draft in a list."""

    id = fields.String(attribute="_id", metadata={"description": "The course's id."})
    title = fields.String(metadata=TITLE)
    slug = fields.String(
        metadata={
            "description": "A readable, unique name for addresses. Follows the title until the first publication, then stays.",
            "example": "astronomy-for-beginners",
        }
    )
    status = Word(STATES, metadata={"description": "`draft`: never published. `archived`: closed to new learners."})
    instructor_ids = fields.List(fields.Integer(), metadata={"description": "Who may change the course."})
    version = fields.Integer(
        attribute="current_version", metadata={"description": "The version learners see; 0 if none."}
    )
    published_at = Instant(
        allow_none=True, dump_default=None, metadata={"description": "When it was first published; null if never."}
    )
    max_playback_rate = fields.Float(allow_none=True, dump_default=None, metadata=RATE)
    created_at = Instant(metadata={"description": "When it was made."})
    updated_at = Instant(metadata={"description": "When the draft last changed."})


class CourseDraftSchema(DraftLabelsSchema):
    """A course as its instructors edit it. `ETag` names this state."""

    description = Text(
        max=20_000, metadata={"description": "What it is about, at length. Markdown, never rendered here."}
    )
    modules = fields.List(fields.Nested(ModuleSchema), metadata={"description": "The outline of the draft."})


class InstructorSchema(Schema):
    id = fields.Integer(metadata={"description": "The instructor's id."})
    name = fields.String(metadata={"description": "The name, as it was when the course was published."})


class CourseSummarySchema(Schema):
    """A course in the catalogue: its current version."""

    id = fields.String(metadata={"description": "The course's id."})
    slug = fields.String(metadata={"description": "A readable, unique name.", "example": "astronomy-for-beginners"})
    status = Word(STATES[1:], metadata={"description": "`archived` is closed to new learners."})
    title = fields.String(metadata=TITLE)
    summary = fields.String(metadata={"description": "One or two sentences."})
    subject = fields.String(metadata={"description": "The field it belongs to."})
    tags = fields.List(fields.String(), metadata={"description": "Words to find it by."})
    level = Word(LEVELS, metadata={"description": "Whom it is for; empty if unsaid."})
    language = fields.String(metadata={"description": "The language it is held in."})
    cover = fields.String(metadata={"description": "The address of a picture, or empty."})
    instructors = fields.List(fields.Nested(InstructorSchema), metadata={"description": "Who teaches it."})
    lesson_count = fields.Integer(metadata={"description": "How many lessons it has."})
    duration = fields.Float(metadata={"description": "Seconds of video that are ready to play, in all."})
    version = fields.Integer(metadata={"description": "The current version's number."})
    published_at = Instant(metadata={"description": "When the course was first published."})
    updated_at = Instant(metadata={"description": "When the current version was published."})


class CourseSchema(CourseSummarySchema):
    description = fields.String(metadata={"description": "What it is about, at length. Markdown."})


class BrowseSchema(Schema):
    """How to search, filter and sort the catalogue."""

    timeless = True

    q = Text(
        max=200,
        strip=True,
        metadata={
            "description": "Beginnings of words in titles, tags, summaries and descriptions; case and accents do not matter, "
            "and a word after a minus is left out.",
            "example": "stars",
        },
    )
    subject = Line(max=80, metadata={"description": "Only this subject."})
    tag = fields.List(
        Tag(), validate=validate.Length(max=MAX_TAGS), metadata={"description": "Only courses with all of these tags."}
    )
    level = fields.String(validate=validate.OneOf(LEVELS[1:]), metadata={"description": "Only this level."})
    language = Language(metadata={"description": "Only this language; `en` finds `en-GB`, too."})
    instructor = RowId(strict=False, metadata={"description": "Only courses by this instructor."})
    slug = Line(max=120, metadata={"description": "Only the course with this slug."})
    sort = fields.String(
        validate=validate.OneOf(SORTS),
        metadata={
            "description": "`newest` (first published last), `oldest`, `title`, or `relevance`, which needs `q` and is its default."
        },
    )

    @ma.validates_schema
    def relevance_needs_words(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("sort") == "relevance" and not data.get("q"):
            raise ma.ValidationError({"sort": ["Sorting by relevance needs q."]})


class MineSchema(Schema):
    """Which courses to list for their instructors."""

    status = fields.String(
        validate=validate.OneOf(STATES),
        metadata={"description": "Only courses in this state."},
    )
    everybody = fields.Boolean(
        load_default=False, metadata={"description": "All courses instead of one's own: for administrators."}
    )


class InstructorsSchema(Schema):
    instructor_ids = fields.List(
        RowId(),
        required=True,
        validate=validate.Length(min=1, max=MAX_INSTRUCTORS),
        metadata={
            "description": "Who may change the course from now on: active instructors or administrators.",
            "example": [3, 8],
        },
    )
