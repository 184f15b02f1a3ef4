"""The documentation page: Swagger UI, served from its wheel's files, so that nothing loads from third-party hosts."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, render_template, send_from_directory

# A plain Flask blueprint: this page is not an operation of the OpenAPI document.
blp = Blueprint("docs", __name__)

FILES = Path(flask_swagger_ui.__file__).parent / "dist"
DAY = 86400


@blp.get("/docs")
def page() -> str:
    """Return the page that lists every operation, with a console to try them and a sign-in dialog."""
    return render_template("docs.html", version=(FILES / "VERSION").read_text().strip())


@blp.get("/docs/<path:name>")
def asset(name: str) -> Response:
    """Serve a file of Swagger UI; its URL contains the version, so it can be cached."""
    return send_from_directory(FILES, name, max_age=DAY)
