"""Post-processing of the OpenAPI document for readers and client generators."""

from collections.abc import Iterator
from typing import Any

from learnstream.web.openapi_shared import operations, share

Json = dict[str, Any]

# Descriptions of path parameters and of the pagination parameters. Others in a path are ids, named after their object.
PARAMETERS = {
    "event_id": "The webhook event's id, assigned by the video service.",
    "lesson_id": "The lesson's id: the same in every version.",
    "number": "The version's number, starting at 1.",
    "page": "The page's number, starting at 1.",
    "page_size": "The number of entries per page.",
    "target_id": "The lesson's or module's id.",
}
# A header's value is a string that contains JSON.
PAGINATION = {
    "description": "The page's position, as a JSON object. Pages beyond the last have only the totals.",
    "schema": {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {
            "type": "object",
            "properties": {
                name: {"type": "integer"}
                for name in ("total", "total_pages", "first_page", "last_page", "page", "previous_page", "next_page")
            },
        },
    },
    "example": '{"total": 42, "total_pages": 3, "first_page": 1, "last_page": 3, "page": 1, "next_page": 2}',
}
# Response headers of lists with cursor pagination.
NEXT = {
    "X-Next-Cursor": {
        "description": "The `cursor` of the next page. Absent on the last page.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": 'The URL of the next page, as `rel="next"` (RFC 8288). Absent on the last page.',
        "schema": {"type": "string"},
        "example": '</courses?page_size=20&cursor=Zm9vYmFy>; rel="next"',
    },
}
# Marks a response field that may be omitted; all other fields are always present.
MAY_BE_ABSENT = "x-may-be-absent"


def finish(document: Json, titles: dict[str, str]) -> Json:
    """Return the document with readable tags, described parameters, and response fields marked as required.

    titles: the tags' names on the docs page.
    """
    for operation in operations(document):
        operation["tags"] = [titles.get(tag, tag) for tag in operation.get("tags", [])]
        for parameter in operation.get("parameters", []):
            _add_description(parameter)
    for item in document["paths"].values():
        for parameter in item.get("parameters", []):
            _add_description(parameter)
    document["tags"] = [tag | {"name": titles.get(tag["name"], tag["name"])} for tag in document.get("tags", [])]
    _require_in_responses(document)
    _drop_unreferenced_schemas(document)
    share(document)
    return document


def _add_description(parameter: Json) -> None:
    name = parameter.get("name", "")
    description = PARAMETERS.get(name)
    if description is None and parameter.get("in") == "path" and name.endswith("_id"):
        description = f"The {name.removesuffix('_id').replace('_', ' ')}'s id."
    if description and "description" not in parameter:
        parameter["description"] = description
    _drop_null_default(parameter.get("schema", {}))


def _drop_null_default(shape: Json) -> None:
    """Remove a null default that clients cannot send: in the code it means that the value is absent."""
    if shape.get("default", 0) is None and "null" not in shape.get("type", []):
        del shape["default"]


def _require_in_responses(document: Json) -> None:
    """Mark the fields of response schemas as required. Request schemas declare their required fields themselves."""
    schemas = document["components"]["schemas"]
    bodies = [operation.get("requestBody", {}) for operation in operations(document)]
    sent = _reachable(bodies, schemas)
    for name, schema in schemas.items():
        fields = schema.get("properties", {})
        for shape in fields.values():
            _drop_null_default(shape)
        always = [field for field, shape in fields.items() if not shape.pop(MAY_BE_ABSENT, False)]
        if name not in sent and always:
            schema["required"] = sorted(always)


def _drop_unreferenced_schemas(document: Json) -> None:
    schemas = document["components"]["schemas"]
    used = _reachable(document["paths"], schemas)
    document["components"]["schemas"] = {name: schema for name, schema in schemas.items() if name in used}


def _reachable(parts: Any, schemas: Json) -> set[str]:
    """Return the names of all schemas that these parts of the document reference, directly or through others."""
    found: set[str] = set()
    waiting = list(_references(parts))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return found


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for each in part.values():
            yield from _references(each)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)
