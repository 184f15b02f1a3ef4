import pytest

from learnstream.models import Event
from learnstream.schemas.foundation.events import SHAPES
from learnstream.services.foundation import events
from learnstream.stores.sql import db
from tests.factories import make_course, make_seat


def read(client, admin, query=""):
    response = client.get(f"/events{query}", auth=admin)
    assert response.status_code == 200
    return response.json


@pytest.fixture
def course_events(client, owner, stranger):
    """A course is published, somebody enrolls and leaves, the course is archived, opened again and published again."""
    course = make_course(owner)
    make_seat(stranger, course)
    client.delete(f"/courses/{course.id}/enroll", auth=stranger)
    for status in ("archived", "published"):
        client.patch(f"/courses/{course.id}", json={"status": status}, auth=owner)
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)
    events.publish()
    return course


def test_events_are_listed_in_order(client, admin, course_events):
    feed = read(client, admin)

    assert [event["type"] for event in feed["events"]] == [
        "course.published",
        "enrollment.created",
        "enrollment.withdrawn",
        "course.archived",
        "course.reopened",
        "course.published",
    ]
    assert [event["position"] for event in feed["events"]] == [1, 2, 3, 4, 5, 6]
    assert feed["next"] == 6


def test_an_event_describes_the_change(client, admin, course_events, stranger):
    created = read(client, admin)["events"][1]

    seat_id = created["data"].pop("enrollment_id")
    assert created["id"].startswith(f"enrollment.created:{seat_id}:")
    assert created["occurred_at"].endswith("+00:00")
    assert created["data"] == {"course_id": course_events.id, "user_id": stranger.id, "version": 1, "source": "self"}


def test_every_event_has_its_documented_shape(client, admin, course_events):
    feed = read(client, admin)["events"]

    assert [SHAPES[event["type"]]().validate(event) for event in feed] == [{}] * len(feed)


def test_a_client_continues_with_next(client, admin, course_events):
    first = read(client, admin, "?limit=4")
    second = read(client, admin, f"?limit=4&after={first['next']}")
    third = read(client, admin, f"?after={second['next']}")

    assert [event["position"] for event in first["events"] + second["events"]] == [1, 2, 3, 4, 5, 6]
    assert third == {"events": [], "next": 6}


def test_an_empty_feed_begins_at_zero(client, admin):
    assert read(client, admin) == {"events": [], "next": 0}


def test_a_client_that_missed_deleted_events_gets_an_error(client, admin, course_events):
    db.session.execute(db.delete(Event).where(Event.position < 4))
    db.session.commit()

    response = client.get("/events?after=1", auth=admin)

    assert (response.status_code, response.json["code"]) == (410, "events_gone")


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1e30", f"after={10**40}", "limit=0", "limit=1001"])
def test_an_invalid_parameter_is_named(client, admin, query):
    response = client.get(f"/events?{query}", auth=admin)

    assert response.status_code == 422
    assert response.json["errors"]["query"].keys() == {query.partition("=")[0]}


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_events_are_for_admins(client, request, who):
    assert client.get("/events", auth=request.getfixturevalue(who)).json["code"] == "admins_only"


def test_a_guest_is_rejected(client):
    assert client.get("/events").status_code == 401
