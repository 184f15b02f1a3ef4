"""What happens to every request before and after its route: its id, its budget, its headers and its line in the log."""

import logging
import re
import time
from collections.abc import Callable, Iterable
from functools import cached_property
from http import HTTPStatus
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask import Request as FlaskRequest
from flask.sessions import NullSession, SessionInterface
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from learnstream.errors.requests import TwoSlashes
from learnstream.stores import bulkhead
from learnstream.stores.budget import begin_budget, end_budget
from learnstream.web.client_address import network_of
from learnstream.web.hashing import HashingOperations
from learnstream.web.request_body import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("learnstream.access")

SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
CLIENT_HEADERS = [
    "X-Request-ID",
    "X-Process-Time",
    "X-Pagination",
    "X-Next-Cursor",
    "Link",
    "ETag",
    "Location",
    "Retry-After",
    "Idempotent-Replayed",
]

HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
]
OWN_HEADERS = "learnstream.own_headers"  # of one response, in its request's environment
SECURE_HEADERS = [*HEADERS, ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")]
# JSON needs nothing; our pages load their own files and talk to this API, and the docs page styles itself inline.
CSP_JSON = "default-src 'none'; frame-ancestors 'none'"
CSP_HTML = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Application(Flask):
    """Flask without what it does for others in every request; tells the server in front what it has to know."""

    @cached_property
    def hashing(self) -> HashingOperations:
        return HashingOperations(self)

    @property
    def longest_body(self) -> int:
        """The most bytes of a body that are read; of a longer one nobody need wait for the rest."""
        return int(self.config["MAX_CONTENT_LENGTH"])

    def hashes_for(self, method: str, path: str, peer: str, forwarded_for: str) -> str | None:
        """Return the network for which a request will hash a password, None when it will hash none.

        path: decoded, as in PATH_INFO; forwarded_for: the `X-Forwarded-For` headers, joined by commas.
        """
        if not self.hashing.include(method, path):
            return None
        proxies = self.config["PROXY_COUNT"]
        entries = [entry.strip() for entry in forwarded_for.split(",")]
        return network_of(entries[-proxies] if proxies and len(entries) >= proxies else peer)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function itself: none of ours is asynchronous."""
        return func


class NoSessions(SessionInterface):
    """We set no cookies, so there is nothing to look for in them."""

    def open_session(self, app: Flask, request: FlaskRequest) -> NullSession:
        return self.make_null_session(app)


class CommonHeaders:
    """Adds the headers that every response carries, here because Werkzeug's own list looks long at each."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        common = SECURE_HEADERS if environ["wsgi.url_scheme"] == "https" else HEADERS

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Callable[[bytes], object]:
            return start_response(status, headers + environ.get(OWN_HEADERS, []) + common, *exc_info)

        return self.app(environ, start)


def init_app(app: Flask) -> None:
    """Wrap every request."""
    app.request_class = Request
    app.session_interface = NoSessions()
    app.wsgi_app = CommonHeaders(app.wsgi_app)  # type: ignore[method-assign]
    if proxies := app.config["PROXY_COUNT"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    if app.config["CORS_ORIGINS"]:
        CORS(app, origins=app.config["CORS_ORIGINS"], expose_headers=CLIENT_HEADERS, max_age=600)
    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(release)


def begin() -> None:
    """Name the request, start its clock and its budget.

    Raises:
        TwoSlashes: the path would be another one to whoever does not drop leading slashes, as Werkzeug does.
    """
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    g.request_id = given if SAFE_REQUEST_ID.fullmatch(given) else token_hex(8)
    g.began = time.perf_counter(), begin_budget()
    if request.environ["PATH_INFO"].startswith("//"):
        raise TwoSlashes()


def finish(response: Response) -> Response:
    """Add the headers that are the response's own, and log one line."""
    here = g._get_current_object()
    request_id = here.get("request_id", "")
    seconds = time.perf_counter() - here.began[0] if "began" in here else 0.0
    own = [("X-Request-ID", request_id), ("X-Process-Time", f"{seconds:.4f}")]
    if not (response.content_type or "").startswith("text/html"):
        own.append(("Content-Security-Policy", CSP_JSON))
    elif "Content-Security-Policy" not in response.headers:
        own.append(("Content-Security-Policy", CSP_HTML))
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT and response.location:
        # Routing makes it of the Host header, which is the client's.
        response.location = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
    asked = request._get_current_object()  # type: ignore[attr-defined]
    asked.environ[OWN_HEADERS] = own
    _log(asked, response, seconds, request_id, here.get("caller"))
    return response


def release(_: BaseException | None) -> None:
    """End the budget, whatever became of the request."""
    if began := g.pop("began", None):
        # A request that has given MongoDB up waits for it no more.
        bulkhead.mongodb.leave()
        end_budget(began[1])


def _log(asked: FlaskRequest, response: Response, seconds: float, request_id: str, caller: Any) -> None:
    # The query may hold tokens and the path may not: only the path is written.
    line = {
        "method": asked.method,
        "path": asked.path,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "request_id": request_id,
        "user_id": caller.id if caller else None,
        "ip": asked.remote_addr,
    }
    log.info("request", extra={"line": line})
