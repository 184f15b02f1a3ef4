"""Operations: the video service's webhook events, and the status of queues and jobs."""

from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.media import NoSuchEvent
from learnstream.policies.access import require_admin
from learnstream.schemas.analytics.monitoring import StatusSchema
from learnstream.schemas.media.webhook_events import EventFilterSchema, EventSchema, EventWithPayloadSchema
from learnstream.services.analytics import monitoring
from learnstream.services.media import webhooks
from learnstream.web.paging import Page

EVENT = {
    "id": "4813455b-8fe8-40cc-9150-9aa5e2de67ca",
    "type": "video.asset.ready",
    "object_id": "z3K6DX4yhJJ2CAe7ZcXCuWpNd501wa9axPmtROO5I5tc",
    "state": "parked",
    "tries": 5,
    "last_error": "NoVideoYet: no video has this upload, asset or passthrough",
    "next_try_at": "2026-03-01T14:17:15+00:00",
    "occurred_at": "2026-03-01T12:00:00+00:00",
    "received_at": "2026-03-01T12:00:01+00:00",
    "applied_at": None,
}
WAITING = {"pending": 0, "oldest_at": None, "seconds": 0.0}
LAG = WAITING | {"parked": 0}
STATUS = {
    "outbox": LAG,
    "webhook_events": LAG | {"pending": 1, "oldest_at": "2026-03-01T11:59:48+00:00", "seconds": 12.0},
    "videos": {"stuck": 0, "first_stuck": []},
    "events": WAITING,
    "figures": {"as_of": "2026-03-01T11:59:20+00:00", "seconds": 40.0},
    "beat": {"last_at": "2026-03-01T11:59:45+00:00", "seconds": 15.0},
}
WHOLE_EVENT = EVENT | {"payload": {"type": "video.asset.ready", "data": {"status": "ready"}}}
REPLAYED = {"state": "applied", "tries": 1, "last_error": None, "applied_at": "2026-03-01T15:20:00+00:00"}


@blp.get("/status")
@blp.response(200, StatusSchema, example=STATUS)
@blp.raises(AdminsOnly)
def read_status() -> dict[str, Any]:
    """Get an overview of pending work, parked work, and whether the scheduler is running."""
    require_admin(caller)
    return monitoring.report()


@blp.get("/webhook-events")
@blp.arguments(EventFilterSchema, location="query")
@blp.response(200, EventSchema(many=True), example=[EVENT])
@blp.paginate()
@blp.raises(AdminsOnly)
def list_webhook_events(filters: dict[str, Any], page: Page) -> list[dict[str, Any]]:
    """List the video service's webhook events, newest first."""
    require_admin(caller)
    found = webhooks.browse(
        state=filters.get("state"),
        event_type=filters.get("type"),
        object_id=filters.get("object_id"),
        part=requested_part(page),
    )
    return entries(page, found)


@blp.get("/webhook-events/<string:event_id>")
@blp.response(200, EventWithPayloadSchema, example=WHOLE_EVENT)
@blp.raises(AdminsOnly, NoSuchEvent)
def read_webhook_event(event_id: str) -> dict[str, Any]:
    """Get a webhook event with its payload."""
    require_admin(caller)
    return webhooks.find(event_id)


@blp.post("/webhook-events/<string:event_id>/replay")
@blp.response(200, EventWithPayloadSchema, example=WHOLE_EVENT | REPLAYED)
@blp.raises(AdminsOnly, NoSuchEvent)
def replay_webhook_event(event_id: str) -> dict[str, Any]:
    """Process a webhook event again, immediately. Replaying an event that was already applied has no effect."""
    require_admin(caller)
    return webhooks.replay(event_id)
