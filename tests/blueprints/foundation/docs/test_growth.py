"""What clients may rely on as the API grows: responses are open, requests are strict, codes and addresses are named."""

import re
from pathlib import Path

import pytest

from config import load
from learnstream import __version__, create_app
from tests.blueprints.foundation.docs.document import operations

SERVER = Path(__file__).parents[4] / "server"
ERRORS = Path(__file__).parents[4] / "docs" / "errors.md"


def below(schemas, part):
    """The names of all schemas that a part of the document refers to."""
    found, waiting = set(), re.findall(r"#/components/schemas/(\w+)", str(part))
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += re.findall(r"#/components/schemas/(\w+)", str(schemas[name]))
    return found


@pytest.fixture
def answered(document):
    schemas = document["components"]["schemas"]
    return {name: schemas[name] for name in below(schemas, [each["responses"] for _, each in operations(document)])}


def test_responses_are_open_to_new_fields(answered):
    assert len(answered) > 100
    assert [name for name, schema in answered.items() if schema.get("additionalProperties") is False] == []
    assert "oneOf" not in str(answered)


def test_requests_stay_strict(document):
    schemas = document["components"]["schemas"]
    sent = below(schemas, [each.get("requestBody", {}) for _, each in operations(document)])

    # RFC 6749, 3.2: unknown parameters of the form are ignored.
    assert {name for name in sent if schemas[name].get("additionalProperties") is not False} == {"PasswordGrant"}
    assert "CompletionInput" in sent


def test_an_event_of_a_known_type_is_not_another_event(document):
    other = document["components"]["schemas"]["OtherEvent"]["properties"]["type"]

    assert "course.published" in other["not"]["enum"]


def test_every_array_has_items(document):
    def arrays(part):
        if isinstance(part, dict):
            if "array" in (part.get("type") or []):
                yield part
            part = list(part.values())
        for each in part if isinstance(part, list) else []:
            yield from arrays(each)

    found = list(arrays([document["components"]["schemas"], document["paths"]]))

    assert len(found) > 50
    assert [each for each in found if "items" not in each] == []


def test_every_documented_code_is_in_the_one_list(document):
    codes = document["components"]["schemas"]["ErrorCode"]["enum"]
    shown = {
        each["value"]["code"]
        for _, operation in operations(document)
        for response in operation["responses"].values()
        for each in response.get("content", {}).get("application/problem+json", {}).get("examples", {}).values()
    }

    assert shown <= set(codes)
    assert {"busy", "internal_error", "method_not_allowed"} <= set(codes)
    assert all(f"| `{code}` |" in document["info"]["description"] for code in codes)


def test_the_codes_of_the_server_in_front_are_in_the_list(document):
    codes = set(document["components"]["schemas"]["ErrorCode"]["enum"])
    source = "".join(path.read_text() for path in SERVER.glob("*.py"))

    assert set(re.findall(r'HTTPStatus\.\w+, "(\w+)"', source)) - codes == set()


def test_the_page_of_error_codes_is_current(app):
    assert app.test_cli_runner().invoke(args=["error-codes"]).output == ERRORS.read_text()


def test_the_document_names_the_address_it_was_asked_at(client):
    def servers(base_url):
        return client.get("/openapi.json", base_url=base_url).json["servers"]

    assert servers("https://api.school.test") == [{"url": "https://api.school.test"}]
    assert servers("http://127.0.0.1:8000") == [{"url": "http://127.0.0.1:8000"}]


@pytest.mark.parametrize("host", ["", "a/b", 'a"b', "user@api.school.test", "api.school.test:99999"])
def test_a_malformed_host_is_not_named(client, host):
    answer = client.get("/openapi.json", environ_overrides={"HTTP_HOST": host})

    assert answer.json["servers"] == [{"url": "/"}]


def test_a_configured_address_is_named_instead(settings):
    configured = load(settings | {"PUBLIC_URL": "https://api.school.test/", "CONTACT_EMAIL": "help@school.test"})
    document = create_app(configured).test_client().get("/openapi.json").json

    assert document["servers"] == [{"url": "https://api.school.test"}]
    assert document["info"]["contact"] == {"name": "LearnStream API", "email": "help@school.test"}


def test_the_document_and_every_response_have_the_version(client, document):
    assert document["info"]["version"] == __version__
    assert client.get("/health").headers["X-API-Version"] == __version__


def test_tags_are_grouped_by_area(document):
    groups = document["x-tagGroups"]

    assert [name for group in groups for name in group["tags"]] == [tag["name"] for tag in document["tags"]]
    assert 3 <= len(groups) <= 6


def test_the_document_is_compressed_for_those_who_ask(client):
    plain = client.get("/openapi.json")
    small = client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(plain.data) / 5
    assert small.headers["ETag"] != plain.headers["ETag"]
    assert small.headers["Vary"] == "Accept-Encoding"
    assert small.headers["Cache-Control"] == "public, max-age=300"
