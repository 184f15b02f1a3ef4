import gzip
import re
import sys

import pytest

from tests.blueprints.foundation.docs.document import operations
from tests.openapi import Validators


def status_of(client, address):
    with client.get(address) as response:
        return response.status_code


def test_the_page_loads_only_local_files(client):
    page = client.get("/docs").text

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert addresses
    assert all(address.startswith("/") for address in addresses)
    assert {status_of(client, address) for address in addresses} == {200}


def test_the_page_contains_no_inline_script(client):
    assert not re.search(r"<script(?![^>]*\bsrc=)", client.get("/docs").text)


@pytest.fixture(params=["/docs", "/dashboard"])
def library(client, request):
    """The address of the library of a page, as the page has it."""
    [address] = re.findall(rf'"({request.param}/[a-z]+\.js\?v=[^"]+)"', client.get(request.param).text)
    return address


def test_a_library_is_packed_and_kept(client, library):
    plain = client.get(library)
    packed = client.get(library, headers={"Accept-Encoding": "gzip"})

    assert (plain.content_type, plain.headers.get("Content-Encoding")) == ("text/javascript; charset=utf-8", None)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert packed.headers["Cache-Control"] == "public, max-age=31536000"
    assert {response.headers["Vary"] for response in (plain, packed)} == {"Accept-Encoding"}


@pytest.mark.parametrize("query", ["", "?v=0", "?v="])
def test_without_its_version_a_library_is_asked_for_again(client, library, query):
    answer = client.get(library.partition("?")[0] + query)

    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert client.get(library, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_library_is_read_from_its_package_and_never_imported(client):
    client.get("/docs/scalar.js")

    assert not {"flask_openapi_scalar", "flask_openapi", "pydantic", "chartkick"} & sys.modules.keys()


def test_browsers_find_the_icon_where_they_look_for_it(client):
    with client.get("/favicon.ico") as icon:
        assert (icon.status_code, icon.data[:4]) == (200, b"\0\0\1\0")
        assert icon.content_type in {"image/x-icon", "image/vnd.microsoft.icon"}


def test_the_document_is_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"


def test_an_unchanged_document_is_not_sent_again(client):
    tag = client.get("/openapi.json").headers["ETag"]

    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_every_operation_has_a_description(document):
    silent = [name for name, each in operations(document) if not each.get("summary") or not each.get("description")]

    assert silent == []


VERBS = {
    # What clients do with resources,
    *("create", "delete", "export", "import", "list", "read", "replace", "update"),
    # and what else can be done with them.
    *(
        "accept",
        "claim",
        "compare",
        "complete",
        "confirm",
        "dismiss",
        "extend",
        "hide",
        "migrate",
        "move",
        "park",
        "publish",
        "receive",
        "refresh",
        "release",
        "replay",
        "report",
        "resend",
        "reset",
        "restore",
        "retry",
        "return",
        "save",
        "skip",
        "start",
        "submit",
        "undo",
        "upload",
        "verify",
        "void",
        "waive",
    ),
    "sign",
}


def test_every_operation_id_begins_with_one_of_a_few_verbs(document):
    names = [operation["operationId"] for _, operation in operations(document)]

    assert {name.partition("_")[0] for name in names} == VERBS


def test_every_operation_id_is_unique(document):
    names = [operation["operationId"] for _, operation in operations(document)]

    assert len(set(names)) == len(names)


def test_every_operation_documents_its_callers(document):
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


def test_every_field_has_a_description(document):
    silent = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, shape in schema.get("properties", {}).items()
        if "description" not in shape and "$ref" not in shape and "$ref" not in shape.get("items", {})
    ]

    assert silent == []


def contents(operation):
    """Yield the contents of an operation's request and responses, by location."""
    yield "body", operation.get("requestBody", {}).get("content", {})
    for status, response in operation["responses"].items():
        yield status, response.get("content", {})


def examples(document):
    """Yield every example with its schema, by location."""
    for name, operation in operations(document):
        for parameter in operation.get("parameters", []):
            if "example" in parameter:
                yield f"{name} {parameter['name']}", parameter["schema"], parameter["example"]
        for where, content in contents(operation):
            for kind, media in content.items():
                found = {"": media["example"]} if "example" in media else {}
                found |= {key: each["value"] for key, each in media.get("examples", {}).items()}
                for key, example in found.items():
                    yield f"{name} {where} {kind} {key}", media["schema"], example
    for name, schema in document["components"]["schemas"].items():
        for field, shape in schema.get("properties", {}).items():
            if "example" in shape:
                yield f"{name}.{field}", shape, shape["example"]


def test_every_example_matches_its_schema(document):
    found = list(examples(document))
    validators, unnamed_errors = Validators(document), []
    for where, schema, example in found:
        for error in validators.of(schema).iter_errors(example):
            unnamed_errors.append(f"{where}: {'/'.join(map(str, error.instance_path))}: {error.message}")

    assert len(found) > 500
    assert unnamed_errors == []


def test_every_parameter_has_a_description(document):
    silent = [
        f"{name} {parameter['name']}"
        for path, item in document["paths"].items()
        for name, parameters in [
            (path, item.get("parameters", [])),
            *(
                (f"{method} {path}", each.get("parameters", []))
                for method, each in item.items()
                if method != "parameters"
            ),
        ]
        for parameter in parameters
        if not parameter.get("description")
    ]

    assert silent == []


def has_type(shape):
    return bool(shape.keys() & {"type", "$ref", "anyOf", "oneOf", "allOf"})


def test_every_field_and_parameter_has_a_type(document):
    untyped = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, shape in schema.get("properties", {}).items()
        if not has_type(shape)
    ]
    untyped += [
        f"{name} {parameter['name']}"
        for name, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if not has_type(parameter["schema"])
    ]

    assert untyped == []


def patterns(part):
    """Yield every pattern in a part of the document."""
    if isinstance(part, dict):
        yield from [part["pattern"]] if isinstance(part.get("pattern"), str) else []
        part = list(part.values())
    for each in part if isinstance(part, list) else []:
        yield from patterns(each)


def test_every_pattern_is_anchored_and_valid_in_json_schema(document):
    found = set(patterns(document))

    assert len(found) >= 3
    assert [each for each in found if not re.fullmatch(r"\^.*\$", each) or r"\Z" in each] == []


def test_roles_are_an_enum(document):
    [parameter] = [each for each in document["paths"]["/admin/users"]["get"]["parameters"] if each["name"] == "role"]

    assert parameter["schema"] == {"type": "string", "enum": ["admin", "instructor", "student"]}
    assert document["components"]["schemas"]["Account"]["properties"]["role"]["enum"] == parameter["schema"]["enum"]


def test_tags_have_readable_names_in_display_order(document):
    names = [tag["name"] for tag in document["tags"]]
    used = {tag for _, operation in operations(document) for tag in operation["tags"]}

    assert used == set(names)
    assert names[:2] == ["Signing in", "Your account"]
    assert all(re.fullmatch(r"[A-Z][a-z ]+(: [a-z ]+)?", name) for name in names)
