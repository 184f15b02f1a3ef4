from datetime import timedelta

import pytest
from bson import ObjectId
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, SeatOverride
from tests.factories import make_person, make_seat, order
from tests.learning import complete

PAST, FUTURE = now() - timedelta(days=1), now() + timedelta(days=5)


@pytest.fixture
def modules(owner, course, learner):
    """Two modules: the second waits for the first and a week, its lesson for the preview and two weeks."""
    entry = {"needs": [course.preview], "release": {"after_days": 14}}
    return order(
        owner,
        course,
        {"lessons": [course.preview, course.video]},
        {"lessons": [course.text], "needs": [0], "release": {"after_days": 7}, "conditions": {0: entry}},
    )


@pytest.fixture
def grant(supervise):
    def grant(target_id, unlocks_at=None, without_prerequisites=False, **kwargs):
        body = {"unlocks_at": unlocks_at and unlocks_at.isoformat(), "without_prerequisites": without_prerequisites}
        return supervise(f"overrides/{target_id}", body | {"reason": "Was ill."}, method="PUT", **kwargs)

    return grant


@pytest.fixture
def revoke(supervise):
    def revoke(target_id, reason="Is well."):
        return supervise(f"overrides/{target_id}", method="DELETE", query_string={"reason": reason})

    return revoke


@pytest.fixture
def closed(client, course, learner):
    """Return the reasons that keep `course.text` closed to a learner."""

    def closed(person=learner):
        response = client.get(f"/lessons/{course.text.id}/access", auth=person).json
        endpoint = client.get(f"/lessons/{course.text.id}", auth=person)
        assert (endpoint.status_code == 200) == response["allowed"]
        return [
            reason["prerequisite"]["kind"] if "prerequisite" in reason else "time" for reason in response["reasons"]
        ]

    return closed


def test_an_override_opens_a_lesson_for_one_learner(grant, closed, course, modules):
    other = make_person()
    make_seat(other, course)
    assert closed() == ["time", "module", "lesson"]

    response = grant(course.text.id, PAST, without_prerequisites=True)

    assert response.status_code == 200
    assert (response.json["target_id"], response.json["unlocks_at"]) == (course.text.id, PAST.isoformat())
    assert closed() == []
    assert closed(other) == ["time", "module", "lesson"]


def test_a_release_time_of_a_lesson_override_replaces_all_others(grant, closed, course, modules):
    grant(course.text.id, PAST)
    assert closed() == ["module", "lesson"]

    grant(course.text.id, FUTURE)
    assert closed() == ["time", "module", "lesson"]


def test_a_release_time_of_a_module_override_keeps_those_of_lessons(client, grant, closed, course, learner, modules):
    grant(modules[1], PAST, without_prerequisites=True)

    assert closed() == ["time", "lesson"]
    opens = client.get(f"/lessons/{course.text.id}/access", auth=learner).json["reasons"][0]["unlocks_at"]
    assert opens > (now() + timedelta(days=13)).isoformat()


def test_an_override_can_delay_an_open_lesson(client, grant, course, modules, learner):
    grant(course.video.id, FUTURE)

    assert client.get(f"/lessons/{course.video.id}", auth=learner).json["code"] == "not_released_yet"


def test_an_override_can_delay_an_open_module(client, grant, course, modules, learner):
    grant(modules[0], FUTURE)

    assert client.get(f"/lessons/{course.video.id}", auth=learner).json["code"] == "not_released_yet"


def test_a_second_override_replaces_the_first(grant, closed, course, modules, separate_session):
    grant(course.text.id, without_prerequisites=True)
    grant(course.text.id, PAST)

    assert closed() == ["module", "lesson"]
    assert len(separate_session.scalars(select(SeatOverride)).all()) == 1


def test_an_override_can_be_revoked(grant, revoke, closed, course, modules):
    grant(course.text.id, PAST, without_prerequisites=True)
    assert closed() == []

    assert revoke(course.text.id).status_code == 204

    assert closed() == ["time", "module", "lesson"]


def test_a_lesson_opened_by_an_override_closes_again_when_revoked(
    client, grant, revoke, closed, course, learner, modules
):
    grant(course.text.id, PAST)
    grant(modules[1], without_prerequisites=True)
    complete(learner, course, course.preview)
    assert closed() == []

    revoke(modules[1])

    assert closed() == ["module"]


def test_an_override_survives_a_publication(client, grant, closed, owner, course, modules):
    grant(course.text.id, PAST, without_prerequisites=True)

    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert closed() == []


def test_overrides_are_listed(grant, supervise, owner, course, modules):
    grant(course.text.id, PAST)
    grant(modules[1], without_prerequisites=True)

    newest, oldest = supervise("overrides", method="GET").json

    assert (newest["target_id"], newest["unlocks_at"], newest["without_prerequisites"]) == (modules[1], None, True)
    assert (oldest["target_id"], oldest["reason"], oldest["granted_by"]) == (course.text.id, "Was ill.", owner.id)


def test_granting_and_revoking_are_in_the_audit_log(grant, revoke, owner, learner, course, modules, separate_session):
    grant(course.text.id, PAST)
    revoke(course.text.id)

    entries = separate_session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("enrollment.override%")).order_by("id")
    )
    given, taken = [(entry.action, entry.actor_id, entry.details) for entry in entries]
    ids = {"user_id": learner.id, "course_id": course.id, "granted_for": course.text.id}
    shown = {"unlocks_at": PAST.isoformat(), "without_prerequisites": False}
    assert given == ("enrollment.override_set", owner.id, ids | shown | {"reason": "Was ill."})
    assert taken == ("enrollment.override_removed", owner.id, ids | {"reason": "Is well."})


def test_a_lesson_of_the_current_version_can_be_overridden_in_advance(client, grant, owner, course, learner, modules):
    added = client.post(f"/courses/{course.id}/lessons", json={"title": "Added", "kind": "text"}, auth=owner).json
    assert grant(added["id"], PAST).status_code == 404
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)

    assert grant(added["id"], PAST).status_code == 200


def test_objects_outside_the_course_cannot_be_overridden(grant, modules):
    assert grant(ObjectId(), PAST).status_code == 404


def test_an_override_cannot_be_revoked_twice(grant, revoke, course, modules):
    grant(course.text.id, PAST)

    assert [revoke(course.text.id).status_code for _ in range(2)] == [204, 404]


def test_revoking_requires_a_reason(revoke, course, modules):
    assert revoke(course.text.id, reason=" ").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"unlocks_at": None},
        {"without_prerequisites": False},
        {"without_prerequisites": 1},
        {"unlocks_at": "tomorrow"},
        {"unlocks_at": "0001-01-01T00:00:00+14:00"},
        {"unlocks_at": PAST.isoformat(), "module": 1},
    ],
)
def test_invalid_input_is_named(supervise, course, modules, body):
    response = supervise(f"overrides/{course.text.id}", body | {"reason": "x"}, method="PUT")

    assert response.status_code == 422
    assert set(response.json["errors"]["json"]) <= {"_schema", "unlocks_at", "without_prerequisites", "module"}
