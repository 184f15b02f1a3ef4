"""Schemas of photos, as accounts, courses and lists of people show them."""

from typing import Any

from marshmallow import fields

from learnstream.schemas.common.base import ObjectIdText, Schema
from learnstream.web import cast, photo_urls
from learnstream.web.photo_urls import SIZES


def _size(name: str) -> fields.String:
    description = f"The path of the picture with at most {SIZES[name]} pixels on its longer side, in WebP."
    return fields.String(metadata={"description": description, "example": photo_urls.url(cast.PHOTO_ID, name)})


class PhotoSchema(Schema):
    """A photo in three sizes. The paths are relative to this server; they need no token."""

    small = _size("small")
    medium = _size("medium")
    large = _size("large")


class Photo(fields.Nested):
    """A user's photo, from their `photo_id`."""

    def __init__(self) -> None:
        metadata = {"description": "The user's photo; null without one."}
        super().__init__(PhotoSchema, attribute="photo_id", allow_none=True, metadata=metadata)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        return super()._serialize(photo_urls.urls(value), attr, obj, **kwargs)


class NewPhotoSchema(Schema):
    file_id = ObjectIdText(
        required=True,
        metadata={"description": "The id of the caller's file with the purpose `photo`.", "example": cast.PHOTO_ID},
    )
