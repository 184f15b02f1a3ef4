"""The dashboard: a page that signs in through the API and draws its figures. The page is public, its figures are not."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, render_template

from learnstream.blueprints.common.packed_script import PackedScript

# A plain blueprint: a page is no operation of the API.
blp = Blueprint("dashboard", __name__)

# Chart.js with all that it needs, in the wheel of a package that carries it for others.
CHARTS = PackedScript("chartkick", "django/static/chartkick/Chart.bundle.js")
# Stricter than what other pages get: nothing of this one is styled inline. Pictures that were handed in are `blob:`.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'{storage}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@blp.get("/dashboard")
def page() -> Response:
    """Show the page; who signs in there sees what they may see."""
    response = Response(render_template("dashboard.html", version=CHARTS.version), mimetype="text/html")
    response.headers["Content-Security-Policy"] = CSP.format(storage=_storage())
    return response


def _storage() -> str:
    """Return the origin of the bucket, to which downloads of files are redirected; nothing without one."""
    bucket = current_app.config["FILES_S3"]
    if bucket is None:
        return ""
    parts = urlsplit(bucket.base_url)
    return f" {parts.scheme}://{parts.netloc}"


@blp.get("/dashboard/chart.js")
def chart_library() -> Response:
    """Serve Chart.js."""
    return CHARTS.response()
