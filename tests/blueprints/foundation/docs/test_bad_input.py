"""Every body that the document describes, with something wrong: refused, and the field named. Nothing need exist."""

import re

import pytest

from tests.openapi import resolve

ADDRESS = {"number": "1", "user_id": "1", "enrollment_id": "1", "event_id": "1"}
WRONG = {"string": [], "integer": "many", "number": "much", "boolean": "perhaps", "array": 5, "object": 5}
LONG = 1_000_000  # characters, for texts whose limit is below


@pytest.fixture(scope="module")
def document(application):
    return resolve(application.test_client().get("/openapi.json").json)


@pytest.fixture
def bodies(document):
    """Every operation with a JSON body: method, address, the body's schema and an example."""
    found = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            media = (
                operation.get("requestBody", {}).get("content", {}).get("application/json")
                if method != "parameters"
                else None
            )
            if media and "$ref" in media["schema"]:
                address = re.sub(r"{(\w+)}", lambda name: ADDRESS.get(name[1], "6560f3a2c1d4e5f6a7b8c9d0"), path)
                shape = document["components"]["schemas"][media["schema"]["$ref"].rpartition("/")[2]]
                found.append((method.upper(), address, shape, media["example"]))
    assert len(found) > 25
    return found


@pytest.fixture
def complaints(client, admin):
    """Send bodies, each of which has one wrong field, and return those that were not refused by its name."""

    def complaints(requests):
        found = []
        for method, address, field, body in requests:
            answer = client.open(address, method=method, json=body, auth=admin)
            if answer.status_code != 422 or field not in answer.json["errors"]["json"]:
                found.append((method, address, field, answer.text))
        assert requests
        return found

    return complaints


def kinds(shape):
    return [shape["type"]] if isinstance(shape.get("type"), str) else shape.get("type", ["object"])


def test_a_missing_field_is_named(bodies, complaints):
    requests = [
        (method, address, field, {name: value for name, value in example.items() if name != field})
        for method, address, shape, example in bodies
        for field in shape.get("required", [])
    ]

    assert complaints(requests) == []


def test_a_field_of_the_wrong_type_is_named(bodies, complaints):
    requests = [
        (method, address, field, example | {field: WRONG[kinds(each)[0]]})
        for method, address, shape, example in bodies
        for field, each in shape["properties"].items()
    ]

    assert complaints(requests) == []


def test_a_text_that_is_too_long_is_named(bodies, complaints):
    requests = [
        (method, address, field, example | {field: "x" * (each["maxLength"] + 1)})
        for method, address, shape, example in bodies
        for field, each in shape["properties"].items()
        if each.get("maxLength", LONG) < LONG
    ]

    assert complaints(requests) == []


def test_every_text_has_a_limit(bodies):
    endless = [
        (address, field)
        for _, address, shape, _ in bodies
        for field, each in shape["properties"].items()
        if "string" in kinds(each) and not each.keys() & {"maxLength", "enum", "format"}
    ]

    assert endless == []


def test_a_field_that_does_not_exist_is_named(bodies, complaints):
    requests = [(method, address, "colour", example | {"colour": "red"}) for method, address, _, example in bodies]

    assert complaints(requests) == []


@pytest.mark.parametrize(
    ("raw", "kind", "refusal"),
    [
        ("{", "application/json", (400, "malformed_json")),
        ('{"a": NaN}', "application/json", (400, "malformed_json")),
        ("{}".encode("utf-16"), "application/json", (400, "malformed_json")),
        ("{}", "text/plain", (415, "unsupported_media_type")),
    ],
)
def test_what_is_no_json_is_refused(bodies, client, admin, raw, kind, refusal):
    for method, address, _, _ in bodies:
        answer = client.open(address, method=method, data=raw, content_type=kind, auth=admin)

        assert (answer.status_code, answer.json["code"]) == refusal, address
