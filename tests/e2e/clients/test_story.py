"""Clients that are generated from the OpenAPI document tell the README's story to the running application."""

import json
import shutil
import sys
from pathlib import Path

import pytest
import requests

from tests.e2e.clients.conftest import HERE, TOOLS, run

TEACHER = {"email": "ines@example.com", "password": "stars above the harbour"}


@pytest.fixture
def served(server, tmp_path):
    """The document of the running application."""
    path = tmp_path / "openapi.json"
    path.write_bytes(requests.get(f"{server.url}/openapi.json", timeout=20).content)
    return path


@pytest.fixture
def arguments(server, mux, instructor, student, request):
    """What a story is told with: the address, a video file, an instructor and a student."""
    name = request.node.name.split("_")[-1]
    student(name)
    account = {"email": f"{name}@example.com", "password": "a walrus in the pantry"}
    return server.url, mux.sample_video(seconds=2), json.dumps(TEACHER), json.dumps(account)


def test_a_python_client_tells_the_story_as_python(served, arguments, tmp_path):
    generator = Path(sys.executable).with_name("openapi-python-client")
    config = HERE / "openapi-python-client.yaml"
    options = ["--output-path", tmp_path / "client", "--meta", "none", "--config", config, "--fail-on-warning"]
    run(generator, "generate", "--path", served, *options, cwd=tmp_path)
    shutil.copy(HERE / "story.py", tmp_path)

    assert run(sys.executable, "story.py", *arguments, cwd=tmp_path) == "played\n"


def test_a_typescript_client_tells_the_story_as_typescript(tool, served, arguments, tmp_path):
    for name in ("story.ts", "tsconfig.json", "package.json"):
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(TOOLS.parent)
    # A field with a default may be left out of a request; by itself, the generator takes it for required.
    tool("openapi-typescript", served, "--default-non-nullable", "false", "--output", "api.d.ts", cwd=tmp_path)
    tool("tsc", cwd=tmp_path)

    assert run("node", "story.js", *arguments, cwd=tmp_path) == "played\n"
