"""What people are told, and helpers that tell them."""

from itertools import count

from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.models import Event
from learnstream.services.analytics import pending_events
from learnstream.services.foundation import events, following, outbox
from learnstream.services.foundation.followers import FeedEvent, registered
from learnstream.services.messaging.notices.news import News, target
from learnstream.services.messaging.notices.telling import tell
from learnstream.stores.sql import db

_number = count(1)


def follow_events() -> None:
    """Have jobs and followers run until nothing is left to do."""
    pending_events.move()
    events.publish()
    while following.follow_all() + outbox.relay():
        events.publish()
    db.session.rollback()


def replay() -> None:
    """Have the followers that tell people handle all events again."""
    for name in ("notices", "general-notices"):
        for row in db.session.scalars(db.select(Event).order_by(Event.position)).all():
            if row.type in registered[name].types:
                registered[name].handle([FeedEvent.of(row)])
    db.session.commit()


def news(kind=NoticeKind.SEAT_ENDING, **fields) -> News:
    """Return what can be told of an event, by default of one that was not told before."""
    facts = {"course": "Astronomy", "ends_at": "2026-12-01T12:00:00+00:00"}
    fields = {
        "event_id": f"event:{next(_number)}",
        "target": target(TargetKind.COURSE, "a" * 24),
        "facts": facts,
    } | fields
    return News(kind, **fields)


def tell_of(*people, **fields) -> News:
    """Tell people of something."""
    told = news(**fields)
    tell(told, [each.id for each in people])
    db.session.commit()
    return told


def notices(*people, **query) -> list[dict]:
    """Return the notices of people, or all, in the order in which they were told."""
    of_people = {"user_id": {"$in": [each.id for each in people]}} if people else {}
    return [*Notification.collection().find({**of_people, **query}).sort("_id")]


def told(*people) -> list[tuple[int, str, int]]:
    """Return whom was told what, and of how many events."""
    return [(each["user_id"], each["kind"], each["count"]) for each in notices(*people)]
