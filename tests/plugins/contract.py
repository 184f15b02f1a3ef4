"""Validates each response in the tests against the OpenAPI document: status, content type, schema and error code."""

from functools import cached_property

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.openapi import Validators, path_of, resolve

PROBLEM = "application/problem+json"
# Not documented by operations: wrong methods and internal errors.
UNDOCUMENTED = {405, 500}


class Contract:
    """The OpenAPI document of an application."""

    def __init__(self, app):
        self.app = app

    @cached_property
    def document(self):
        document = resolve(FlaskClient(self.app, self.app.response_class).get("/openapi.json").json)
        for schema in document["components"]["schemas"].values():
            # Clients must expect further fields; in the tests, a field that is not documented is a mistake.
            schema.setdefault("additionalProperties", "properties" not in schema)
        return document

    @cached_property
    def validators(self):
        return Validators(self.document)

    def check(self, response: TestResponse) -> None:
        """Raise AssertionError if the operation does not document the response."""
        operation = self._operation(response.request.method, response.request.path)
        if operation is None or response.status_code in UNDOCUMENTED:
            return
        if response.status_code == 401 and not operation["security"] and response.json["code"].startswith("token_"):
            # The overview says that operations which need no token reject an invalid one, too.
            return
        name, status = operation["operationId"], str(response.status_code)
        assert status in operation["responses"], f"{name} does not document its {status}: {response.text}"
        content = operation["responses"][status].get("content", {})
        if not content:
            assert response.data == b"", f"{name} documents no body with {status}: {response.text}"
            return
        assert response.mimetype in content, f"{name} does not document {response.mimetype} with {status}"
        if response.is_json:
            self._check_json(name, status, content[response.mimetype], response)

    def _operation(self, method, path):
        try:
            rule, _ = self.app.url_map.bind("localhost").match(path, method, return_rule=True)
        except HTTPException:  # without a route, there is no operation
            return None
        if method in {"HEAD", "OPTIONS"}:
            return None
        return self.document["paths"].get(path_of(rule.rule), {}).get(method.lower())

    def _check_json(self, name, status, documented, response):
        errors = [
            f"{'/'.join(map(str, error.instance_path))}: {error.message}"
            for error in self.validators.of(documented["schema"]).iter_errors(response.json)
        ]
        assert errors == [], f"{name} {status} does not have the documented shape: {errors}"
        if response.mimetype == PROBLEM:
            assert response.json["code"] in documented["examples"], f"{name} does not document {response.json['code']}"
