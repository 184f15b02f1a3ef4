"""The client scripts are the same in the files, the documentation and the operation's description."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
FILES = ("heartbeat.js", "heartbeat-queue.js")
RECIPE, QUEUE = TEXTS = [(ROOT / "learnstream" / "static" / name).read_text() for name in FILES]


def test_the_documentation_contains_the_client_scripts():
    page = (ROOT / "docs" / "progress-reporting.md").read_text()

    assert re.findall(r"^```js\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[:2] == TEXTS


def test_the_heartbeat_script_is_short():
    lines = [line for line in RECIPE.splitlines() if not line.startswith(("//", "}"))]

    assert len(lines) <= 14
    assert max(map(len, lines)) <= 120


def test_the_operation_documents_the_heartbeat_script(client):
    operation = client.get("/openapi.json").json["paths"]["/lessons/{lesson_id}/progress"]["put"]

    assert RECIPE in operation["description"]
    assert QUEUE in operation["description"]
    assert operation["summary"] == "Report what was watched."


@pytest.mark.parametrize("name", FILES)
def test_the_client_scripts_are_served(client, name):
    with client.get(f"/static/{name}") as response:
        assert (response.status_code, response.text) == (200, TEXTS[FILES.index(name)])
        assert response.mimetype == "text/javascript"
