"""The feed of events, for trusted systems."""

from typing import Any

from learnstream.blueprints.common.authentication import admins_only
from learnstream.blueprints.foundation import examples
from learnstream.errors.foundation import EventsGone
from learnstream.schemas.foundation.events import FeedQuerySchema, FeedSchema
from learnstream.services.foundation import events
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "event", __name__, position=190, title="Events", description="A totally ordered feed of events for other systems."
)


@blp.get("/events")
@blp.arguments(FeedQuerySchema, location="query")
@admins_only
@blp.response(200, FeedSchema, example=examples.FEED)
@blp.raises(EventsGone)
def list_events(query: dict[str, Any]) -> dict[str, Any]:
    """Read the feed of events.

    Send the previous response's `next` as `after`, and process the events in order; an empty list means that there are
    no new events yet. Each event has one permanent position, and later events always follow it: an event whose
    transaction takes long gets its position when it commits, so a client that reads in order misses none. Each event
    appears once; after a crash, use its `id` to recognize events that were already processed.

    A completion after an instructor's reset is a separate event with its own id.

    Events are kept for 90 days. A client that resumes later and would miss events gets 410 `events_gone`.
    """
    found = events.browse(after=query["after"], limit=query["limit"])
    return {"events": found, "next": found[-1].position if found else query["after"] or 0}
