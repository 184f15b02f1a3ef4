"""Fields that imports of files have in common."""

from typing import Any

from marshmallow import fields

from learnstream.models.people_import import ImportState
from learnstream.schemas.common.base import Word

STATE = {
    "description": "`queued` and `running` until it ends as `done`, or as `failed` if the whole file could not be imported.",
    "example": "done",
}


def count_field(description: str, example: int) -> fields.Integer:
    """Return a field for how many entries of a file had an outcome."""
    return fields.Integer(dump_default=0, metadata={"description": description, "example": example})


def text_field(description: str, example: str | None, **options: Any) -> fields.String:
    """Return a field for a text about an entry or a file."""
    return fields.String(metadata={"description": description, "example": example}, **options)


def state_field() -> Word:
    """Return the field for how far an import is."""
    return Word(ImportState, metadata=dict(STATE))
