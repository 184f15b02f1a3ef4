"""The script that uploads files is the same in its file and in the documentation."""

import re

from tests.documentation.pages import ROOT

SCRIPT = (ROOT / "learnstream" / "static" / "upload.js").read_text()


def test_the_recipe_contains_the_upload_script():
    page = (ROOT / "docs" / "files.md").read_text()

    assert re.findall(r"^```js\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[0] == SCRIPT


def test_the_upload_script_is_served(client):
    with client.get("/static/upload.js") as response:
        assert (response.status_code, response.text) == (200, SCRIPT)
        assert response.mimetype == "text/javascript"
