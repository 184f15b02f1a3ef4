"""Every operation with undeclared or repeated parameters. The objects need not exist."""

import re
from uuid import UUID

import pytest

from tests.blueprints.foundation.docs.document import operations

ADDRESS = {
    "number": "1",
    "photo_size": "small",
    "user_id": "1",
    "enrollment_id": "1",
    "event_id": "1",
    "parked_id": "1",
    "command_id": "1",
    "mail_id": "1",
    "invitation_id": "1",
    "accommodation_id": "1",
    "extension_id": "1",
    "import_id": "1",
    "question_import_id": "1",
    "grade_import_id": "1",
    "book_import_id": "1",
    "group_id": "1",
    "subject_id": "1",
    "program_id": "1",
    "coupon_id": "1",
    "order_id": "1",
    "session_id": str(UUID(int=0)),
}
# A page and webhooks: their query parameters may come from others.
LENIENT = {"GET /", "POST /webhooks/mux", "POST /webhooks/stripe"}


def address(path):
    return re.sub(r"{(\w+)}", lambda name: ADDRESS.get(name[1], "6560f3a2c1d4e5f6a7b8c9d0"), path)


@pytest.fixture
def query_errors(client, admin):
    """Send an operation's request by its name in the document; return the errors of the query, by parameter."""

    def query_errors(name, query):
        method, path = name.split()
        response = client.open(f"{address(path)}?{query}", method=method, auth=admin)
        return (response.json or {}).get("errors", {}).get("query", {}) if response.status_code == 422 else {}

    return query_errors


def test_an_unknown_parameter_is_named_by_every_api_operation(document, query_errors):
    names = [name for name, _ in operations(document)]
    silent = [name for name in names if query_errors(name, "unheard_of=1") != {"unheard_of": ["Unknown parameter."]}]

    assert sorted(silent) == sorted(LENIENT)


def test_every_operation_that_rejects_unknown_parameters_documents_it(document):
    assert {name for name, operation in operations(document) if "422" not in operation["responses"]} == LENIENT


def test_a_repeated_parameter_is_named_unless_it_is_a_list(document, query_errors):
    declared = [
        (name, parameter["name"], parameter["schema"].get("type") == "array")
        for name, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    ]
    refused = [
        (name, parameter, is_list)
        for name, parameter, is_list in declared
        if is_list
        == bool("Must be given only once." in query_errors(name, f"{parameter}=1&{parameter}=1").get(parameter, []))
    ]

    assert len(declared) > 60
    assert refused == []


def required_query(operation):
    """Return the parameters without which the others are not validated, with their examples."""
    required = [each for each in operation.get("parameters", []) if each["in"] == "query" and each.get("required")]
    return "".join(f"&{each['name']}={each['schema']['example']}" for each in required)


def test_numbers_must_be_decimal_digits(document, query_errors):
    declared = [
        (name, parameter["name"], required_query(operation))
        for name, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and parameter["schema"].get("type") == "integer"
    ]
    texts = ["1_0", "%D9%A1", "%2B1", "%201"]
    taken = [
        (name, parameter, text)
        for name, parameter, required in declared
        for text in texts
        if parameter not in query_errors(name, f"{parameter}={text}{required}")
    ]

    assert len(declared) > 30
    assert taken == []


@pytest.mark.parametrize("query", ["unheard_of", "=1", "Page=1", "page%5B%5D=1", "page=1;sort=title"])
def test_parameter_names_must_match_exactly(client, query):
    assert client.get(f"/courses?{query}").status_code == 422


def test_authentication_precedes_query_validation(client):
    assert client.get("/users/me?unheard_of=1").status_code == 401


@pytest.mark.parametrize("path", ["/", "/docs", "/dashboard", "/static/site.css", "/openapi.json"])
def test_pages_and_files_accept_any_parameter(client, path):
    assert client.get(f"{path}?utm_source=newsletter", buffered=True).status_code == 200


def test_a_repeated_form_field_is_named(client, stranger):
    form = {"username": stranger.email, "password": ["wrong", "also wrong"]}

    response = client.post("/auth/token", data=form)

    assert (response.status_code, response.json["errors"]) == (
        422,
        {"form": {"password": ["Must be given only once."]}},
    )
