"""The OpenAPI document as tests read it."""

import json
import re

import jsonschema_rs

SHARED = re.compile(r"#/components/(?!schemas/)(\w+)/(.+)")


def resolve(document):
    """Return the document with its shared responses, parameters, headers and examples in place; schemas stay shared."""

    def resolved(part):
        if isinstance(part, list):
            return [resolved(each) for each in part]
        if not isinstance(part, dict):
            return part
        if shared := SHARED.fullmatch(part["$ref"]) if isinstance(part.get("$ref"), str) else None:
            return resolved(document["components"][shared[1]][shared[2]])
        return {name: resolved(each) for name, each in part.items()}

    return resolved(document)


def path_of(rule):
    """Return a URL rule's path in the document."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


class Validators:
    """Validators of the schemas in a document, each compiled once.

    They share the components: a copy in each took 5 MB and 0.1 s.
    """

    def __init__(self, document):
        self._components = jsonschema_rs.Registry([("urn:api", {"components": document["components"]})])
        self._compiled = {}

    def of(self, schema):
        """Return the validator of a schema in the document."""
        key = json.dumps(schema).replace('"#/components/', '"urn:api#/components/')
        if key not in self._compiled:
            self._compiled[key] = jsonschema_rs.Draft202012Validator(
                json.loads(key), registry=self._components, validate_formats=True
            )
        return self._compiled[key]
