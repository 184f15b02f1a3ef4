import re

import pytest


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def status_of(client, address):
    with client.get(address) as answer:
        return answer.status_code


def test_the_page_loads_only_our_own_files(client):
    page = client.get("/docs").text

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert addresses
    assert all(address.startswith("/") for address in addresses)
    assert {status_of(client, address) for address in addresses} == {200}


def test_the_page_holds_no_inline_script(client):
    assert not re.search(r"<script(?![^>]*\bsrc=)", client.get("/docs").text)


def test_no_file_outside_the_wheel_is_served(client):
    assert client.get("/docs/../flask_swagger_ui.py").status_code == 404


def test_the_document_is_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"


def test_an_unchanged_document_is_not_sent_again(client):
    tag = client.get("/openapi.json").headers["ETag"]

    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_every_operation_describes_itself(document):
    silent = [name for name, operation in operations(document) if not operation.get("summary")]

    assert silent == []


def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for _, operation in operations(document)]

    assert len(set(names)) == len(names)


def test_every_operation_says_who_may_call_it(document):
    assert [name for name, operation in operations(document) if "security" not in operation] == []


def test_every_error_has_examples(document):
    bare = [
        f"{name} {status}"
        for name, operation in operations(document)
        for status, response in operation["responses"].items()
        if status >= "400" and "application/problem+json" in response.get("content", {})
        if not response["content"]["application/problem+json"].get("examples")
    ]

    assert bare == []


def test_every_success_with_a_body_has_an_example(document):
    bare = [
        f"{name} {status}"
        for name, operation in operations(document)
        for status, response in operation["responses"].items()
        if status < "300" and "application/json" in response.get("content", {})
        if not response["content"]["application/json"].keys() & {"example", "examples"}
    ]

    assert bare == []


def test_every_body_has_an_example(document):
    bare = [
        name
        for name, operation in operations(document)
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if not content.keys() & {"example", "examples"}
    ]

    assert bare == []


def test_every_field_is_explained(document):
    silent = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, shape in schema.get("properties", {}).items()
        if "description" not in shape and "$ref" not in shape and "$ref" not in shape.get("items", {})
    ]

    assert silent == []


def patterns(part):
    """Every pattern that a part of the document holds its texts to."""
    if isinstance(part, dict):
        yield from [part["pattern"]] if isinstance(part.get("pattern"), str) else []
        part = list(part.values())
    for each in part if isinstance(part, list) else []:
        yield from patterns(each)


def test_every_pattern_is_of_the_whole_text_in_the_dialect_of_json_schema(document):
    found = set(patterns(document))

    assert len(found) >= 3
    assert [each for each in found if not re.fullmatch(r"\^.*\$", each) or r"\Z" in each] == []
