from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, Enrollment
from learnstream.stores.sql import db
from tests.factories import archive, give_to_group

LATER = now() + timedelta(days=30)


@pytest.fixture
def extend(supervise):
    def extend(expires_at=LATER, grant_id=None, **kwargs):
        body = {"expires_at": expires_at and expires_at.isoformat(), "reason": "Was ill."}
        return supervise("extend", body | ({"grant_id": grant_id} if grant_id else {}), **kwargs)

    return extend


@pytest.fixture
def end_seat(learner):
    """Set the end of the learner's seat."""

    def end_seat(at):
        seat = db.session.scalar(select(Enrollment))
        seat.expires_at = at
        db.session.commit()
        return seat

    return end_seat


def test_an_enrollment_can_be_extended(extend, end_seat, separate_session):
    end_seat(now() + timedelta(days=1))

    response = extend()

    assert (response.status_code, response.json["expires_at"]) == (200, LATER.isoformat())
    assert separate_session.scalar(select(Enrollment.expires_at)) == LATER


def test_an_enrollment_can_be_made_unlimited(extend, end_seat):
    end_seat(now() + timedelta(days=1))

    assert extend(None).json["expires_at"] is None


def test_the_action_is_in_the_audit_log(extend, end_seat, owner, learner, course, separate_session):
    before = end_seat(now() + timedelta(days=1)).expires_at
    extend()

    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "enrollment.extended"))
    assert (entry.actor_id, entry.target_kind) == (owner.id, "enrollment")
    assert entry.details == {
        "user_id": learner.id,
        "course_id": course.id,
        "before": before.isoformat(),
        "expires_at": LATER.isoformat(),
        "reason": "Was ill.",
    }


def test_an_ended_enrollment_continues_in_the_current_version(client, extend, end_seat, owner, course, learner):
    end_seat(now() - timedelta(days=1))
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    assert client.get(f"/lessons/{course.text.id}", auth=learner).json["code"] == "enrollment_expired"

    response = extend()

    assert (response.status_code, response.json["course_version"]) == (200, 2)
    assert client.get(f"/lessons/{course.text.id}", auth=learner).json["version"] == 2


def test_an_active_enrollment_keeps_its_version(client, extend, owner, course, learner):
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)

    assert extend().json["course_version"] == 1


def test_an_archived_course_cannot_be_extended(extend, end_seat, course):
    end_seat(now() + timedelta(days=1))
    archive(course)
    assert extend().status_code == 200

    end_seat(now() - timedelta(days=1))
    response = extend()

    assert (response.status_code, response.json["code"]) == (409, "course_archived")


def test_an_extension_applies_immediately(client, extend, end_seat, course, learner):
    client.get(f"/lessons/{course.text.id}", auth=learner)
    end_seat(now() + timedelta(days=1))

    extend(now() + timedelta(seconds=60))

    shown = client.get(f"/courses/{course.id}/access", auth=learner).json["expires_at"]
    assert datetime.fromisoformat(shown) < now() + timedelta(seconds=61)


def test_an_administrator_may_extend(extend, admin):
    assert extend(auth=admin).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"expires_at": "x"},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"expires_at": "9999-01-01T00:00:00Z"},
        {"expires_at": 7},
        {"expires_at": None, "days": 7},
    ],
)
def test_invalid_input_is_named(supervise, body):
    response = supervise("extend", body | {"reason": "x"})

    assert response.status_code == 422
    assert set(response.json["errors"]["json"]) <= {"expires_at", "days"}


def test_a_repeated_request_gets_the_first_response(extend, separate_session):
    first = extend(headers={"Idempotency-Key": "once"})
    again = extend(headers={"Idempotency-Key": "once"})

    assert again.json == first.json
    assert (
        len(separate_session.scalars(select(AuditEntry).where(AuditEntry.action == "enrollment.extended")).all()) == 1
    )


def test_one_of_several_reasons_is_extended(extend, learner, course, client, owner):
    give_to_group(learner, course, expires_at=now() + timedelta(days=1))
    [group, own] = client.get(f"/courses/{course.id}/learners/{learner.id}/grants", auth=owner).json

    response = extend(grant_id=group["id"])

    assert (response.json["expires_at"], response.json["source"]) == (None, own["source"])
    [group, own] = client.get(f"/courses/{course.id}/learners/{learner.id}/grants", auth=owner).json
    assert (group["expires_at"], own["expires_at"]) == (LATER.isoformat(), None)


def test_who_is_barred_is_not_extended(client, extend, admin, seat):
    client.delete(f"/admin/enrollments/{seat.id}", auth=admin)

    assert extend().json["code"] == "not_enrolled"
