"""Subclasses of flask-smorest's classes: strict arguments, documented errors, pagination and the OpenAPI document."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import wraps
from typing import Any

import flask_smorest
import marshmallow as ma
from flask import Flask, Response, current_app, request
from flask_smorest.utils import unpack_tuple_response
from werkzeug.exceptions import HTTPException

from learnstream import errors
from learnstream.errors import AppError
from learnstream.stores.memo import Memo
from learnstream.web import openapi_document, openapi_errors, packed
from learnstream.web.openapi_examples import example_of
from learnstream.web.packed import Packed
from learnstream.web.paging import PageSchema, find_page
from learnstream.web.parsing import (
    JSON,
    ObjectIdConverter,
    Parser,
    PhotoSizeConverter,
    Query,
    RowIdConverter,
    schema_instance,
)
from learnstream.web.photo_urls import SIZES
from learnstream.web.route_facts import Facts, facts_of

MINUTES = 300  # seconds for which a client may keep its copy of the document
SAFE_METHODS = {"get", "head", "options"}
TOKEN_SCHEME = "bearer"  # noqa: S105 - the name of a scheme
PASSWORD_SCHEME = "password"  # noqa: S105 - the name of a scheme


class OneOf(ma.fields.Field[Any]):
    """An object that has one of several schemas, selected by the value of its attribute `by`.

    other: in responses, documents the kinds that future versions may add.
    """

    def __init__(
        self, by: str, shapes: Mapping[str, type[ma.Schema]], *, other: type[ma.Schema] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.by = by
        self.shapes = shapes
        self.other = other

    @property
    def documented(self) -> list[type[ma.Schema]]:
        """All schemas that the object may have."""
        return [*self.shapes.values(), *([self.other] if self.other else [])]

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        shape = self.shapes.get(ma.utils.get_value(value, self.by), self.other)
        return schema_instance(shape).dump(value) if shape else value

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict):
            raise ma.ValidationError("Must be an object.")
        shape = self.shapes.get(str(value.get(self.by)))
        if shape is None:
            raise ma.ValidationError({self.by: [f"Must be one of: {', '.join(self.shapes)}."]})
        return schema_instance(shape).load(value)


def _describe_one_of(self: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    if not isinstance(field, OneOf):
        return {}
    return {"anyOf": [self.resolve_nested_schema(shape) for shape in field.documented]}


class Blueprint(flask_smorest.Blueprint):
    """A blueprint that documents its routes' errors and authentication.

    title: the heading of its operations on the docs page.
    position: where they stand on that page, relative to those of other blueprints.
    """

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, position: int, title: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.position = position
        self.title = title or self.name.replace("_", " ").capitalize()
        self._prepare_doc_cbks += [self._describe_response_headers, self._describe_errors]

    def add_url_rule(self, rule: str, endpoint: Any = None, view_func: Any = None, *args: Any, **kwargs: Any) -> None:
        """Register an operation that rejects undeclared query parameters."""
        super().add_url_rule(rule, endpoint, _strict(view_func), *args, **kwargs)

    def arguments(self, schema: Any, *, location: str = "json", **kwargs: Any) -> Callable[..., Any]:
        """Pass the parsed arguments to the route. The example of a JSON body is by default that of its fields."""
        shape = _instance(schema)
        if location == "json" and "example" not in kwargs:
            kwargs["example"] = example_of(shape)
        # A body with only optional fields is optional itself.
        return super().arguments(shape, location=location, **{"required": bool(shape.validate({})), **kwargs})

    def paginate(self, schema: type[ma.Schema] = PageSchema) -> Callable[..., Any]:
        """Pass the requested `page` to the route, and describe it in the response's headers."""

        def decorator(func: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(func)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                page = find_page(self.ARGUMENTS_PARSER, schema_instance(schema))
                result, status, headers = unpack_tuple_response(func(*args, page=page, **kwargs))
                return result, status, {**(headers or {}), **page.headers()}

            describe(wrapper, response_headers=self._page_headers(schema_instance(schema)))
            parameters = {"in": "query", "schema": schema_instance(schema)}
            wrapper._apidoc["pagination"] = {"parameters": parameters, "response": {}}  # type: ignore[attr-defined]
            return wrapper

        return decorator

    def lists(
        self, entry: type[ma.Schema], *, example: dict[str, Any] | None = None, query: type[ma.Schema] | None = None
    ) -> Callable[..., Any]:
        """Document a route that returns a page of entries; pass it the parsed `query`, if any, and the `page`."""

        def decorator(func: Callable[..., Any]) -> Callable[..., Any]:
            paged = self.response(200, entry(many=True), example=example and [example])(self.paginate()(func))
            return self.arguments(query, location="query")(paged) if query else paged

        return decorator

    def _page_headers(self, schema: ma.Schema) -> dict[str, Any]:
        numbers = {self.PAGINATION_HEADER_NAME: openapi_document.PAGINATION} if "page" in schema.fields else {}
        return numbers | (openapi_document.NEXT if "cursor" in schema.fields else {})

    def _document_pagination_metadata(self, spec: Any, resp_doc: dict[str, Any]) -> None:
        """Do nothing: `paginate` documents the headers."""

    def response(
        self, status_code: int, schema: Any = None, *, example: Any = None, **kwargs: Any
    ) -> Callable[..., Any]:
        """Serialize what the route returns. The example is by default that of the schema's fields."""
        if schema is None and kwargs.get("content_type"):
            # Without a schema, the document would omit the body.
            is_text = kwargs["content_type"].startswith("text/")
            schema = {"type": "string"} | ({} if is_text else {"format": "binary"})
        elif schema is not None and example is None:
            example = example_of(_instance(schema))
        return super().response(status_code, schema, example=example, **kwargs)

    def _store_endpoint_docs(self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        for doc in self._docs[endpoint].values():
            if isinstance(doc, dict):
                doc["endpoint"] = f"{self.name}.{endpoint}"
                doc["facts"] = facts_of(obj)

    def raises(self, *raised: AppError | type[AppError]) -> Callable[..., Any]:
        """Document error responses of a route. An instance's code and detail become a named example."""

        def decorator(func: Callable[..., Any]) -> Callable[..., Any]:
            describe(func, raises=_instances(raised))
            return func

        return decorator

    @staticmethod
    def error_members(members_of: Callable[[AppError], dict[str, Any]]) -> Callable[..., Any]:
        """Document members that the route's error responses have beside those of problem details."""

        def decorator(func: Callable[..., Any]) -> Callable[..., Any]:
            func._apidoc = deepcopy(getattr(func, "_apidoc", {})) | {"error_members": members_of}  # type: ignore[attr-defined]
            return func

        return decorator

    @staticmethod
    def _describe_response_headers(doc: dict[str, Any], doc_info: dict[str, Any], **_: Any) -> dict[str, Any]:
        doc.setdefault("responses", {}).update(doc_info.get("further_responses", {}))
        if headers := doc_info.get("response_headers"):
            for status, response in doc.get("responses", {}).items():
                if str(status).startswith("2"):
                    response.setdefault("headers", {}).update(headers)
        return doc

    @staticmethod
    def _describe_errors(
        doc: dict[str, Any], doc_info: dict[str, Any], *, api: "Api", method: str, **_: Any
    ) -> dict[str, Any]:
        facts: Facts = doc_info["facts"]
        access = "public" if doc_info["endpoint"] in api.public else "optional" if facts.optional_token else "token"
        limited = method not in SAFE_METHODS and not facts.unlimited
        strict = not facts.any_query
        second_factor = not facts.without_second_factor
        common = openapi_errors.common(doc, access=access, second_factor=second_factor, limited=limited, strict=strict)
        documented = {str(status): response for status, response in doc.get("responses", {}).items()}
        documented.pop("default", None)
        raised = [*doc_info.get("errors", []), *common]
        openapi_errors.add(documented, raised, doc_info.get("error_members", lambda _: {}))
        doc["responses"] = dict(sorted(documented.items()))
        doc["operationId"] = doc_info["endpoint"].rpartition(".")[2]
        doc["security"] = {
            "public": [],
            "optional": [{}, {PASSWORD_SCHEME: []}, {TOKEN_SCHEME: []}],
            "token": [{PASSWORD_SCHEME: []}, {TOKEN_SCHEME: []}],
        }[access]
        return doc


def describe(
    func: Callable[..., Any],
    *,
    raises: Iterable[AppError] = (),
    request_headers: dict[str, dict[str, Any]] | None = None,
    response_headers: dict[str, dict[str, Any]] | None = None,
    further_responses: dict[str, dict[str, Any]] | None = None,
) -> None:
    """Add a wrapper's errors, request headers and responses to the documentation of the route that it wraps."""
    notes = func._apidoc = deepcopy(getattr(func, "_apidoc", {}))  # type: ignore[attr-defined]
    notes["errors"] = [*raises, *notes.get("errors", [])]
    for name, header in (request_headers or {}).items():
        parameter = {"in": "header", "name": name, "required": False, **header}
        notes.setdefault("arguments", {}).setdefault("parameters", []).insert(0, parameter)
    notes.setdefault("response_headers", {}).update(response_headers or {})
    notes.setdefault("further_responses", {}).update(further_responses or {})


def _strict(func: Callable[..., Any]) -> Callable[..., Any]:
    if facts_of(func).any_query:
        return func
    declared = Query.of(_query_schemas(getattr(func, "_apidoc", {})))

    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        declared.require_known()
        return func(*args, **kwargs)

    return wrapper


def _query_schemas(notes: dict[str, Any]) -> Iterator[ma.Schema]:
    parameters = [*notes.get("arguments", {}).get("parameters", [])]
    if "pagination" in notes:
        parameters.append(notes["pagination"]["parameters"])
    for parameter in parameters:
        if parameter["in"] == "query":
            yield _instance(parameter["schema"])


def _instance(schema: ma.Schema | type[ma.Schema]) -> ma.Schema:
    return schema_instance(schema) if isinstance(schema, type) else schema


def _instances(raised: Iterable[AppError | type[AppError]]) -> list[AppError]:
    return [error() if isinstance(error, type) else error for error in raised]


class Api(flask_smorest.Api):
    """The OpenAPI document and the error format of all routes."""

    ERROR_SCHEMA = openapi_errors.ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.public: frozenset[str] = frozenset()
        self._blueprints: list[Blueprint] = []
        self._document: str | None = None
        self._writing = threading.Lock()
        # The documents of few addresses: clients choose the `Host` that is one of them.
        self._documents: Memo[Packed] = Memo(4)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Register a blueprint, without describing its routes before somebody reads the document.

        Processes that never serve it start 0.1 s sooner and save 3 MB.
        """
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._blueprints.append(blp)

    def handle_http_exception(self, error: HTTPException) -> Any:
        return errors.http_problem(error)

    def _openapi_json(self) -> Response:
        # A request that names no host, or a malformed one, gets an address relative to its own.
        asked = request.root_url.rstrip("/") if request.host else "/"
        server = current_app.config["PUBLIC_URL"] or asked
        return packed.send(self._documents.get_or_load(server, lambda: self._pack(server)), JSON, max_age=MINUTES)

    def _pack(self, server: str) -> Packed:
        with self._writing:
            document = self._document = self._document or self._write()
        return packed.pack(document.replace(openapi_document.SERVER, json.dumps(server)[1:-1]).encode())

    def _write(self) -> str:
        """Describe all routes, and return the document; only the server's address in it may change."""
        areas: dict[str, list[str]] = {}
        for blp in self._blueprints:
            blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
            self.spec.tag({"name": blp.name, "description": blp.description})
            areas.setdefault(openapi_document.area(blp.position), []).append(blp.title)
        titles = {blp.name: blp.title for blp in self._blueprints}
        finished = openapi_document.finish(deepcopy(self.spec.to_dict()), titles, areas)
        return json.dumps(finished, ensure_ascii=False, separators=(",", ":"))

    def init_app(self, app: Flask, **kwargs: Any) -> None:
        self._document = None
        self._documents.clear()
        self._blueprints.clear()
        app.url_map.converters.update(object_id=ObjectIdConverter, row_id=RowIdConverter, photo_size=PhotoSizeConverter)
        super().init_app(app, spec_kwargs={"info": openapi_document.info(app.config)}, **kwargs)
        self.ma_plugin.converter.add_attribute_function(_describe_one_of)
        self.register_converter(ObjectIdConverter, lambda _: {"type": "string", "pattern": "^[0-9a-f]{24}$"})
        self.register_converter(RowIdConverter, lambda _: {"type": "integer", "minimum": 1})
        self.register_converter(PhotoSizeConverter, lambda _: {"type": "string", "enum": list(SIZES)})
        self.spec.components.security_scheme(
            PASSWORD_SCHEME,
            {
                "type": "oauth2",
                "description": "Your e-mail address as the username, and your password.",
                "flows": {"password": {"tokenUrl": "/auth/token", "scopes": {}}},
            },
        )
        self.spec.components.security_scheme(
            TOKEN_SCHEME, {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token."}
        )
