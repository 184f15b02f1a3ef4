"""The tools that check the OpenAPI document and generate clients from it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TOOLS = HERE / "node_modules" / ".bin"
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "SCARF_ANALYTICS": "false"}
SLOWEST = 240  # seconds that a tool may take on a busy machine


@pytest.fixture(scope="session")
def tool():
    """Run a tool from an npm package and return its output; it must succeed."""
    if shutil.which("node") is None:
        pytest.skip("Node.js is missing; with it, `npm ci --prefix tests/e2e/clients` installs the tools of this test")
    if not TOOLS.exists():
        pytest.skip("`npm ci --prefix tests/e2e/clients` installs the tools of this test from the npm registry")
    return lambda name, *arguments, **options: run(TOOLS / name, *arguments, **options)


def run(*command, cwd=HERE):
    """Run a command and return what it printed on stdout; it must succeed."""
    environment = os.environ | QUIET
    completed = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=SLOWEST, check=False
    )
    assert completed.returncode == 0, f"{command[0]}:\n{completed.stdout}{completed.stderr}"
    return completed.stdout


@pytest.fixture
def document(application, tmp_path):
    """The file of the document, as a deployed server serves it."""
    response = application.test_client().get("/openapi.json", base_url="https://api.school.test")
    path = tmp_path / "openapi.json"
    path.write_bytes(response.data)
    return path
