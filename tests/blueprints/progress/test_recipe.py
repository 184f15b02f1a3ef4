"""What clients are told to do is one text: the file, the README, and the operation's description."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
RECIPE = (ROOT / "learnstream" / "static" / "heartbeat.js").read_text()


def test_the_readme_shows_the_recipe():
    section = (ROOT / "README.md").read_text().split("## Reporting progress")[1]

    assert re.findall(r"^```js\n(.*?)^```", section, re.DOTALL | re.MULTILINE)[0] == RECIPE


def test_so_does_the_operation(client):
    operation = client.get("/openapi.json").json["paths"]["/lessons/{lesson_id}/progress"]["put"]

    assert RECIPE in operation["description"]
    assert operation["summary"] == "Report what was watched."


def test_it_can_be_fetched(client):
    with client.get("/static/heartbeat.js") as answer:
        assert (answer.status_code, answer.text) == (200, RECIPE)
        assert answer.mimetype == "text/javascript"
