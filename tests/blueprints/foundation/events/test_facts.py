"""Facts of accounts and of the learning record reach the feed, with ids and without personal data."""

import pytest

from learnstream.clock import now
from learnstream.models import Event
from learnstream.schemas.foundation.events import FeedSchema
from learnstream.services.foundation import events
from tests.factories import PASSWORD, make_course, make_seat
from tests.learning import open_text

NEW_PASSWORD = "seven quiet herons"


@pytest.fixture
def told(client, admin):
    """Return a function that reads the feed: the type and the data of each event."""

    def told():
        events.publish()
        answer = client.get("/events", auth=admin)
        assert answer.status_code == 200
        return [(event["type"], event["data"]) for event in answer.json["events"]]

    return told


def change(client, admin, user_id, **changes):
    assert client.patch(f"/admin/users/{user_id}", json=changes, auth=admin).status_code == 200


def test_registrations_are_told(client, admin, told):
    account = {"name": "Nina Okafor", "email": "nina@example.com", "password": PASSWORD}
    one = client.post("/auth/register", json=account).json["id"]
    client.post("/auth/register", json=account)
    created = account | {"email": "other@example.com", "role": "instructor"}
    two = client.post("/admin/users", json=created, auth=admin).json["id"]

    assert told() == [
        ("user.registered", {"user_id": one, "role": "student"}),
        ("user.registered", {"user_id": two, "role": "instructor"}),
    ]


def test_changes_by_an_administrator_are_told(client, admin, stranger, told):
    user_id = stranger.id
    change(client, admin, user_id, role="instructor")
    change(client, admin, user_id, is_active=False)
    change(client, admin, user_id, is_active=False, role="instructor", name="Another Name")
    change(client, admin, user_id, is_active=True, password=NEW_PASSWORD)

    assert told() == [
        ("user.role_changed", {"user_id": user_id, "before": "student", "after": "instructor"}),
        ("user.disabled", {"user_id": user_id}),
        ("user.enabled", {"user_id": user_id}),
        ("user.password_changed", {"user_id": user_id}),
    ]


def test_changes_by_the_owner_are_told(client, stranger, told):
    changes = {"email": "new@example.com", "password": NEW_PASSWORD, "current_password": PASSWORD}
    assert client.patch("/users/me", json=changes, auth=stranger).status_code == 200

    assert told() == [
        ("user.email_changed", {"user_id": stranger.id}),
        ("user.password_changed", {"user_id": stranger.id}),
    ]


def test_what_is_refused_is_not_told(client, admin, stranger, told):
    for body in ({"email": admin.email, "current_password": PASSWORD}, {"password": NEW_PASSWORD}):
        assert client.patch("/users/me", json=body, auth=stranger).status_code >= 400
    assert client.patch(f"/admin/users/{admin.id}", json={"is_active": False}, auth=admin).status_code == 409

    assert told() == []


def test_a_move_of_learners_is_told_once(client, owner, stranger, told):
    course = make_course(owner)
    make_seat(stranger, course)
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)
    for _ in range(2):
        client.post(f"/courses/{course.id}/learners/migrate", json={}, auth=owner)

    moves = [data for event_type, data in told() if event_type == "course.learners_moved"]
    assert moves == [{"course_id": course.id, "version": 2, "from_versions": [1], "learners": 1}]


def test_each_reset_of_progress_is_told(client, owner, course, learner, told):
    body = {"reason": "A mistake."}
    open_text(learner, course, course.text)
    for _ in range(2):
        assert (
            client.post(f"/courses/{course.id}/learners/{learner.id}/reset", json=body, auth=owner).status_code == 200
        )

    resets = [data for event_type, data in told() if event_type == "progress.reset"]
    assert [data["lesson_ids"] for data in resets] == [[course.text.id], []]
    assert {(data["user_id"], data["course_id"], data["version"]) for data in resets} == {(learner.id, course.id, 1)}


def test_an_event_of_a_newer_release_is_shown_as_it_is():
    event = Event(event_id="grade.released:1", type="grade.released", data={"grade": 1}, occurred_at=now(), position=1)

    [shown] = FeedSchema().dump({"events": [event], "next": 1})["events"]

    assert (shown["position"], shown["id"], shown["type"]) == (1, "grade.released:1", "grade.released")
    assert shown["data"] == {"grade": 1}


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_facts_of_accounts_are_for_administrators(client, request, who):
    assert client.get("/events", auth=request.getfixturevalue(who)).json["code"] == "admins_only"
