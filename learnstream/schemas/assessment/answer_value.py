"""Answers, whose type depends on the kind of the question."""

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.text import storable
from learnstream.web import cast

VALUE = [
    *({"type": kind} for kind in ("string", "number", "boolean", "null")),
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "additionalProperties": {"type": ["string", "number", "null"]}},
]


class AnswerValue(fields.Raw):
    """An answer; its type depends on the kind of the question."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {
            "description": "`single_choice`: the option's id · `true_false`: true or false · `multiple_choice`: a list of "
            "options' ids · `short_text`, `essay`: a text · `numeric`: a number, or a text with one · `matching`: an "
            "object with the right side's id by the pair's id · `ordering`: a list of items' ids · `cloze`: an object with "
            "an answer by the blank's id. Null is blank.",
            "anyOf": VALUE,
            "example": cast.OPTION_ID,
        }
        super().__init__(allow_none=True, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        for text in _texts(value):
            if problem := storable.problem_of(text):
                raise ma.ValidationError(problem)
        return super()._deserialize(value, *args, **kwargs)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a JSON value, those of keys included."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each
