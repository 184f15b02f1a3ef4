"""Landing page, liveness and readiness probes."""

from flask import Response, jsonify, render_template

from learnstream.blueprints.foundation import examples
from learnstream.errors import BadRequest
from learnstream.schemas.foundation.system import HealthSchema, ReadinessSchema
from learnstream.services.foundation import readiness
from learnstream.web.openapi import Blueprint
from learnstream.web.route_facts import any_query

blp = Blueprint("system", __name__, position=210, title="System", description="Liveness and readiness.")


@blp.get("/")
@blp.doc(tags=["system"])
@any_query
@blp.response(200, content_type="text/html", description="The landing page.")
@blp.raises(BadRequest)
def read_landing_page() -> Response:
    """Get the landing page.

    It links the documentation and the dashboard.
    """
    return Response(render_template("landing.html"), mimetype="text/html")


@blp.get("/health")
@blp.response(200, HealthSchema, example={"status": "ok"})
def read_health() -> dict[str, str]:
    """Check that the process is alive.

    Does not query any store.
    """
    return {"status": "ok"}


@blp.get("/ready")
@blp.response(200, ReadinessSchema, example=examples.READINESS)
@blp.alt_response(503, schema=ReadinessSchema, description="PostgreSQL or MongoDB does not answer.")
def read_readiness() -> Response:
    """Check every store, in parallel, with a timeout of one second.

    `ready`: all stores respond. `degraded` (still 200): only Redis is down; the system is slower, but no data is lost.
    `unavailable` (503): PostgreSQL or MongoDB is down; operations that need only the other one still work.
    """
    report = readiness.check()
    response = jsonify(ReadinessSchema().dump(report))
    response.status_code = 503 if report["status"] == "unavailable" else 200
    return response
