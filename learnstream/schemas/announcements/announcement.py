"""Request and response schemas of announcements."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents.announcement import MAX_TEXT, MAX_TITLE, AnnouncementStatus
from learnstream.schemas.authoring.outline import is_a_sensible_time
from learnstream.schemas.common.base import Choice, Instant, Line, Schema, SomethingToChange, Text, Word
from learnstream.web import cast

TITLE = {"description": "The title.", "example": cast.ANNOUNCEMENT_TITLE}
TEXT = {
    "description": "The text in Markdown, not rendered by the server.",
    "example": "We meet at the **observatory** at 21:00. Bring a coat.",
}
PUBLISH_AT = {
    "description": "When it is to be published; at once if that has passed. Null for a draft.",
    "example": None,
}


class AnnouncementCreateSchema(Schema):
    title = Line(max=MAX_TITLE, required=True, metadata=TITLE)
    text = Text(min=1, max=MAX_TEXT, strip=True, required=True, metadata=TEXT)
    publish_at = Instant(allow_none=True, load_default=None, validate=is_a_sensible_time, metadata=PUBLISH_AT)
    status = Choice(
        AnnouncementStatus,
        load_default=AnnouncementStatus.DRAFT,
        validate=validate.OneOf(
            [AnnouncementStatus.DRAFT, AnnouncementStatus.PUBLISHED], error="Must be `draft` or `published`."
        ),
        metadata={
            "enum": [AnnouncementStatus.DRAFT.value, AnnouncementStatus.PUBLISHED.value],
            "description": "`published` publishes it at once, without `publish_at`.",
            "example": "published",
        },
    )

    @ma.validates_schema
    def publish_at_once_or_later(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("publish_at") and data.get("status") is AnnouncementStatus.PUBLISHED:
            raise ma.ValidationError("Must be absent if `status` is `published`.", "publish_at")

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"is_published": data.pop("status") is AnnouncementStatus.PUBLISHED}


class AnnouncementPatchSchema(SomethingToChange):
    title = Line(max=MAX_TITLE, metadata=TITLE)
    text = Text(min=1, max=MAX_TEXT, strip=True, metadata=TEXT)
    publish_at = Instant(allow_none=True, validate=is_a_sensible_time, metadata=PUBLISH_AT)


class AnnouncementSchema(Schema):
    id = fields.String(
        attribute="_id", metadata={"description": "The announcement's id.", "example": cast.ANNOUNCEMENT_ID}
    )
    course_id = fields.String(
        allow_none=True,
        metadata={"description": "The course whose learners see it; or null.", "example": cast.COURSE_ID},
    )
    group_id = fields.Integer(
        allow_none=True, metadata={"description": "The group whose members see it; or null.", "example": None}
    )
    title = fields.String(metadata=TITLE)
    text = fields.String(metadata=TEXT)
    status = Word(
        AnnouncementStatus,
        metadata={
            "description": "`draft`, `scheduled`, `published` or `withdrawn`. Learners see published ones.",
            "example": "published",
        },
    )
    publish_at = Instant(
        allow_none=True,
        metadata={"description": "When a scheduled one will be published; else null.", "example": None},
    )
    published_at = Instant(
        allow_none=True, metadata={"description": "When it was published; or null.", "example": cast.WATCHED_AT}
    )
    edited_at = Instant(
        allow_none=True,
        metadata={"description": "When it was last edited after it was published; or null.", "example": None},
    )
    withdrawn_at = Instant(
        allow_none=True, metadata={"description": "When it was withdrawn; or null.", "example": None}
    )
    created_by = fields.Integer(metadata={"description": "The id of its author.", "example": cast.INSTRUCTOR["id"]})
    created_at = Instant(metadata={"description": "When it was written.", "example": cast.BEGAN_AT})
    updated_at = Instant(metadata={"description": "When it was last changed.", "example": cast.WATCHED_AT})


class OwnAnnouncementSchema(AnnouncementSchema):
    source = fields.String(
        metadata={"description": "The title of its course, or the name of its group.", "example": cast.COURSE_TITLE}
    )


class AnnouncementQuerySchema(Schema):
    timeless = True

    status = Choice(
        AnnouncementStatus,
        metadata={"description": "Only announcements in this state. Learners see published ones in any case."},
    )
