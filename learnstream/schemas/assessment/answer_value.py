"""Answers, whose type depends on the kind of the question."""

from typing import Any

from marshmallow import fields

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
