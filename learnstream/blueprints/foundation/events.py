"""The feed of events, for systems that are trusted with all of them."""

from typing import Any

from learnstream.blueprints.common.authentication import caller
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.foundation import EventsGone
from learnstream.policies.access import require_admin
from learnstream.schemas.foundation.events import FeedQuerySchema, FeedSchema
from learnstream.services.foundation import events
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "event", __name__, title="Events", description="What happened, in one order, for other systems to follow."
)

COURSE_ID = "6560f3a2c1d4e5f6a7b8c9d0"
LESSON_ID = "6560f3a2c1d4e5f6a7b8c9d1"
COMPLETED = {
    "position": 1041,
    "id": f"lesson.completed:7:{LESSON_ID}",
    "type": "lesson.completed",
    "occurred_at": "2026-03-01T12:14:40+00:00",
    "data": {"user_id": 7, "course_id": COURSE_ID, "lesson_id": LESSON_ID, "version": 1, "completed_by": "watched"},
}
PUBLISHED = {
    "position": 1042,
    "id": f"course.published:{COURSE_ID}:2",
    "type": "course.published",
    "occurred_at": "2026-03-01T12:14:31+00:00",
    "data": {"course_id": COURSE_ID, "version": 2, "learners": "migrate"},
}


@blp.get("/events")
@blp.arguments(FeedQuerySchema, location="query")
@blp.response(200, FeedSchema, example={"events": [COMPLETED, PUBLISHED], "next": 1042})
@blp.raises(AdminsOnly, EventsGone)
def feed(query: dict[str, Any]) -> dict[str, Any]:
    """Follow what happens.

    Ask with `after` = the `next` of the answer before, and handle the events in their order; an empty list means that
    there is nothing new yet. Each event stands at one position for good, and later ones only ever follow: an event whose
    transaction took long gets its place when it has committed, so that nobody who reads in order misses it. It is told
    once; whoever may have handled an event before a crash recognises it by its `id`.

    What a learner completes again after an instructor's reset is another event, with an id of its own.

    Events are kept for 90 days. Whoever comes back later than that, and would miss some, is told so (410 `events_gone`).
    """
    require_admin(caller)
    found = events.browse(after=query["after"], limit=query["limit"])
    return {"events": found, "next": found[-1].position if found else query["after"] or 0}
