"""Post-processing of the OpenAPI document for readers and client generators."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from learnstream.errors import codes
from learnstream.web import openapi_schemas
from learnstream.web.openapi_shared import Json, operations, share

OVERVIEW = Path(__file__).parents[1] / "templates" / "overview.md"
# Stands for the server's own address, which may depend on the request.
SERVER = "https://server.invalid"

# The areas of the docs page, each with the first position of its blueprints.
AREAS = {20: "Accounts", 40: "Courses", 100: "Learning", 150: "Teaching", 180: "Operation"}
# Descriptions of path parameters and of the pagination parameters. Others in a path are ids, named after their object.
PARAMETERS = {
    "event_id": "The webhook event's id, assigned by the video service.",
    "follower_name": "The follower's name.",
    "limit": "The most entries to return.",
    "lesson_id": "The lesson's id: the same in every version.",
    "number": "The version's number, starting at 1.",
    "page": "The page's number, starting at 1.",
    "page_size": "The number of entries per page.",
    "parked_id": "The parked event's id.",
    "payment_event_id": "The webhook event's id, assigned by the payment service.",
    "photo_id": "The id of the photo's file.",
    "photo_size": "`small`, `medium` or `large`.",
    "target_id": "The lesson's or module's id.",
    "upload_token": "The end of the upload's URL, which is signed.",
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


def area(position: int) -> str:
    """Return the area of the docs page that a blueprint at this position belongs to."""
    return AREAS[max(first for first in AREAS if first <= position)]


def info(config: Mapping[str, Any]) -> Json:
    """Return the description of the API and whom to ask about it."""
    # One of the two: beside an e-mail address, the documentation page shows the URL as a link without a name.
    way = {"email": config["CONTACT_EMAIL"]} if config["CONTACT_EMAIL"] else {"url": SERVER}
    return {"description": OVERVIEW.read_text(), "contact": {"name": config["API_TITLE"], **way}}


def finish(document: Json, titles: dict[str, str], areas: dict[str, list[str]]) -> Json:
    """Return the document with readable tags in groups, described parameters, and schemas open to further fields.

    titles: the tags' names on the docs page. areas: the groups of these names.
    """
    document["info"]["description"] = document["info"]["description"].replace("{error_codes}", "\n".join(codes.table()))
    document["servers"] = [{"url": SERVER}]
    document["x-tagGroups"] = [{"name": area, "tags": names} for area, names in areas.items()]
    for operation in operations(document):
        operation["tags"] = [titles.get(tag, tag) for tag in operation.get("tags", [])]
        for parameter in operation.get("parameters", []):
            _add_description(parameter)
    for item in document["paths"].values():
        for parameter in item.get("parameters", []):
            _add_description(parameter)
    document["tags"] = [tag | {"name": titles.get(tag["name"], tag["name"])} for tag in document.get("tags", [])]
    openapi_schemas.finish(document)
    share(document)
    return document


def _add_description(parameter: Json) -> None:
    name = parameter.get("name", "")
    description = PARAMETERS.get(name)
    if description is None and parameter.get("in") == "path" and name.endswith("_id"):
        description = f"The {name.removesuffix('_id').replace('_', ' ')}'s id."
    if description and "description" not in parameter:
        parameter["description"] = description
    openapi_schemas.drop_null_default(parameter.get("schema", {}))
