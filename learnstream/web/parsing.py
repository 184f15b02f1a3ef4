"""Strict parsing of requests: URL converters, JSON, forms and query parameters, each error with its own status."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request, request
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BaseConverter

from learnstream import errors
from learnstream.errors.requests import MalformedJson
from learnstream.web.photo_urls import SIZES

JSON = "application/json"
# The most recently parsed query strings. Checking and parsing one takes 100 µs, of 280 for a page of the catalogue.
QUERIES_CACHED = 500
DIGITS = re.compile(r"-?[0-9]+")
UNKNOWN = "Unknown parameter."
REPEATED = "Must be given only once."


class ObjectIdConverter(BaseConverter):
    """Ids of MongoDB documents: 24 hex digits; anything else matches no route (404)."""

    regex = "[0-9a-f]{24}"


class RowIdConverter(BaseConverter):
    """Ids of SQL rows: a positive 63-bit integer; larger ones would raise an error in PostgreSQL."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)


class PhotoSizeConverter(BaseConverter):
    """The name of a photo's size."""

    regex = "|".join(SIZES)


class Integer(ma.fields.Integer):
    """An integer; a string must consist of ASCII digits: `int` also accepts `1_0` and digits of other scripts."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and not DIGITS.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise MalformedJson(detail=errors.BadRequest.detail, errors={"json": {name: ["Duplicate key."]}})
    return found


_decoder = json.JSONDecoder(parse_constant=_reject_constant, object_pairs_hook=_unique)


def parse_json(raw: bytes) -> Any:
    """Parse a JSON text strictly.

    Raises:
        MalformedJson: it is not valid JSON, has duplicate keys, or is nested too deeply.
    """
    try:
        return _decoder.decode(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        # ValueError also covers invalid UTF-8 and numbers with thousands of digits.
        raise MalformedJson(errors={"json": ["Not valid JSON."]}) from None


class Parser(FlaskParser):
    """Distinguishes a wrong content type (415) and malformed JSON (400) from a missing field (422)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parse_query_cached = lru_cache(QUERIES_CACHED)(self._parse_query)

    def parse(self, argmap: Any, *args: Any, location: str | None = None, **kwargs: Any) -> Any:
        """Parse as webargs does, but cache the results of query strings whose schema is `timeless`."""
        if location == "query" and getattr(argmap, "timeless", False):
            return copy(self._parse_query_cached(argmap, request.query_string))
        return super().parse(argmap, *args, location=location, **kwargs)

    def _parse_query(self, schema: ma.Schema, _: bytes) -> Any:
        return super().parse(schema, location="query")

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return {}
        if req.mimetype != JSON and not req.mimetype.endswith("+json"):
            raise errors.UnsupportedMediaType()
        return parse_json(body)

    def load_form(self, req: Request, schema: ma.Schema) -> Any:
        if req.mimetype not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            raise errors.UnsupportedMediaType(detail="Send the body as application/x-www-form-urlencoded.")
        if repeated := _repeated(req.form, _lists(schema)):
            raise errors.Unprocessable(errors={"form": repeated})
        return super().load_form(req, schema)


@cache
def schema_instance(schema: type[ma.Schema]) -> ma.Schema:
    """Return the shared instance of a schema: marshmallow copies all fields at each instantiation, which takes 30 µs."""
    return schema()


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """The query parameters that an operation declares; those in `lists` may be repeated."""

    names: frozenset[str]
    lists: frozenset[str]

    @classmethod
    def of(cls, schemas: Iterable[ma.Schema]) -> "Query":
        """Return the parameters that these schemas declare together."""
        declared = [*schemas]
        names = (field.data_key or name for schema in declared for name, field in schema.fields.items())
        return cls(frozenset(names), frozenset().union(*map(_lists, declared)))

    def require_known(self) -> None:
        """Require that the request's query parameters are declared, and repeated only where they are lists.

        Raises:
            Unprocessable: names each parameter that is not.
        """
        if query := request.query_string:
            _check(self, query)


@lru_cache(QUERIES_CACHED)
def _check(declared: Query, _: bytes) -> None:
    sent = request.args
    invalid = {name: [UNKNOWN] for name in sent if name not in declared.names} | _repeated(sent, declared.lists)
    if invalid:
        raise errors.Unprocessable(errors={"query": invalid})


def _repeated(sent: MultiDict[str, str], lists: frozenset[str]) -> dict[str, list[str]]:
    return {name: [REPEATED] for name, values in sent.lists() if len(values) > 1 and name not in lists}


def _lists(schema: ma.Schema) -> frozenset[str]:
    return frozenset(MultiDictProxy({}, schema).multiple_keys)
