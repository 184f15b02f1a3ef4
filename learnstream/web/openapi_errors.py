"""The operations' error responses in the OpenAPI document: by status, with an example of each."""

from collections.abc import Callable
from typing import Any

import marshmallow as ma

from learnstream import errors
from learnstream.errors import AppError
from learnstream.errors.accounts import MfaSetupRequired, TokenExpired, TokenInvalid, TokenRevoked
from learnstream.errors.connection import Busy
from learnstream.errors.problem_body import problem_body
from learnstream.errors.requests import BodyIncomplete, MalformedJson
from learnstream.web import cast
from learnstream.web.openapi_schemas import MAY_BE_ABSENT
from learnstream.web.parsing import UNKNOWN, schema_instance

PROBLEM = "application/problem+json"
Members = Callable[[AppError], dict[str, Any]]
FORM = "application/x-www-form-urlencoded"
# Headers of some error responses.
HEADERS: dict[str, dict[str, Any]] = {
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait before retrying.", "example": 2},
    "WWW-Authenticate": {"schema": {"type": "string"}, "description": "Always `Bearer`.", "example": "Bearer"},
    "RateLimit": {
        "schema": {"type": "string"},
        "description": "The calls that are left, and the seconds until all are (draft-ietf-httpapi-ratelimit-headers).",
        "example": '"default";r=0;t=30',
    },
    "RateLimit-Policy": {
        "schema": {"type": "string"},
        "description": "The calls that are allowed in so many seconds. Other responses of limited operations have both.",
        "example": '"default";q=300;w=60',
    },
}
WRONG_QUERY = {"query": {"sort": [UNKNOWN]}}
SENT_WITH = {401: ["WWW-Authenticate"], 429: ["Retry-After", "RateLimit", "RateLimit-Policy"], 503: ["Retry-After"]}


class ProblemSchema(ma.Schema):
    """RFC 9457 problem details, the body of every error response. Some have more fields, as their examples show."""

    class Meta:
        unknown = ma.INCLUDE

    type = ma.fields.String(required=True, metadata={"description": "A URI that identifies the problem type."})
    title = ma.fields.String(required=True, metadata={"description": "The reason phrase of the HTTP status."})
    status = ma.fields.Integer(required=True, metadata={"description": "The HTTP status."})
    detail = ma.fields.String(required=True, metadata={"description": "A human-readable explanation."})
    code = ma.fields.String(required=True, metadata={"description": "A stable, machine-readable error code."})
    request_id = ma.fields.String(
        required=True,
        metadata={"description": "The request's id in the server's logs; quote it when you ask for help."},
    )
    retry = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(list(errors.Retry)),
        metadata={
            "description": "Whether the same request may succeed if it is sent again: `never`, `later`, or `after_access`, "
            "once the caller has what `code` names as missing: a new token, an enrollment, a prerequisite."
        },
    )
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        metadata={
            "description": "Validation errors: location (json, query, …) → field → messages.",
            MAY_BE_ABSENT: True,
        },
    )


def add(responses: dict[str, dict[str, Any]], raised: list[AppError], members_of: Members) -> None:
    """Add the error responses to the documented responses; a status with another body keeps that as well.

    members_of: what the bodies have beside the members of problem details.
    """
    for status in {error.status for error in raised}:
        # In one order, so that operations with the same errors share one response.
        alike = sorted((error for error in raised if error.status == status), key=lambda error: error.code)
        described = _response(alike, members_of)
        if isinstance(other := responses.get(str(status)), dict):
            described["description"] = f"{other['description']} · {described['description']}"
            described["content"] |= other.get("content", {})
        responses[str(status)] = described


def common(doc: dict[str, Any], *, access: str, second_factor: bool, limited: bool, strict: bool) -> list[AppError]:
    """Return the errors that any operation with such inputs may raise.

    access: `public`, `optional` or `token`. A public operation rejects an invalid token as well, so that its client
    learns that it has to refresh it; the overview says so, because such an operation asks for none.
    second_factor: its callers must have the second factor that their role needs.
    strict: unknown parameters raise, too.
    """
    found: list[AppError] = [errors.Unavailable(), Busy()]
    if access == "token":
        found.append(errors.Unauthenticated())
    if access != "public":
        found += [TokenExpired(), TokenInvalid(), TokenRevoked()]
        found += [MfaSetupRequired()] if second_factor else []
    if body := doc.get("requestBody"):
        found += body_errors(FORM if FORM in body["content"] else "application/json")
    if invalid := _invalid_fields(doc) or (WRONG_QUERY if strict else None):
        found.append(errors.Unprocessable(errors=invalid))
    if any(isinstance(parameter, dict) and parameter["in"] == "query" for parameter in doc.get("parameters", [])):
        found.append(errors.UriTooLong())
    if limited:
        found.append(errors.TooManyRequests())
    return found


def body_errors(kind: str) -> list[AppError]:
    """Return the errors that any operation with a body of this content type may raise."""
    whole: list[AppError] = [BodyIncomplete(), errors.TimedOut(), errors.TooLarge()]
    if kind == FORM:
        return [*whole, errors.UnsupportedMediaType(detail=f"Send the body as {FORM}.")]
    return [MalformedJson(errors={"json": ["Not valid JSON."]}), *whole, errors.UnsupportedMediaType()]


def _invalid_fields(doc: dict[str, Any]) -> dict[str, Any]:
    """Return an example of the validation errors of an operation; empty if it has no fields."""
    for kind, media in doc.get("requestBody", {}).get("content", {}).items():
        if isinstance(shape := media.get("schema"), ma.Schema):
            return {"form" if kind == FORM else "json": _invalid_field(shape)}
    queries = [each["schema"] for each in doc.get("parameters", []) if isinstance(each, dict) and each["in"] == "query"]
    shapes = [schema_instance(shape) if isinstance(shape, type) else shape for shape in queries]
    # Of several, the parameters of pages: lists share them, and so their example.
    return {"query": _invalid_field(max(shapes, key=lambda shape: "page" in shape.fields))} if shapes else {}


def _invalid_field(shape: ma.Schema) -> dict[str, list[str]]:
    required = [field for field in shape.fields.values() if field.required]
    field = required[0] if required else next(iter(shape.fields.values()))
    message = str(field.error_messages["required"]) if required else "Invalid value."
    return {field.data_key or str(field.name): [message]}


def _response(raised: list[AppError], members_of: Members) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": " · ".join(dict.fromkeys(f"`{error.code}`" for error in raised)),
        "content": {PROBLEM: {"schema": ProblemSchema, "examples": _examples(raised, members_of)}},
    }
    if names := SENT_WITH.get(raised[0].status):
        response["headers"] = {name: HEADERS[name] for name in names}
    return response


def _examples(raised: list[AppError], members_of: Members) -> dict[str, Any]:
    """Return examples named by their error code; repeated codes are numbered."""
    examples: dict[str, Any] = {}
    for error in raised:
        body = problem_body(request_id=cast.REQUEST_ID, **error.body_members(), **members_of(error))
        example = {"value": body}
        alike = [name for name in examples if name.split("-")[0] == error.code]
        if example not in examples.values():
            examples[f"{error.code}-{len(alike) + 1}" if alike else error.code] = example
    return examples
