"""The demo school's announcements: one that is published, one for later, and one of a class."""

from datetime import timedelta
from typing import Any

from devstack.demo.client import Client
from learnstream.clock import now

PUBLISHED: dict[str, Any] = {
    "title": "Clear skies until Friday",
    "text": "The forecast is good: look for **Venus** in the west, an hour after sunset.\n\n- Thursday is the best evening.\n"
    "- Bring a pencil for your moon diary.",
    "status": "published",
}
SCHEDULED: dict[str, Any] = {
    "title": "The Geminids are coming",
    "text": "Up to a hundred shooting stars an hour, after midnight. Dress warmly.",
}
DAYS_AHEAD = 10


def announce(instructor: Client, course_id: str) -> None:
    """Publish an announcement to a course's learners and schedule another one; existing ones are left unchanged."""
    path = f"/courses/{course_id}/announcements"
    present = {each["title"] for each in instructor.call("GET", path)}
    later = {"publish_at": (now() + timedelta(days=DAYS_AHEAD)).isoformat()}
    for content in (PUBLISHED, SCHEDULED | later):
        if content["title"] not in present:
            instructor.call("POST", path, **content)
