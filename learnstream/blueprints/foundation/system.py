"""Landing page, liveness and readiness."""

from flask import Response, jsonify, render_template

from learnstream.schemas.foundation.system import HealthSchema, ReadinessSchema
from learnstream.services.foundation import readiness
from learnstream.web.openapi import Blueprint

blp = Blueprint("system", __name__, title="System", description="Is it up?")


@blp.get("/")
@blp.doc(tags=["system"])
@blp.response(200, content_type="text/html", description="A page for people.")
@blp.any_query
def landing() -> Response:
    """Show what this server is."""
    return Response(render_template("landing.html"), mimetype="text/html")


@blp.get("/health")
@blp.response(200, HealthSchema, example={"status": "ok"})
def health() -> dict[str, str]:
    """Say that the process is alive. No store is asked."""
    return {"status": "ok"}


@blp.get("/ready")
@blp.response(200, ReadinessSchema, example=readiness.EXAMPLE)
@blp.alt_response(503, schema=ReadinessSchema, description="PostgreSQL or MongoDB does not answer.")
def ready() -> Response:
    """Ask each store, at most a second each and all at once.

    `ready`: all answer. `degraded` (still 200): only Redis is away, which slows the system down and loses nothing.
    `unavailable` (503): PostgreSQL or MongoDB is away; what needs the other one still works.
    """
    report = readiness.check()
    response = jsonify(ReadinessSchema().dump(report))
    response.status_code = 503 if report["status"] == "unavailable" else 200
    return response
