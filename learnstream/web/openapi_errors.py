"""What operations refuse with, as the document tells it: by status, with an example of each."""

import http
from typing import Any

import marshmallow as ma

from learnstream import errors
from learnstream.errors import AppError
from learnstream.errors.requests import BodyIncomplete
from learnstream.web import openapi_document
from learnstream.web.parsing import UNKNOWN, made

PROBLEM = "application/problem+json"
FORM = "application/x-www-form-urlencoded"
# These come with some problems, and tell clients what to do next.
HEADERS: dict[str, dict[str, Any]] = {
    "Retry-After": {"schema": {"type": "integer"}, "description": "Try again after so many seconds.", "example": 2},
    "WWW-Authenticate": {"schema": {"type": "string"}, "description": "Always `Bearer`.", "example": "Bearer"},
}
WRONG_QUERY = {"query": {"sort": [UNKNOWN]}}
SENT_WITH = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}


class ProblemSchema(ma.Schema):
    """RFC 9457 problem details: what every error answers with. Some say more, as their examples show."""

    class Meta:
        unknown = ma.INCLUDE

    type = ma.fields.String(required=True, metadata={"description": "A URI for the kind of problem."})
    title = ma.fields.String(required=True, metadata={"description": "The status in words."})
    status = ma.fields.Integer(required=True, metadata={"description": "The HTTP status."})
    detail = ma.fields.String(required=True, metadata={"description": "What went wrong here, for people."})
    code = ma.fields.String(required=True, metadata={"description": "A stable word, for programs."})
    request_id = ma.fields.String(
        required=True, metadata={"description": "Names this request in our logs; quote it when you ask for help."}
    )
    retry = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(list(errors.Retry)),
        metadata={
            "description": "Whether the same request may succeed if it is sent again: `never`, `later`, or `after_access`, "
            "once the caller has what `code` says is missing: a new token, a seat, a prerequisite."
        },
    )
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        metadata={
            "description": "Failed validation: location (json, query, …) → field → messages.",
            openapi_document.MAY_BE_ABSENT: True,
        },
    )


def add(responses: dict[str, dict[str, Any]], refusals: list[AppError]) -> None:
    """Add the refusals to the documented responses; a status that has another body as well keeps it."""
    for status in {refusal.status for refusal in refusals}:
        described = _response([refusal for refusal in refusals if refusal.status == status])
        if isinstance(other := responses.get(str(status)), dict):
            described["description"] = f"{other['description']} · {described['description']}"
            described["content"] |= other.get("content", {})
        responses[str(status)] = described


def common(doc: dict[str, Any], *, needs_token: bool, limited: bool, strict: bool) -> list[AppError]:
    """Return what any operation that reads such things may refuse with; `strict`: unknown parameters, too."""
    found: list[AppError] = [errors.Unavailable()]
    if needs_token:
        found.append(errors.Unauthenticated())
    # Where none is needed a bad token is refused as well: whoever sends one shall learn that it is no longer good.
    found += [
        errors.Unauthenticated("token_expired", "The access token has expired: refresh it."),
        errors.Unauthenticated("token_invalid", "The access token is not valid."),
        errors.Unauthenticated("token_revoked", "The session has ended: sign in again."),
    ]
    if body := doc.get("requestBody"):
        found += of_body(FORM if FORM in body["content"] else "application/json")
    if wrong := _wrong_fields(doc) or (WRONG_QUERY if strict else None):
        found.append(errors.Unprocessable(errors=wrong))
    if limited:
        found.append(errors.TooManyRequests())
    return found


def of_body(kind: str) -> list[AppError]:
    """Return what any operation that takes a body of this kind may refuse with."""
    whole: list[AppError] = [BodyIncomplete(), errors.TimedOut(), errors.TooLarge()]
    if kind == FORM:
        return [*whole, errors.UnsupportedMediaType(detail=f"Send the body as {FORM}.")]
    malformed = errors.BadRequest("malformed_json", "The body is not valid JSON.", errors={"json": ["Not valid JSON."]})
    return [malformed, *whole, errors.UnsupportedMediaType()]


def _wrong_fields(doc: dict[str, Any]) -> dict[str, Any]:
    """Return an example of what a refusal says of the fields of an operation; nothing if it has none."""
    for kind, media in doc.get("requestBody", {}).get("content", {}).items():
        if isinstance(shape := media.get("schema"), ma.Schema):
            return {"form" if kind == FORM else "json": _wrong_field(shape)}
    for parameter in doc.get("parameters", []):
        if isinstance(parameter, dict) and parameter["in"] == "query":
            shape = parameter["schema"]
            return {"query": _wrong_field(made(shape) if isinstance(shape, type) else shape)}
    return {}


def _wrong_field(shape: ma.Schema) -> dict[str, list[str]]:
    required = [field for field in shape.fields.values() if field.required]
    field = required[0] if required else next(iter(shape.fields.values()))
    message = str(field.error_messages["required"]) if required else "Invalid value."
    return {field.data_key or str(field.name): [message]}


def _response(refusals: list[AppError]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": " · ".join(dict.fromkeys(f"`{refusal.code}`" for refusal in refusals)),
        "content": {PROBLEM: {"schema": ProblemSchema, "examples": _examples(refusals)}},
    }
    if names := SENT_WITH.get(refusals[0].status):
        response["headers"] = {name: HEADERS[name] for name in names}
    return response


def _examples(refusals: list[AppError]) -> dict[str, Any]:
    """Name each example by its code; a code that means several things here has one for each."""
    examples: dict[str, Any] = {}
    for refusal in refusals:
        example = {"summary": refusal.detail, "value": _example(refusal)}
        alike = [name for name in examples if name.split("-")[0] == refusal.code]
        if example not in examples.values():
            examples[f"{refusal.code}-{len(alike) + 1}" if alike else refusal.code] = example
    return examples


def _example(refusal: AppError) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:learnstream:problem:{refusal.code}",
        "title": http.HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
        "request_id": "5f3c9a1e7b2d4c60",
        "retry": refusal.retry.value,
    }
    return body | ({"errors": refusal.errors} if refusal.errors else {}) | refusal.extra
