"""The finishing touches to the OpenAPI document, for those who read it and those who generate clients from it."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# What the parts of addresses and the parameters of every list mean.
PARAMETERS = {
    "course_id": "The course's id.",
    "enrollment_id": "The enrolment's number.",
    "event_id": "The event's id, as the video service gave it.",
    "lesson_id": "The lesson's id: the same in every version.",
    "number": "The version's number, from 1.",
    "page": "Which page, from 1.",
    "page_size": "How many entries a page has.",
    "session_id": "The session's id.",
    "target_id": "The lesson's or module's id.",
    "user_id": "The account's number.",
    "video_id": "The video's id.",
}
# A header is text, whatever that says.
PAGINATION = {
    "description": "Where the page stands, as a JSON object. Pages beyond the last have only the totals.",
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
# Of a list that can be walked through.
NEXT = {
    "X-Next-Cursor": {
        "description": "The `cursor` to go on with. Absent at the end.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": 'The same list with that cursor, as `rel="next"` (RFC 8288). Absent at the end.',
        "schema": {"type": "string"},
        "example": '</courses?page_size=20&cursor=Zm9vYmFy>; rel="next"',
    },
}
# On a field of an answer that is left out when there is nothing to say; all others are always there.
MAY_BE_ABSENT = "x-may-be-absent"


def finish(document: Json, titles: dict[str, str]) -> Json:
    """Return the document with names for people, everything explained, and answers that say what is always in them.

    titles: what the tags are called on the page.
    """
    for operation in _operations(document):
        operation["tags"] = [titles.get(tag, tag) for tag in operation.get("tags", [])]
        for parameter in operation.get("parameters", []):
            _explain(parameter)
    for item in document["paths"].values():
        for parameter in item.get("parameters", []):
            _explain(parameter)
    document["tags"] = [tag | {"name": titles.get(tag["name"], tag["name"])} for tag in document.get("tags", [])]
    _require_in_answers(document)
    _drop_what_nothing_refers_to(document)
    return document


def _operations(document: Json) -> Iterator[Json]:
    for item in document["paths"].values():
        yield from (operation for method, operation in item.items() if method != "parameters")


def _explain(parameter: Json) -> None:
    if (meaning := PARAMETERS.get(parameter.get("name", ""))) and "description" not in parameter:
        parameter["description"] = meaning
    _forget_null(parameter.get("schema", {}))


def _forget_null(shape: Json) -> None:
    """Strike out a default that clients cannot send: it is how the code writes that something is absent."""
    if shape.get("default", 0) is None and "null" not in shape.get("type", []):
        del shape["default"]


def _require_in_answers(document: Json) -> None:
    """Mark the fields of answers as required. What clients send says itself what it must have."""
    schemas = document["components"]["schemas"]
    bodies = [operation.get("requestBody", {}) for operation in _operations(document)]
    sent = _reachable(bodies, schemas)
    for name, schema in schemas.items():
        fields = schema.get("properties", {})
        for shape in fields.values():
            _forget_null(shape)
        always = [field for field, shape in fields.items() if not shape.pop(MAY_BE_ABSENT, False)]
        if name not in sent and always:
            schema["required"] = sorted(always)


def _drop_what_nothing_refers_to(document: Json) -> None:
    schemas = document["components"]["schemas"]
    used = _reachable(document["paths"], schemas)
    document["components"]["schemas"] = {name: schema for name, schema in schemas.items() if name in used}


def _reachable(parts: Any, schemas: Json) -> set[str]:
    """Return the names of all schemas that these parts of the document refer to, directly or through others."""
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
