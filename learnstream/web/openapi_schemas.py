"""The schemas of the OpenAPI document: strict in requests, open to new fields in responses."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from learnstream.errors import codes
from learnstream.web.openapi_shared import Json, operations

# Marks a response field that may be omitted; all other fields are always present.
MAY_BE_ABSENT = "x-may-be-absent"
REFERENCE = "#/components/schemas/"


def finish(document: Json) -> None:
    """Separate the schemas of requests from those of responses, and list the error codes."""
    schemas = document["components"]["schemas"]
    _add_error_codes(schemas)
    bodies = [operation.get("requestBody", {}) for operation in operations(document)]
    answers = reachable([operation["responses"] for operation in operations(document)], schemas)
    _separate(schemas, bodies, reachable(bodies, schemas) & answers)
    for name, schema in schemas.items():
        for shape in schema.get("properties", {}).values():
            drop_null_default(shape)
        always = [field for field, shape in schema.get("properties", {}).items() if not shape.pop(MAY_BE_ABSENT, False)]
        if name in answers:
            _open(schema, always)
    used = reachable(document["paths"], schemas)
    document["components"]["schemas"] = {name: schema for name, schema in schemas.items() if name in used}


def drop_null_default(shape: Json) -> None:
    """Remove a null default that clients cannot send: in the code it means that the value is absent."""
    if shape.get("default", 0) is None and "null" not in shape.get("type", []):
        del shape["default"]


def reachable(parts: Any, schemas: Json) -> set[str]:
    """Return the names of all schemas that these parts of the document reference, directly or through others."""
    found: set[str] = set()
    waiting = [each["$ref"] for each in _references(parts)]
    while waiting:
        name = waiting.pop().removeprefix(REFERENCE)
        if name not in found:
            found.add(name)
            waiting += [each["$ref"] for each in _references(schemas[name])]
    return found


def _add_error_codes(schemas: Json) -> None:
    words = [each.code for each in codes.all_codes()]
    schemas["ErrorCode"] = {"type": "string", "description": "A stable error code; more may be added.", "enum": words}
    schemas["Problem"]["properties"]["code"] = {"$ref": f"{REFERENCE}ErrorCode"}


def _separate(schemas: Json, bodies: list[Json], both: set[str]) -> None:
    """Give requests schemas of their own where responses use the same, which have more fields as the API grows."""
    copies = {f"{name}Input": deepcopy(schemas[name]) for name in both}
    schemas.update(copies)
    asked = [*bodies, *(schemas[name] for name in reachable(bodies, schemas) - both), *copies.values()]
    for reference in _references(asked):
        if reference["$ref"].removeprefix(REFERENCE) in both:
            reference["$ref"] += "Input"


def _open(schema: Json, always: list[str]) -> None:
    """Let a response have further fields, and say which it always has. Requests declare both themselves."""
    if always:
        schema["required"] = sorted(always)
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]


def _references(part: Any) -> Iterator[Json]:
    """Yield every part that refers to a schema."""
    if isinstance(part, dict):
        if str(part.get("$ref", "")).startswith(REFERENCE):
            yield part
        part = list(part.values())
    for each in part if isinstance(part, list) else []:
        yield from _references(each)
