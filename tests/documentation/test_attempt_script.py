"""The recipe for taking quizzes is the same in the documentation and in the operation's description."""

import re

from tests.documentation.pages import ROOT


def recipe_in(text):
    return re.findall(r"^```js\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[0]


def test_the_operation_and_the_page_have_the_same_recipe(client):
    operation = client.get("/openapi.json").json["paths"]["/attempts/{attempt_id}/answers"]["put"]
    page = (ROOT / "docs" / "quizzes.md").read_text()

    assert recipe_in(operation["description"]) == recipe_in(page)
    assert operation["summary"] == "Save answers of an attempt in progress."


def test_the_attempt_script_is_served(client):
    with client.get("/static/attempt.js") as response:
        assert (response.status_code, response.mimetype) == (200, "text/javascript")
        assert "export function takeAttempt" in response.text
