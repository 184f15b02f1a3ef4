"""Operations: the video service's webhook events, and the status of queues and jobs."""

from typing import Any

from learnstream.blueprints.admin import examples
from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.documents.webhook_event import ListedEvent
from learnstream.errors.media import NoSuchEvent
from learnstream.schemas.admin.status import StatusSchema
from learnstream.schemas.media.webhook_events import EventFilterSchema, EventSchema, EventWithPayloadSchema
from learnstream.services.admin import status
from learnstream.services.media import webhooks
from learnstream.services.media.webhooks import ShownEvent
from learnstream.web.paging import Page


@blp.get("/status")
@admins_only
@blp.response(200, StatusSchema, example=examples.STATUS)
def read_status() -> dict[str, Any]:
    """Get an overview of background work.

    Shows pending and parked work, and whether the scheduler is running.
    """
    return status.report()


@blp.get("/webhook-events")
@admins_only
@blp.lists(EventSchema, query=EventFilterSchema, example=examples.EVENT)
def list_webhook_events(filters: dict[str, Any], page: Page) -> list[ListedEvent]:
    """List the video service's webhook events, newest first.

    All events, or those of a type, a state or an object of the video service.
    """
    found = webhooks.browse(
        state=filters.get("state"),
        event_type=filters.get("type"),
        object_id=filters.get("object_id"),
        part=requested_part(page),
    )
    return entries(page, found)


@blp.get("/webhook-events/<string:event_id>")
@admins_only
@blp.response(200, EventWithPayloadSchema, example=examples.WHOLE_EVENT)
@blp.raises(NoSuchEvent)
def read_webhook_event(event_id: str) -> ShownEvent:
    """Get a webhook event with its payload.

    The payload is the event as Mux sent it.
    """
    return webhooks.find(event_id)


@blp.post("/webhook-events/<string:event_id>/replay")
@admins_only
@blp.response(200, EventWithPayloadSchema, example=examples.REPLAYED_EVENT)
@blp.raises(NoSuchEvent)
def replay_webhook_event(event_id: str) -> ShownEvent:
    """Process a webhook event again, immediately.

    Replaying an event that was already applied has no effect.
    """
    return webhooks.replay(event_id)
