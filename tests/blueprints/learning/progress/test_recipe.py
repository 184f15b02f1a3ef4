"""What clients are told to do is one text: the file, the documentation, and the operation's description."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
FILES = ("heartbeat.js", "heartbeat-queue.js")
RECIPE, QUEUE = TEXTS = [(ROOT / "learnstream" / "static" / name).read_text() for name in FILES]


def test_the_documentation_shows_the_recipe_and_the_queue():
    page = (ROOT / "docs" / "progress-reporting.md").read_text()

    assert re.findall(r"^```js\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[:2] == TEXTS


def test_the_recipe_has_about_a_dozen_lines():
    lines = [line for line in RECIPE.splitlines() if not line.startswith(("//", "}"))]

    assert len(lines) <= 14
    assert max(map(len, lines)) <= 120


def test_so_does_the_operation(client):
    operation = client.get("/openapi.json").json["paths"]["/lessons/{lesson_id}/progress"]["put"]

    assert RECIPE in operation["description"]
    assert QUEUE in operation["description"]
    assert operation["summary"] == "Report what was watched."


@pytest.mark.parametrize("name", FILES)
def test_they_can_be_fetched(client, name):
    with client.get(f"/static/{name}") as answer:
        assert (answer.status_code, answer.text) == (200, TEXTS[FILES.index(name)])
        assert answer.mimetype == "text/javascript"
