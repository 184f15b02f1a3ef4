"""The end of an enrollment that is held for several reasons."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, SeatGrant
from tests.factories import give_to_group

SOON, LATER, LATEST = (now() + timedelta(days=days) for days in (10, 20, 30))


@pytest.fixture
def grants(client, owner, learner, course):
    """The learner's own grant, without an end, and that of a group; the ids and ends of their grants by source."""
    give_to_group(learner, course, expires_at=LATER)

    def grants():
        found = client.get(f"/courses/{course.id}/learners/{learner.id}/grants", auth=owner).json
        return {each["source"]: (each["id"], each["expires_at"]) for each in found}

    return grants


@pytest.fixture
def change(client, admin, seat):
    def change(expires_at, **body):
        body |= {"expires_at": expires_at and expires_at.isoformat()}
        return client.patch(f"/admin/enrollments/{seat.id}", auth=admin, json=body)

    return change


def test_shortening_applies_to_all_that_would_hold_longer(change, grants):
    response = change(SOON)

    assert (response.status_code, response.json["expires_at"]) == (200, SOON.isoformat())
    assert {end for _, end in grants().values()} == {SOON.isoformat()}


def test_a_reason_that_ends_before_keeps_its_end(change, grants):
    change(LATEST)

    assert {source: end for source, (_, end) in grants().items()} == {
        "self": LATEST.isoformat(),
        "group": LATER.isoformat(),
    }


def test_a_named_reason_is_changed_alone(change, grants):
    response = change(SOON, grant_id=grants()["self"][0])

    assert (response.json["expires_at"], response.json["source"]) == (LATER.isoformat(), "group")
    assert response.json["sources"] == ["group", "self"]


def test_lengthening_changes_the_one_that_holds_longest(change, grants):
    change(SOON, grant_id=grants()["self"][0])

    response = change(LATEST)

    assert response.json["expires_at"] == LATEST.isoformat()
    assert {source: end for source, (_, end) in grants().items()} == {
        "self": SOON.isoformat(),
        "group": LATEST.isoformat(),
    }


def test_the_audit_log_names_the_grant(change, grants, separate_session):
    grant_id = grants()["group"][0]
    change(LATEST, grant_id=grant_id)

    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "enrollment.prolonged"))
    assert entry.details["grant_id"] == grant_id


@pytest.mark.parametrize("grant_id", [0, -1, 10**40, "1", True, 10**9])
def test_an_invalid_grant_is_named(change, grants, grant_id):
    response = change(SOON, grant_id=grant_id)

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, ["grant_id"])


def test_a_grant_of_another_enrollment_is_rejected(change, grants, client, admin, stranger, course, owner):
    give_to_group(stranger, course)
    [other] = client.get(f"/courses/{course.id}/learners/{stranger.id}/grants", auth=owner).json

    response = change(SOON, grant_id=other["id"])

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, ["grant_id"])


def test_a_grant_that_has_ended_is_rejected(change, grants, client, learner, course):
    own = grants()["self"][0]
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert list(change(SOON, grant_id=own).json["errors"]["json"]) == ["grant_id"]


def test_a_grant_does_not_end_before_it_begins(change, grants, learner, course, separate_session):
    give_to_group(learner, course, group_id=2, starts_at=LATER)
    upcoming = separate_session.scalar(select(SeatGrant.id).where(SeatGrant.source_id == 2))

    response = change(SOON, grant_id=upcoming)

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, ["expires_at"])
