"""The linters of OpenAPI documents that client developers use have nothing to say."""

import json

from tests.e2e.clients.conftest import HERE


def test_redocly_reports_no_problem(tool, document):
    found = json.loads(tool("redocly", "lint", document, "--config", HERE / "redocly.yaml", "--format", "json"))

    assert found["problems"] == []


def test_spectral_reports_no_problem(tool, document):
    found = json.loads(
        tool("spectral", "lint", document, "--ruleset", HERE / "spectral.yaml", "--format", "json", "-q")
    )

    assert found == []
