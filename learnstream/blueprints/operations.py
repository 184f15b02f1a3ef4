"""What those who run the platform look at: events of the video service, and how things stand."""

from typing import Any

from flask_smorest.pagination import PaginationParameters

from learnstream.blueprints.gate import caller
from learnstream.openapi import Blueprint
from learnstream.policies.access import AdminsOnly, require_admin
from learnstream.schemas.webhook import EventFilterSchema, EventSchema, EventWithPayloadSchema
from learnstream.services import webhooks

blp = Blueprint("operations", __name__, url_prefix="/admin", description="How the platform is doing.")


@blp.get("/webhook-events")
@blp.arguments(EventFilterSchema, location="query")
@blp.response(200, EventSchema(many=True))
@blp.paginate()
@blp.refuses(AdminsOnly)
def list_events(filters: dict[str, Any], pagination_parameters: PaginationParameters) -> list[dict[str, Any]]:
    """List events of the video service, newest first."""
    require_admin(caller)
    page = pagination_parameters
    found, page.item_count = webhooks.browse(
        state=filters.get("state"),
        event_type=filters.get("type"),
        object_id=filters.get("object_id"),
        skip=page.first_item,
        limit=page.page_size,
    )
    return found


@blp.get("/webhook-events/<string:event_id>")
@blp.response(200, EventWithPayloadSchema)
@blp.refuses(AdminsOnly, webhooks.NoSuchEvent)
def read_event(event_id: str) -> dict[str, Any]:
    """Show an event with its payload."""
    require_admin(caller)
    return webhooks.find(event_id)


@blp.post("/webhook-events/<string:event_id>/replay")
@blp.response(200, EventWithPayloadSchema)
@blp.refuses(AdminsOnly, webhooks.NoSuchEvent)
def replay_event(event_id: str) -> dict[str, Any]:
    """Try an event again, at once. An event that was applied already changes nothing."""
    require_admin(caller)
    return webhooks.replay(event_id)
