"""Our dialect of flask-smorest: how routes take arguments, say what they refuse, and describe themselves."""

import http
import json
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import wraps
from pathlib import Path
from typing import Any

import flask_smorest
import marshmallow as ma
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from learnstream import errors
from learnstream.errors import AppError
from learnstream.parsing import JSON, ObjectIdConverter, PageParser, Parser, RowIdConverter, made

PROBLEM = "application/problem+json"
OVERVIEW = Path(__file__).parent / "templates" / "overview.md"
TOKEN_SCHEME = "bearer"  # noqa: S105 - the name of a scheme
PASSWORD_SCHEME = "password"  # noqa: S105 - the name of a scheme


# A header is text, whatever that says.
PAGINATION = {
    "description": "Where the page stands, as a JSON object. Pages beyond the last have only the totals.",
    "schema": {
        "type": "string",
        "contentMediaType": JSON,
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


class ProblemSchema(ma.Schema):
    """RFC 9457 problem details: what every error answers with."""

    type = ma.fields.String(required=True, metadata={"description": "A URI for the kind of problem."})
    title = ma.fields.String(required=True, metadata={"description": "The status in words."})
    status = ma.fields.Integer(required=True, metadata={"description": "The HTTP status."})
    detail = ma.fields.String(required=True, metadata={"description": "What went wrong here, for people."})
    code = ma.fields.String(required=True, metadata={"description": "A stable word, for programs."})
    request_id = ma.fields.String(
        required=True, metadata={"description": "Names this request in our logs; quote it when you ask for help."}
    )
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        metadata={"description": "Failed validation: location (json, query, …) → field → messages."},
    )


class OneOf(ma.fields.Field):
    """An object that has one of several shapes; the value of its attribute `by` says which."""

    def __init__(self, by: str, shapes: dict[str, type[ma.Schema]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.by = by
        self.shapes = shapes

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return made(self.shapes[ma.utils.get_value(value, self.by)]).dump(value)


def _describe_one_of(self: Any, field: ma.fields.Field, **_: Any) -> dict[str, Any]:
    if not isinstance(field, OneOf):
        return {}
    shapes = {word: self.resolve_nested_schema(shape) for word, shape in field.shapes.items()}
    mapping = {word: shape["$ref"] for word, shape in shapes.items()}
    return {"oneOf": list(shapes.values()), "discriminator": {"propertyName": field.by, "mapping": mapping}}


class Blueprint(flask_smorest.Blueprint):
    """A blueprint whose routes say which errors they refuse with and who may call them."""

    ARGUMENTS_PARSER = Parser()
    PAGINATION_ARGUMENTS_PARSER = PageParser()
    DEFAULT_PAGINATION_PARAMETERS = {"page": 1, "page_size": 20, "max_page_size": 100}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks += [self._describe_response_headers, self._describe_refusals]

    def arguments(self, schema: Any, **kwargs: Any) -> Callable:
        shape = made(schema) if isinstance(schema, type) else schema
        # A body of which every field may be absent may be absent itself.
        return super().arguments(shape, **{"required": bool(shape.validate({})), **kwargs})

    def _document_pagination_metadata(self, spec: Any, resp_doc: dict) -> None:
        resp_doc.setdefault("headers", {})[self.PAGINATION_HEADER_NAME] = PAGINATION

    def _store_endpoint_docs(self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        for doc in self._docs[endpoint].values():
            if isinstance(doc, dict):
                doc["endpoint"] = f"{self.name}.{endpoint}"

    def refuses(self, *refusals: AppError | type[AppError]) -> Callable:
        """Document errors of a route. An instance gives its code and sentence as a named example."""

        def decorator(func: Callable) -> Callable:
            @wraps(func)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                return func(*args, **kwargs)

            wrapper._apidoc = deepcopy(getattr(wrapper, "_apidoc", {}))  # type: ignore[attr-defined]
            wrapper._apidoc.setdefault("refusals", []).extend(_instances(refusals))  # type: ignore[attr-defined]
            return wrapper

        return decorator

    @staticmethod
    def _make_pagination_metadata(page: int, page_size: int, item_count: int) -> dict[str, int]:
        """Say what the library says, which makes a schema for each answer."""
        pages = -(-item_count // page_size)
        return {
            "total": item_count,
            "total_pages": pages,
            **({"first_page": 1, "last_page": pages} if pages else {}),
            **({"page": page} if page <= pages else {}),
            **({"previous_page": page - 1} if 1 < page <= pages else {}),
            **({"next_page": page + 1} if page < pages else {}),
        }

    @staticmethod
    def _describe_response_headers(doc: dict, doc_info: dict, **_: Any) -> dict:
        if headers := doc_info.get("response_headers"):
            for status, response in doc.get("responses", {}).items():
                if str(status).startswith("2"):
                    response.setdefault("headers", {}).update(headers)
        return doc

    @staticmethod
    def _describe_refusals(doc: dict, doc_info: dict, *, api: "Api", **_: Any) -> dict:
        access = api.access_to(doc_info["endpoint"])
        refusals = [*doc_info.get("refusals", []), *_common_refusals(doc, doc_info, access)]
        responses = doc.setdefault("responses", {})
        for status in sorted({refusal.status for refusal in refusals}):
            responses[str(status)] = _problem_response([r for r in refusals if r.status == status])
        if doc_info.get("revalidated"):
            responses["304"] = {"description": "It is what the `ETag` in `If-None-Match` names: keep what you have."}
        doc["operationId"] = doc_info["endpoint"].replace(".", "_")
        responses.pop("default", None)
        for key in [key for key in responses if not isinstance(key, str)]:
            responses.setdefault(str(key), responses.pop(key))
        doc["security"] = {
            "public": [],
            "optional": [{}, {PASSWORD_SCHEME: []}, {TOKEN_SCHEME: []}],
            "token": [{PASSWORD_SCHEME: []}, {TOKEN_SCHEME: []}],
        }[access]
        return doc


def describe(
    func: Callable,
    *,
    refusals: Iterable[AppError] = (),
    request_headers: dict[str, dict] | None = None,
    response_headers: dict[str, dict] | None = None,
    revalidated: bool = False,
) -> None:
    """Add to the documentation of a route that a decorator has wrapped: what the wrapper refuses, reads and answers."""
    notes = func._apidoc = deepcopy(getattr(func, "_apidoc", {}))  # type: ignore[attr-defined]
    notes.setdefault("refusals", []).extend(refusals)
    for name, header in (request_headers or {}).items():
        parameter = {"in": "header", "name": name, "required": False, **header}
        notes.setdefault("arguments", {}).setdefault("parameters", []).append(parameter)
    notes.setdefault("response_headers", {}).update(response_headers or {})
    notes["revalidated"] = revalidated or notes.get("revalidated", False)


def _instances(refusals: Iterable[AppError | type[AppError]]) -> list[AppError]:
    return [refusal() if isinstance(refusal, type) else refusal for refusal in refusals]


def _common_refusals(doc: dict, doc_info: dict, access: str) -> list[AppError]:
    found: list[AppError] = [errors.Unavailable()]
    if access != "public":
        found.append(errors.Unauthenticated())
    # Where none is needed a bad token is refused as well: whoever sends one shall learn that it is no longer good.
    found += [
        errors.Unauthenticated("token_expired", "The access token has expired: refresh it."),
        errors.Unauthenticated("token_invalid", "The access token is not valid."),
        errors.Unauthenticated("token_revoked", "The session has ended: sign in again."),
    ]
    if "requestBody" in doc:
        found += [errors.BadRequest("malformed_json", "The body is not valid JSON.")]
        found += [errors.TooLarge(), errors.UnsupportedMediaType()]
    if doc_info.get("arguments") or doc_info.get("pagination"):
        found.append(errors.Unprocessable(errors={"json": {"field": ["What is wrong with it."]}}))
    if access != "public" or "requestBody" in doc:
        found.append(errors.TooManyRequests())
    return found


def _problem_response(refusals: list[AppError]) -> dict[str, Any]:
    examples = {refusal.code: {"summary": refusal.detail, "value": _example(refusal)} for refusal in refusals}
    return {
        "description": " · ".join(f"`{code}`" for code in examples),
        "content": {PROBLEM: {"schema": ProblemSchema, "examples": examples}},
    }


def _example(refusal: AppError) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:learnstream:problem:{refusal.code}",
        "title": http.HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
        "request_id": "5f3c9a1e7b2d4c60",
    }
    return body | ({"errors": refusal.errors} if refusal.errors else {}) | refusal.extra


class Api(flask_smorest.Api):
    """The OpenAPI document and the error format of all routes."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.public: frozenset[str] = frozenset()
        self.optional: frozenset[str] = frozenset()
        self._document: bytes | None = None

    def handle_http_exception(self, error: HTTPException) -> Any:
        return errors.http_problem(error)

    def _openapi_json(self) -> Response:
        # The document is the same for the whole life of the process, and writing it takes longer than any other answer.
        if self._document is None:
            self._document = json.dumps(self.spec.to_dict(), ensure_ascii=False).encode()
        response = Response(self._document, mimetype=JSON)
        response.add_etag()
        response.make_conditional(request)
        return response

    def access_to(self, endpoint: str) -> str:
        """Return who may call an endpoint: `public`, `optional` (a token widens what it shows) or `token`."""
        return "public" if endpoint in self.public else "optional" if endpoint in self.optional else "token"

    def init_app(self, app: Flask, **kwargs: Any) -> None:
        self._document = None
        app.url_map.converters.update(object_id=ObjectIdConverter, row_id=RowIdConverter)
        super().init_app(app, spec_kwargs={"info": {"description": OVERVIEW.read_text()}}, **kwargs)
        self.ma_plugin.converter.add_attribute_function(_describe_one_of)
        self.register_converter(ObjectIdConverter, lambda _: {"type": "string", "pattern": "^[0-9a-f]{24}$"})
        self.register_converter(RowIdConverter, lambda _: {"type": "integer", "minimum": 1})
        self.spec.components.security_scheme(
            PASSWORD_SCHEME,
            {
                "type": "oauth2",
                "description": "Your e-mail address as the username, and your password.",
                "flows": {"password": {"tokenUrl": "/auth/token", "scopes": {}}},
            },
        )
        self.spec.components.security_scheme(
            TOKEN_SCHEME, {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Paste a token."}
        )
