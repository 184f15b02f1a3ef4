"""The base schema and its fields, which validate input strictly."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.text import folding, storable
from learnstream.web import cast
from learnstream.web.parsing import Integer

# Unicode's controls, and what it breaks lines at besides.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
MAX_BIGINT = 2**63 - 1
BEGIN_OF_TIME, END_OF_TIME = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class Schema(ma.Schema):
    """The base schema: raises for unknown fields and keeps the declared order.

    A query schema is `timeless` if its result depends on the query alone: then the same query is parsed only once. The
    result is shared, so it must not be mutated.
    """

    timeless = False

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the same instance: flask-smorest copies a route's notes in each decorator, and schemas never change.

        Copies of them took 1.4 MB of each process.
        """
        return self

    class Meta:
        unknown = ma.RAISE


def _no_unstorable(text: str) -> None:
    if problem := storable.problem_of(text):
        raise ma.ValidationError(problem)


class Text(fields.String):
    """A string that both stores can hold. `min` and `max` count characters; `strip` removes outer white space."""

    def __init__(self, *, max: int, min: int = 0, strip: bool = False, **kwargs: Any) -> None:  # noqa: A002
        extra = kwargs.pop("validate", [])
        extra = extra if isinstance(extra, list) else [extra]
        super().__init__(validate=[validate.Length(min=min or None, max=max), *extra], **kwargs)
        self.strip = strip

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        _no_unstorable(text)
        return text.strip() if self.strip else text


class Line(Text):
    """A one-line text such as a name or a title, in NFC. Stripped, and not empty unless `min=0` is given."""

    def __init__(self, *, max: int, min: int = 1, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(max=max, min=min, strip=True, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = folding.compose(super()._deserialize(value, *args, **kwargs))
        if CONTROL.search(text):
            raise ma.ValidationError("Must be one line without control characters.")
        return text


class Word(fields.String):
    """One of a few words, in a response. Input uses `Choice`, or is validated by `OneOf`."""

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:
        metadata = {"enum": [str(word) for word in words], **kwargs.pop("metadata", {})}
        if kwargs.get("allow_none"):
            metadata["enum"].append(None)
        super().__init__(metadata=metadata, **kwargs)


class Choice(fields.Enum[Any]):
    """A value of an enumeration, in a request."""

    def __init__(self, words: type[StrEnum], **kwargs: Any) -> None:
        super().__init__(words, by_value=fields.String, **kwargs)


class Whole(validate.Regexp):
    """A pattern that must match the whole text: `$` alone would allow a trailing line break."""

    def __call__(self, value: str) -> str:  # type: ignore[override]
        if not re.fullmatch(str(self.regex.pattern), value):
            raise ma.ValidationError(self._format_error(value))
        return value


class ObjectIdText(Text):
    """The id of a piece of content: 24 hex digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {}).setdefault("example", cast.COURSE_ID)
        super().__init__(max=24, validate=Whole("^[0-9a-f]{24}$", error="Must be 24 hex digits."), **kwargs)


class Flag(fields.Boolean):
    """JSON's true or false; no strings or numbers are coerced."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Number(fields.Float):
    """A JSON number; no strings or booleans are coerced."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


class SomethingToChange(Schema):
    """A body with optional fields, at least one of which must be present."""

    @ma.validates_schema
    def require_something(self, data: dict[str, Any], **_: Any) -> None:
        if not data:
            raise ma.ValidationError("Provide at least one field to change.")


class RowId(Integer):
    """The id of a row. In a query, where all values are text, it cannot be `strict`."""

    def __init__(self, *, strict: bool = True, **kwargs: Any) -> None:
        super().__init__(strict=strict, validate=validate.Range(min=1, max=MAX_BIGINT), **kwargs)


class Instant(fields.AwareDateTime):
    """An RFC 3339 time, converted to UTC because PostgreSQL does not support offsets of sixteen hours or more."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {}).setdefault("example", cast.CREATED_AT)
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        instant: datetime = super()._deserialize(value, *args, **kwargs)
        try:
            return instant.astimezone(UTC)
        except OverflowError:
            # In UTC it is a few hours before the first year or after the last, so clamp it.
            return BEGIN_OF_TIME if instant.year == 1 else END_OF_TIME
