"""The watch page's few files. It talks to LearnStream across origins, like the pages of a real school."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, send_from_directory

PAGE = Path(__file__).parent / "page"
# What the page does is what clients are told to do: these are the files that docs/progress-reporting.md shows.
RECIPE = Path(__file__).parents[2] / "learnstream" / "static"


def create_app(api: str) -> Flask:
    """Serve the page for the LearnStream at `api`."""
    app = Flask(__name__, static_folder=PAGE, static_url_path="")
    parts = urlsplit(api)
    origin = f"{parts.scheme}://{parts.netloc}"

    @app.get("/")
    def page() -> Response:
        return send_from_directory(PAGE, "index.html")

    @app.get("/<any('heartbeat.js', 'heartbeat-queue.js'):name>")
    def recipe(name: str) -> Response:
        return send_from_directory(RECIPE, name)

    @app.get("/config.json")
    def config() -> Response:
        return jsonify(api=origin)

    @app.after_request
    def protect(response: Response) -> Response:
        # Media come from wherever the manifest leads; everything else from here, and the API.
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {origin}; "
            "media-src * blob:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-cache"
        return response

    return app
