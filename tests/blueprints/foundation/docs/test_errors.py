"""Errors, headers and permissions in the OpenAPI document."""

import json
import re

from tests.blueprints.foundation.docs.document import operations


def test_the_success_response_is_documented_first(document):
    wrong = [
        name
        for name, operation in operations(document)
        if not min(operation["responses"]) == next(iter(operation["responses"])) < "300"
    ]

    assert wrong == []


def test_response_schemas_list_required_fields(document):
    schemas = document["components"]["schemas"]

    assert schemas["Account"]["required"] == ["email", "id", "name", "role"]
    assert "errors" not in schemas["Problem"]["required"]
    assert schemas["ProfileChange"].get("required", []) == []
    assert "x-may-be-absent" not in str(document)


def test_every_paged_list_documents_the_pagination_header(document):
    for name, operation in operations(document):
        if any(parameter["name"] == "page" for parameter in operation.get("parameters", [])):
            header = operation["responses"]["200"]["headers"]["X-Pagination"]
            example = json.loads(header["example"])
            assert example.keys() <= header["schema"]["contentSchema"]["properties"].keys(), name


def test_other_content_types_are_documented(document):
    responses = document["paths"]["/courses/{course_id}/learners.csv"]["get"]["responses"]

    assert responses["200"]["content"] == {"text/csv": {"schema": {"type": "string"}}}


def test_bodies_that_are_no_text_are_binary(document):
    """Generated clients would decode them as text, and damage them."""
    bodies = [
        (name, content_type, body.get("schema", {}))
        for name, operation in operations(document)
        for response in operation["responses"].values()
        for content_type, body in response.get("content", {}).items()
    ]
    strings = [each for each in bodies if each[2].get("type") == "string" and not each[1].startswith("text/")]

    assert {"image/webp", "application/pdf"} <= {content_type for _, content_type, _ in strings}
    assert [each for each in strings if each[2].get("format") != "binary"] == []


def test_a_status_with_two_bodies_documents_both(document):
    content = document["paths"]["/ready"]["get"]["responses"]["503"]["content"]

    assert content.keys() == {"application/json", "application/problem+json"}


def test_an_error_code_with_two_meanings_has_two_examples(document):
    refused = document["paths"]["/courses/{course_id}/versions/{number}"]["get"]["responses"]["404"]

    details = [each["value"]["detail"] for each in refused["content"]["application/problem+json"]["examples"].values()]

    assert refused["description"] == "`not_found`"
    assert details == ["The course does not exist.", "The version does not exist."]


def test_every_error_documents_whether_to_retry(document):
    words = {
        (int(status), each["value"]["code"]): each["value"]["retry"]
        for _, operation in operations(document)
        for status, response in operation["responses"].items()
        for each in response.get("content", {}).get("application/problem+json", {}).get("examples", {}).values()
    }

    assert set(words.values()) == {"never", "later", "after_access"}
    assert {word for (status, _), word in words.items() if status >= 500 or status in {408, 429}} == {"later"}
    assert {code for (status, code), word in words.items() if status in {401, 403} and word == "never"} == {
        *(
            "enrollment_barred",
            "file_link_expired",
            "file_link_invalid",
            "file_link_outdated",
            "invalid_credentials",
            "mfa_token_invalid",
            "own_book",
            "own_course",
            "own_review",
            "seat_granted",
            "signature_expired",
            "signature_invalid",
            "token_reused",
            "upload_url_expired",
            "upload_url_invalid",
            "wrong_code",
            "wrong_password",
        )
    }
    assert {code for (status, code), word in words.items() if status < 500 and word == "later"} == {
        "body_incomplete",
        "checkout_in_progress",
        "document_not_ready",
        "file_not_ready",
        "idempotency_key_in_use",
        "payment_on_its_way",
        "quota_contended",
        "rate_limited",
        "request_timeout",
        "video_not_ready",
        "wait_before_retry",
    }


def test_validation_examples_name_a_field_in_its_location(document):
    def wrong(method, path):
        refused = document["paths"][path][method]["responses"]["422"]["content"]["application/problem+json"]
        return refused["examples"]["validation_failed"]["value"]["errors"]

    assert wrong("post", "/auth/login") == {"json": {"email": ["Missing data for required field."]}}
    assert wrong("post", "/auth/token") == {"form": {"username": ["Missing data for required field."]}}
    assert wrong("get", "/auth/sessions") == {"query": {"page": ["Invalid value."]}}


def test_operations_with_optional_authentication_are_documented(document):
    outline = document["paths"]["/courses/{course_id}/lessons"]["get"]

    assert outline["security"] == [{}, {"password": []}, {"bearer": []}]
    assert "unauthenticated" not in str(outline["responses"]["401"])


def test_only_operations_with_a_token_or_a_password_document_a_401(document):
    asking = {name for name, operation in operations(document) if operation["security"]}

    found = {name for name, operation in operations(document) if "401" in operation["responses"]}

    assert found - asking == {*("POST /auth/login", "POST /auth/login/mfa", "POST /auth/refresh", "POST /auth/token")}
    assert asking <= found


def test_errors_of_the_token_endpoint_have_the_members_of_oauth2(document):
    responses = document["paths"]["/auth/token"]["post"]["responses"]
    bodies = {
        example["value"]["code"]: example["value"]
        for status, response in responses.items()
        if status >= "400"
        for example in response["content"]["application/problem+json"]["examples"].values()
    }

    assert bodies["invalid_credentials"]["error"] == "invalid_grant"
    assert all(body["error_description"] == body["detail"] for body in bodies.values())


def test_only_limited_operations_document_a_429(document):
    limited = {name for name, operation in operations(document) if "429" in operation["responses"]}

    webhooks = {"POST /webhooks/mux", "POST /webhooks/stripe"}
    assert limited == {name for name, _ in operations(document) if name[:3] != "GET"} - webhooks


def test_deleted_resources_document_no_etag(document):
    deleted, changed = (document["paths"]["/lessons/{lesson_id}"][method] for method in ("delete", "patch"))

    assert "headers" not in deleted["responses"]["204"]
    assert "ETag" in changed["responses"]["200"]["headers"]


def test_no_component_is_unused(document):
    references = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))

    assert references == set(document["components"]["schemas"])


def test_operations_with_a_query_document_a_414(document):
    with_query = {
        name: "414" in operation["responses"]
        for name, operation in operations(document)
        if any(parameter["in"] == "query" for parameter in operation.get("parameters", []))
    }

    assert len(with_query) > 20
    assert all(with_query.values())
