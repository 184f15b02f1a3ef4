"""The dashboard: a page that signs in through the API and draws its figures. The page is public, its figures are not."""

import gzip
from functools import cache
from hashlib import blake2b
from pathlib import Path

import chartkick
from flask import Blueprint, Response, render_template, request

# A plain blueprint: a page is no operation of the API.
blp = Blueprint("dashboard", __name__)

# Chart.js with all that it needs, in the wheel of a package that carries it for others.
LIBRARY = Path(chartkick.__file__).parent / "django" / "static" / "chartkick" / "Chart.bundle.js"
YEAR = 365 * 86400
# Stricter than what other pages get: nothing of this one is styled inline.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@blp.get("/dashboard")
def page() -> Response:
    """Show the page; who signs in there sees what they may see."""
    response = Response(render_template("dashboard.html", version=_library()[1]), mimetype="text/html")
    response.headers["Content-Security-Policy"] = CSP
    return response


@blp.get("/dashboard/chart.js")
def chart_library() -> Response:
    """Serve Chart.js; the page asks for it by what it contains, so it may be kept."""
    packed, _ = _library()
    plain = not request.accept_encodings["gzip"]
    response = Response(gzip.decompress(packed) if plain else packed, mimetype="text/javascript")
    if not plain:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.cache_control.public, response.cache_control.max_age = True, YEAR
    return response


@cache
def _library() -> tuple[bytes, str]:
    """Return the library, packed to a sixth of its size, and a word for exactly these bytes."""
    source = LIBRARY.read_bytes()
    return gzip.compress(source, mtime=0), blake2b(source, digest_size=6).hexdigest()
