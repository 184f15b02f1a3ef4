"""The watch page's few files. The page calls LearnStream across origins, like a real school's pages."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, send_from_directory

PAGE = Path(__file__).parent / "page"
# The page follows the instructions for clients: these are the files shown in docs/progress-reporting.md.
CLIENT_SCRIPTS = Path(__file__).parents[2] / "learnstream" / "static"


def create_app(api: str) -> Flask:
    """Create the application that serves the page, for the LearnStream at `api`."""
    app = Flask(__name__, static_folder=PAGE, static_url_path="")
    parts = urlsplit(api)
    origin = f"{parts.scheme}://{parts.netloc}"

    @app.get("/")
    def page() -> Response:
        return send_from_directory(PAGE, "index.html")

    @app.get("/<any('heartbeat.js', 'heartbeat-queue.js'):name>")
    def client_script(name: str) -> Response:
        return send_from_directory(CLIENT_SCRIPTS, name)

    @app.get("/config.json")
    def config() -> Response:
        return jsonify(api=origin)

    @app.after_request
    def add_security_headers(response: Response) -> Response:
        # Media may come from any host that the manifest names; everything else from here, or the API.
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {origin}; "
            "media-src * blob:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-cache"
        return response

    return app
