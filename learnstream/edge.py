"""What happens to every request before and after its route: its id, its budget, its headers and its line in the log."""

import logging
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from secrets import token_hex
from typing import Any

from flask import Flask, Response, g, request
from flask import Request as FlaskRequest
from flask.sessions import NullSession, SessionInterface
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from learnstream import bulkhead
from learnstream.bodies import Request
from learnstream.guards import request_budget

log = logging.getLogger("learnstream.access")

SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
CLIENT_HEADERS = [
    "X-Request-ID",
    "X-Process-Time",
    "X-Pagination",
    "ETag",
    "Location",
    "Retry-After",
    "Idempotent-Replayed",
]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# JSON needs nothing; our pages load their own files and talk to this API, and the docs page styles itself inline.
CSP_JSON = "default-src 'none'; frame-ancestors 'none'"
CSP_HTML = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HSTS = "max-age=31536000; includeSubDomains"


class Application(Flask):
    """Flask without what it does for others in every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function itself: none of ours is asynchronous."""
        return func


class NoSessions(SessionInterface):
    """We set no cookies, so there is nothing to look for in them."""

    def open_session(self, app: Flask, request: FlaskRequest) -> NullSession:
        return self.make_null_session(app)


def init_app(app: Flask) -> None:
    """Wrap every request."""
    app.request_class = Request
    app.session_interface = NoSessions()
    if proxies := app.config["PROXY_COUNT"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    if app.config["CORS_ORIGINS"]:
        CORS(app, origins=app.config["CORS_ORIGINS"], expose_headers=CLIENT_HEADERS, max_age=600)
    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(release)


def begin() -> None:
    """Name the request, start its clock and its budget."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if SAFE_REQUEST_ID.fullmatch(given) else token_hex(8)
    g.began = time.perf_counter()
    g.on_release = ExitStack()
    g.on_release.enter_context(request_budget())
    # A request that has given MongoDB up waits for it no more.
    g.on_release.callback(bulkhead.mongodb.leave)


def finish(response: Response) -> Response:
    """Add the headers every response carries, and log one line."""
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    response.headers.extend(HEADERS)
    response.headers.add("X-Request-ID", g.get("request_id", ""))
    response.headers.add("X-Process-Time", f"{seconds:.4f}")
    if "Content-Security-Policy" not in response.headers:
        html = (response.content_type or "").startswith("text/html")
        response.headers.add("Content-Security-Policy", CSP_HTML if html else CSP_JSON)
    if request.is_secure:
        response.headers.add("Strict-Transport-Security", HSTS)
    _log(response, seconds)
    return response


def release(_: BaseException | None) -> None:
    """End the budget, whatever became of the request."""
    if stack := g.pop("on_release", None):
        stack.close()


def _log(response: Response, seconds: float) -> None:
    # The query may hold tokens and the path may not: only the path is written.
    caller = g.get("caller")
    log.info(
        "request",
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "request_id": g.get("request_id"),
            "user_id": caller.id if caller else None,
            "ip": request.remote_addr,
        },
    )
