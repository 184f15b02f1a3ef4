"""Fields that imports of files have in common."""

from typing import Any

from marshmallow import fields

from learnstream.models.people_import import ImportState
from learnstream.schemas.common.base import Flag, Schema, Word

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


def dry_run_flag() -> Flag:
    """Return the parameter that asks for a dry run."""
    described = {"description": "Whether to tell only what would change, and to change nothing.", "example": True}
    return Flag(load_default=False, metadata=described)


def dry_run_field(*, example: bool = True) -> fields.Boolean:
    """Return the field for whether an import is a dry run."""
    return fields.Boolean(metadata={"description": "Whether nothing is changed.", "example": example})


def total_field(entries: str, example: int) -> fields.Integer:
    """Return the field for how many entries, such as rows, a file has."""
    described = {"description": f"How many {entries} the file has; null until it was read.", "example": example}
    return fields.Integer(allow_none=True, metadata=described)


def done_field(example: int) -> fields.Integer:
    """Return the field for how many entries of a file have been handled."""
    described = {"description": "How many of them have been imported or have failed.", "example": example}
    return fields.Integer(metadata=described)


def refusal_field(schema: type[Schema]) -> fields.Nested:
    """Return the field for why a whole file could not be imported."""
    described = {"description": "Why the whole file could not be imported; else null.", "example": None}
    return fields.Nested(schema, allow_none=True, metadata=described)
