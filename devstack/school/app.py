"""The example school's few files. Its pages call LearnStream across origins, like a real school's pages."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, render_template, send_from_directory

PAGE = Path(__file__).parent / "page"
# The pages follow the instructions for clients: these are the files that docs/ shows or explains, and what the dashboard shares.
CLIENT_SCRIPTS = Path(__file__).parents[2] / "learnstream" / "static"

SCRIPTS = ("heartbeat.js", "heartbeat-queue.js", "upload.js", "attempt.js", "dom.js", "markdown.js", "money.js")
# Besides the one to watch lessons on, at `/`.
PAGES = (
    *("quiz", "homework", "grades", "catalogue", "course", "orders"),
    *("book", "search", "notifications", "upload"),
)


def create_app(api: str, storage: str | None = None) -> Flask:
    """Create the application that serves the pages, for the LearnStream at `api` whose files are stored at `storage`."""
    app = Flask(__name__, static_folder=PAGE, static_url_path="")
    policy = content_security_policy(origin_of(api), origin_of(storage or api))

    @app.get("/", defaults={"name": "watch"})
    @app.get(f"/<any{PAGES}:name>")
    def page(name: str) -> str:
        return render_template(f"{name}.html")

    @app.get(f"/<any{SCRIPTS}:name>")
    def client_script(name: str) -> Response:
        return send_from_directory(CLIENT_SCRIPTS, name)

    @app.get("/config.json")
    def config() -> Response:
        return jsonify(api=origin_of(api))

    @app.after_request
    def add_security_headers(response: Response) -> Response:
        # Small files are read and closed at once: a browser that leaves the page meanwhile would keep them open.
        response.direct_passthrough = False
        response.make_sequence()
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-cache"
        return response

    return app


def content_security_policy(api: str, storage: str) -> str:
    """Return the pages' policy: media from any host that a manifest names, everything else from here, or from two origins."""
    files = " ".join(dict.fromkeys([api, storage]))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {files}; frame-src {files}; "
        f"media-src * blob:; img-src data: blob: {files}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
