"""The documentation page: Swagger UI, served from its wheel's own files, so no third-party host is asked."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, render_template, send_from_directory

# A plain blueprint: the page about the operations is no operation itself.
blp = Blueprint("docs", __name__)

FILES = Path(flask_swagger_ui.__file__).parent / "dist"
DAY = 86400


@blp.get("/docs")
def page() -> str:
    """Show every operation, with a console to try them and a dialog to sign in."""
    return render_template("docs.html", version=(FILES / "VERSION").read_text().strip())


@blp.get("/docs/<path:name>")
def asset(name: str) -> Response:
    """Serve a file of Swagger UI; the page asks for it with the version, so it may be kept."""
    return send_from_directory(FILES, name, max_age=DAY)
