"""What the caller was told."""

from typing import Any

from flask import Response

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, current_caller, prefetches
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.messaging import examples
from learnstream.documents.notification import NoticeKind
from learnstream.schemas.messaging.notices import (
    NotificationQuerySchema,
    NotificationSchema,
    ReadSchema,
    UnreadSchema,
)
from learnstream.services.foundation.content import Content
from learnstream.services.messaging.notices import reading, unread
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "notification",
    __name__,
    position=36,
    title="Notifications",
    description="What the caller is told of courses, work, grades and reviews.",
)


@blp.get("/notifications")
@blp.arguments(NotificationQuerySchema, location="query")
@blp.response(200, NotificationSchema(many=True), example=[examples.NOTICE])
@blp.paginate(CursorSchema)
def list_notifications(query: dict[str, Any], page: Page) -> Response:
    """List the caller's notices, newest first.

    Those of the last 180 days. Nobody is told of their own acts, and of no event twice. Events soon after each other share
    a notice: an hour's submissions in a course, for example, as long as it is unread.
    """
    kind: NoticeKind | None = query.get("kind")
    found = reading.browse(caller.id, part=requested_part(page), only_unread=query.get("unread", False), kind=kind)
    return private_json(entries(page, found))


@blp.get("/notifications/count")
@prefetches(unread.prefetch_keys)
@blp.response(200, UnreadSchema, example=examples.UNREAD)
@etag.cacheable
def read_notification_count() -> Content:
    """Count the caller's unread notices.

    Made for being asked often, with `If-None-Match`.
    """
    return unread.content(current_caller().id)


@blp.post("/notifications/read")
@blp.arguments(ReadSchema, example=examples.READ)
@blp.response(200, UnreadSchema, example=examples.UNREAD)
def update_notifications(body: dict[str, Any]) -> Response:
    """Mark notices as read.

    Either some by their ids, or all that the user has seen. Ids that are not those of the caller's notices are ignored.
    The response has the number of those that are unread now.
    """
    return private_json({"unread": reading.mark_read(caller.id, **body)})
