"""Helpers that write and read announcements."""

from sqlalchemy import select

from learnstream.models import Event
from learnstream.services.analytics import pending_events
from learnstream.services.enrollment import group_staff
from learnstream.stores.sql import db
from tests.factories import CreatedCourse, Person, make_group_with

TITLE, TEXT = "Clear skies on Friday", "Bring a **coat**."


def make_class(course: CreatedCourse, *people: Person, staff: Person) -> int:
    """Create a group with members and an instructor that is given a course. Return its id."""
    group_id = make_group_with(course, *people, by=staff)
    group_staff.replace(group_id, [staff.id], by=staff.id)
    db.session.commit()
    return group_id


def announce(client, target: CreatedCourse | int, by: Person, expect=201, **fields):
    """Write an announcement to a course or, by its id, to a group; return the response."""
    path = f"/admin/groups/{target}" if isinstance(target, int) else f"/courses/{target.id}"
    response = client.post(f"{path}/announcements", json={"title": TITLE, "text": TEXT, **fields}, auth=by)
    assert response.status_code == expect, response.json
    return response


def announced(client, target: CreatedCourse | int, by: Person, **fields) -> dict:
    """Publish an announcement at once; return it."""
    return announce(client, target, by, status="published", **fields).json


def read(client, announcement: dict, by: Person, status=200) -> dict:
    """Return an announcement as a person sees it."""
    response = client.get(f"/announcements/{announcement['id']}", auth=by)
    assert response.status_code == status, response.json
    return response.json


def told(event_type: str = "announcement.published") -> list[dict]:
    """Return the data of all events of this type."""
    pending_events.move()
    db.session.rollback()
    of_type = select(Event).where(Event.type == event_type).order_by(Event.id)
    return [each.data for each in db.session.scalars(of_type)]
