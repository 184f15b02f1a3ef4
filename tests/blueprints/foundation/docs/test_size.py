"""The document is small: operations refer to what they share."""

import json
from collections import Counter

import pytest

from tests.blueprints.foundation.docs.document import operations

MOST = 4_100  # bytes per operation


@pytest.fixture
def raw(client):
    return client.get("/openapi.json").json


def repeated(parts):
    counts = Counter(json.dumps(part, sort_keys=True) for part in parts if "$ref" not in part)
    return [part for part, count in counts.items() if count > 1]


def test_the_document_stays_small(client, raw):
    assert len(client.get("/openapi.json").data) < MOST * sum(1 for _ in operations(raw))


def test_no_response_is_described_twice(raw):
    assert repeated(each for _, operation in operations(raw) for each in operation["responses"].values()) == []


def test_no_parameter_is_described_twice(raw):
    own = [each for _, operation in operations(raw) for each in operation.get("parameters", [])]

    assert repeated(own + [each for item in raw["paths"].values() for each in item.get("parameters", [])]) == []


def test_every_shared_part_is_referred_to(raw):
    text = json.dumps(raw)
    shared = [
        f"#/components/{kind}/{name}"
        for kind in ("examples", "headers", "parameters", "responses")
        for name in raw["components"][kind]
    ]

    assert len(shared) > 100
    assert [each for each in shared if f'"{each}"' not in text] == []
