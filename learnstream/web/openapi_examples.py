"""Examples of bodies, built from the examples of their fields."""

from typing import Any

import marshmallow as ma


def example_of(schema: ma.Schema) -> Any:
    """Return the example of a body, as its fields and those of nested schemas declare it.

    Raises:
        TypeError: a field declares no example, so the route has to state the body's.
    """
    found = {field.data_key or name: _example(schema, name, field) for name, field in schema.fields.items()}
    return [found] if schema.many else found


def _example(schema: ma.Schema, name: str, field: ma.fields.Field[Any]) -> Any:
    if "example" in field.metadata:
        return field.metadata["example"]
    if isinstance(field, ma.fields.Nested):
        return example_of(field.schema)
    raise TypeError(f"{type(schema).__name__}.{name} declares no example")
