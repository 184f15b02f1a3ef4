"""Every documented body with an invalid field: rejected, with the field named. The objects need not exist."""

import re

import pytest

from tests.openapi import resolve

ADDRESS = {
    "number": "1",
    "user_id": "1",
    "enrollment_id": "1",
    "event_id": "1",
    "group_id": "1",
    "subject_id": "1",
    "program_id": "1",
    "coupon_id": "1",
    "order_id": "1",
}
WRONG = {"string": [], "integer": "many", "number": "much", "boolean": "perhaps", "array": 5, "object": 5}
LONG = 1_000_000  # characters, for texts whose limit is below


@pytest.fixture(scope="module")
def document(application):
    return resolve(application.test_client().get("/openapi.json").json)


@pytest.fixture
def bodies(document):
    """Every operation with a JSON body: method, path, the body's schema and an example."""
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
def unnamed_errors(client, admin):
    """Send bodies with one invalid field each, and return those that were not rejected with its name."""

    def unnamed_errors(requests):
        found = []
        for method, address, field, body in requests:
            response = client.open(address, method=method, json=body, auth=admin)
            if response.status_code != 422 or field not in response.json["errors"]["json"]:
                found.append((method, address, field, response.text))
        assert requests
        return found

    return unnamed_errors


def kinds(shape):
    return [shape["type"]] if isinstance(shape.get("type"), str) else shape.get("type", ["object"])


def test_a_missing_field_is_named(bodies, unnamed_errors):
    requests = [
        (method, address, field, {name: value for name, value in example.items() if name != field})
        for method, address, shape, example in bodies
        for field in shape.get("required", [])
    ]

    assert unnamed_errors(requests) == []


def test_a_field_of_the_wrong_type_is_named(bodies, unnamed_errors):
    requests = [
        (method, address, field, example | {field: WRONG[kinds(each)[0]]})
        for method, address, shape, example in bodies
        for field, each in shape["properties"].items()
    ]

    assert unnamed_errors(requests) == []


def test_a_text_that_is_too_long_is_named(bodies, unnamed_errors):
    requests = [
        (method, address, field, example | {field: "x" * (each["maxLength"] + 1)})
        for method, address, shape, example in bodies
        for field, each in shape["properties"].items()
        if each.get("maxLength", LONG) < LONG
    ]

    assert unnamed_errors(requests) == []


def test_every_text_has_a_limit(bodies):
    endless = [
        (address, field)
        for _, address, shape, _ in bodies
        for field, each in shape["properties"].items()
        if "string" in kinds(each) and not each.keys() & {"maxLength", "enum", "format"}
    ]

    assert endless == []


def test_a_field_that_does_not_exist_is_named(bodies, unnamed_errors):
    requests = [(method, address, "colour", example | {"colour": "red"}) for method, address, _, example in bodies]

    assert unnamed_errors(requests) == []


@pytest.mark.parametrize(
    ("raw", "kind", "error"),
    [
        ("{", "application/json", (400, "malformed_json")),
        ('{"a": NaN}', "application/json", (400, "malformed_json")),
        ("{}".encode("utf-16"), "application/json", (400, "malformed_json")),
        ("{}", "text/plain", (415, "unsupported_media_type")),
    ],
)
def test_a_body_that_is_not_json_is_rejected(bodies, client, admin, raw, kind, error):
    for method, address, _, _ in bodies:
        response = client.open(address, method=method, data=raw, content_type=kind, auth=admin)

        assert (response.status_code, response.json["code"]) == error, address
