"""Fields that courses and lessons share."""

import re
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream import clock
from learnstream.schemas.common.base import Line, Text, Whole
from learnstream.text import folding
from learnstream.web import cast, photo_urls, public_urls
from learnstream.web.public_urls import NotPublic

LEVELS = ("", "beginner", "intermediate", "advanced", "all")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
FILE_ID = re.compile("[0-9a-f]{24}")
MAX_TAGS = 20
MAX_TAG = 40
PART_ID = Whole("^[A-Za-z0-9_-]{1,32}$", error="Must be 1 to 32 letters, digits, hyphens or underscores, in ASCII.")


class Language(Line):
    """A language tag like `en` or `pt-BR` (BCP 47), in canonical case; empty if unspecified."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min=0, max=35, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        tag = super()._deserialize(value, *args, **kwargs)
        if tag and not LANGUAGE.fullmatch(tag):
            raise ma.ValidationError("Must be a language tag like en or pt-BR.")
        return spell_language(tag)


def spell_language(tag: str) -> str:
    """Spell a tag as BCP 47 recommends: `EN-us` is `en-US`, `zh-hant` is `zh-Hant`."""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_spell_subtag(part) for part in rest)])


def _spell_subtag(part: str) -> str:
    return {2: part.upper, 4: part.title}.get(len(part), part.lower)()


class TimeZone(Text):
    """The name of a time zone that the server knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max=64, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        name = super()._deserialize(value, *args, **kwargs)
        if name not in clock.time_zones():
            raise ma.ValidationError("Must be an IANA time zone, such as Europe/Berlin.")
        return name


class Tag(Line):
    """A tag of a course: lower case, single spaces."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max=MAX_TAG, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        return folding.compose(" ".join(super()._deserialize(value, *args, **kwargs).lower().split()))


class Tags(fields.List[Any]):
    """Up to twenty tags without duplicates."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Tag(), validate=validate.Length(max=MAX_TAGS), **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return list(dict.fromkeys(super()._deserialize(value, *args, **kwargs)))


COVER = {
    "description": "The public `https://` URL of a picture, or the path of a photo on this server, or empty. "
    "Requests may give the id of a file with the purpose `photo` instead, which must be the caller's.",
    "example": cast.COVER,
}


class Cover(Text):
    """The public https URL of a picture, or the path of a photo, for which its id may stand; empty if there is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max=2000, strip=True, validate=_is_public, metadata=COVER, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        given = super()._deserialize(value, *args, **kwargs)
        return photo_urls.cover_of(given) if FILE_ID.fullmatch(given) else given


def _is_public(url: str) -> None:
    if url and photo_urls.photo_in(url) is None:
        try:
            public_urls.check(url)
        except NotPublic as error:
            raise ma.ValidationError(str(error)) from None


class PartId(Text):
    """The id of a part, such as an option of a question."""

    def __init__(self, **kwargs: Any) -> None:
        description = "Its id in the question; the next free number if absent. It stays the same in later versions."
        metadata = {"description": description, "example": "a"} | kwargs.pop("metadata", {})
        super().__init__(max=32, validate=PART_ID, metadata=metadata, **kwargs)
