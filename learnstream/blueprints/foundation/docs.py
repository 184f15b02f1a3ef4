"""The documentation page: Scalar, served from its wheel's file, so that nothing loads from third-party hosts."""

from flask import Blueprint, Response, current_app, render_template

from learnstream.blueprints.common.packed_script import PackedScript

# A plain Flask blueprint: this page is not an operation of the OpenAPI document.
blp = Blueprint("docs", __name__)

SCALAR = PackedScript("flask_openapi_scalar", "templates/scalar/js/scalar.standalone.js")


@blp.get("/docs")
def page() -> str:
    """Return the page that lists every operation, with a console to try them and a sign-in form."""
    return render_template("docs.html", version=SCALAR.version)


@blp.get("/docs/scalar.js")
def library() -> Response:
    """Serve Scalar."""
    return SCALAR.response()


@blp.get("/favicon.ico")
def favicon() -> Response:
    """Serve the icon of all pages, where browsers look for it."""
    return current_app.send_static_file("favicon.ico")
