"""Schemas of courses: creation, the draft, and the catalogue."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.schemas.accounts.photo import PhotoSchema
from learnstream.schemas.authoring.outline import ModuleSchema
from learnstream.schemas.common.base import Instant, Line, Number, RowId, Schema, SomethingToChange, Text, Word
from learnstream.schemas.common.fields import LEVELS, MAX_TAGS, Cover, Language, Tag, Tags
from learnstream.schemas.common.money import MoneySchema
from learnstream.schemas.common.rating import RatingSchema
from learnstream.web import cast

STATES = ("draft", "published", "archived")
SORTS = ("newest", "oldest", "title", "rating", "relevance")
MAX_INSTRUCTORS = 20
MAX_RATE = 16

RATE = {
    "description": "How many seconds of its videos are credited for each second that passes; applies immediately to "
    "all versions. Null, or a value above the server's limit, means that limit.",
    "example": 2,
}
TITLE = {"description": "The course's title.", "example": cast.COURSE_TITLE}


class LabelsSchema(Schema):
    """What authors say about a course, in lists: see `documents.course.Labels`."""

    summary = Text(
        max=500,
        strip=True,
        metadata={"description": "One or two sentences for lists.", "example": "The night sky, explained."},
    )
    subject = Line(
        min=0,
        max=80,
        metadata={
            "description": "The name of the course's subject. If a request gives this alone, the course stands in the "
            "subject of that name, or in none if there is none.",
            "example": cast.SUBJECT_NAME,
        },
    )
    subject_id = RowId(
        allow_none=True,
        metadata={
            "description": "The id of the course's subject, which also sets `subject`; null if it stands in none.",
            "example": cast.SUBJECT_ID,
        },
    )
    tags = Tags(
        metadata={
            "description": "Tags for searching: lower-cased, without duplicates, at most 20 of up to 40 characters.",
            "example": ["stars", "night sky"],
        }
    )
    level = fields.String(
        validate=validate.OneOf(LEVELS),
        metadata={"description": "The level of its audience; empty if unspecified.", "example": "beginner"},
    )
    language = Language(
        metadata={"description": "The course's language (BCP 47); empty if unspecified.", "example": "en-GB"}
    )
    cover = Cover()


class MetadataSchema(LabelsSchema):
    """All that authors say about a course: see `documents.course.Metadata`."""

    description = Text(
        max=20_000,
        metadata={
            "description": "The full description in Markdown, which the server does not render.",
            "example": "From the *moon* to the edge of what can be seen.",
        },
    )


class CourseCreateSchema(MetadataSchema):
    title = Line(max=200, required=True, metadata=TITLE)


class CoursePatchSchema(MetadataSchema, SomethingToChange):
    title = Line(max=200, metadata=TITLE)
    status = fields.String(
        validate=validate.OneOf(("published", "archived")),
        metadata={"description": "`archived` closes a published course to new learners, `published` reopens it."},
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
            "description": "A readable, unique name for URLs. Follows the title until the first publication and is "
            "fixed afterwards.",
            "example": cast.COURSE_SLUG,
        }
    )
    status = Word(STATES, metadata={"description": "`draft`: never published. `archived`: closed to new learners."})
    instructor_ids = fields.List(fields.Integer(), metadata={"description": "The ids of the course's instructors."})
    version = fields.Integer(
        attribute="current_version", metadata={"description": "The current version's number; 0 if none is published."}
    )
    published_at = Instant(
        allow_none=True, dump_default=None, metadata={"description": "When it was first published; null if never."}
    )
    max_playback_rate = fields.Float(allow_none=True, dump_default=None, metadata=RATE)
    created_at = Instant(metadata={"description": "When the course was created."})
    updated_at = Instant(metadata={"description": "When the draft last changed."})


class CourseDraftSchema(DraftLabelsSchema, MetadataSchema):
    """A course as its instructors edit it. The `ETag` identifies this state."""

    modules = fields.List(fields.Nested(ModuleSchema), metadata={"description": "The outline of the draft."})


class InstructorSchema(Schema):
    id = fields.Integer(metadata={"description": "The instructor's id."})
    name = fields.String(metadata={"description": "The instructor's name when the course was published."})
    photo = fields.Nested(
        PhotoSchema, allow_none=True, metadata={"description": "The instructor's present photo; null without one."}
    )


class CourseSummarySchema(LabelsSchema):
    """A course in the catalogue: its current version."""

    id = fields.String(metadata={"description": "The course's id."})
    slug = fields.String(metadata={"description": "A readable, unique name.", "example": cast.COURSE_SLUG})
    status = Word(STATES[1:], metadata={"description": "`archived` is closed to new learners."})
    title = fields.String(metadata=TITLE)
    instructors = fields.List(fields.Nested(InstructorSchema), metadata={"description": "The course's instructors."})
    lesson_count = fields.Integer(metadata={"description": "The number of lessons."})
    duration = fields.Float(metadata={"description": "The total length of its playable videos, in seconds."})
    version = fields.Integer(metadata={"description": "The current version's number."})
    rating = fields.Nested(RatingSchema, metadata={"description": "What its reviews amount to."})
    price = fields.Nested(MoneySchema, allow_none=True, metadata={"description": "What it costs; null: it is free."})
    published_at = Instant(metadata={"description": "When the course was first published."})
    updated_at = Instant(metadata={"description": "When the current version was published."})


class CourseSchema(CourseSummarySchema, MetadataSchema):
    """A course on its page in the catalogue: its current version."""


class BrowseSchema(Schema):
    """Search, filters and sort order of the catalogue."""

    timeless = True

    q = Text(
        max=200,
        strip=True,
        metadata={
            "description": "Prefixes of words in titles, tags, summaries and descriptions; case and accents are "
            "ignored, and a leading minus excludes a word.",
            "example": "stars",
        },
    )
    subject = Line(max=80, metadata={"description": "Only courses with a subject of this name."})
    subject_id = RowId(strict=False, metadata={"description": "Only courses in this subject."})
    tag = fields.List(
        Tag(), validate=validate.Length(max=MAX_TAGS), metadata={"description": "Only courses with all of these tags."}
    )
    level = fields.String(validate=validate.OneOf(LEVELS[1:]), metadata={"description": "Only courses of this level."})
    language = Language(metadata={"description": "Only courses in this language; `en` also matches `en-GB`."})
    instructor = RowId(strict=False, metadata={"description": "Only courses by this instructor."})
    slug = Line(max=120, metadata={"description": "Only the course with this slug."})
    sort = fields.String(
        validate=validate.OneOf(SORTS),
        metadata={
            "description": "`newest` (by first publication), `oldest`, `title`, `rating` (the best first; a few ratings weigh "
            "less than many), or `relevance`, which requires `q` and is then the default."
        },
    )

    @ma.validates_schema
    def relevance_needs_words(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("sort") == "relevance" and not data.get("q"):
            raise ma.ValidationError({"sort": ["Sorting by relevance requires `q`."]})


class MineSchema(Schema):
    """Filters of the list of the caller's courses."""

    status = fields.String(
        validate=validate.OneOf(STATES),
        metadata={"description": "Only courses in this state."},
    )
    everybody = fields.Boolean(
        load_default=False, metadata={"description": "For administrators: all courses instead of the caller's own."}
    )


class InstructorsSchema(Schema):
    instructor_ids = fields.List(
        RowId(),
        required=True,
        validate=validate.Length(min=1, max=MAX_INSTRUCTORS),
        metadata={
            "description": "The ids of the new instructors, who must be active instructors or administrators.",
            "example": [cast.INSTRUCTOR["id"], cast.SECOND_INSTRUCTOR_ID],
        },
    )
