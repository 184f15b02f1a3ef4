"""The OpenAPI document as tests read it."""

import re

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
