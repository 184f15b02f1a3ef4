"""The inbox: a page, its JSON, and the control of faults."""

from dataclasses import asdict
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from devstack.mail.catcher import Catcher
from devstack.mail.faults import Fault
from devstack.mail.message import Mail

PAGE = Path(__file__).parent / "page"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A mail's HTML runs no scripts, sends no forms, and loads nothing from other hosts.
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# Bytes: more than any fault needs.
MAX_BODY = 500

blp = Blueprint("inbox", __name__)


def create_app(catcher: Catcher) -> Flask:
    app = Flask(__name__, static_folder=PAGE, static_url_path="")
    # Pages of other sites cannot read the mails by pointing a name of theirs at 127.0.0.1 (DNS rebinding).
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions["catcher"] = catcher
    app.register_blueprint(blp)
    app.register_error_handler(HTTPException, _error_response)
    app.after_request(_add_security_headers)
    return app


@blp.get("/")
def page() -> Response:
    return send_from_directory(PAGE, "index.html")


@blp.get("/messages")
def messages() -> ResponseReturnValue:
    """Return all mails, newest first. The entity tag spares the page that polls the same answer."""
    mails = current_catcher().mails
    response = Response(status=304)
    revision = mails.revision
    if not request.if_none_match.contains(revision):
        response = jsonify([mail.as_json() for mail in mails.newest_first()])
    response.set_etag(revision)
    return response


@blp.delete("/messages")
def clear() -> ResponseReturnValue:
    current_catcher().mails.clear()
    return "", 204


@blp.get("/messages/<mail_id>")
def message(mail_id: str) -> ResponseReturnValue:
    return jsonify(_find(mail_id).as_json())


@blp.get("/messages/<mail_id>/html")
def html(mail_id: str) -> ResponseReturnValue:
    return _untrusted(_find(mail_id).html, "text/html")


@blp.get("/messages/<mail_id>/source")
def source(mail_id: str) -> ResponseReturnValue:
    return _untrusted(_find(mail_id).source, "text/plain")


@blp.get("/faults")
def faults() -> ResponseReturnValue:
    return jsonify([asdict(fault) for fault in current_catcher().faults.pending()])


@blp.post("/faults")
def fail() -> ResponseReturnValue:
    """Add a fault; the body has the fields of `Fault`."""
    body = request.get_json()
    if not isinstance(body, dict):
        abort(400, "The body must be a JSON object.")
    try:
        current_catcher().fail(Fault(**body))
    except (TypeError, ValueError) as error:
        abort(400, str(error))
    return "", 204


@blp.delete("/faults")
def recover() -> ResponseReturnValue:
    current_catcher().recover()
    return "", 204


def current_catcher() -> Catcher:
    return cast(Catcher, current_app.extensions["catcher"])


def _find(mail_id: str) -> Mail:
    return current_catcher().mails.find(mail_id) or abort(404, "There is no such mail, or no longer.")


def _untrusted(content: str | bytes, mimetype: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


def _error_response(error: HTTPException) -> ResponseReturnValue:
    return jsonify(error=error.description), error.code or 500


def _add_security_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache"
    return response
