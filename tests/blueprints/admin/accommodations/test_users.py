from decimal import Decimal

import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry
from learnstream.models.accommodation import Accommodation
from learnstream.policies import entitlements
from learnstream.policies.allowances import Allowance


@pytest.fixture
def path(learner):
    return f"/admin/users/{learner.id}/accommodations"


@pytest.fixture
def allowance(learner, course):
    """Return the learner's allowance in any quiz."""
    return lambda: entitlements.seat(learner.id, course.id).allowance("f" * 24)


def test_a_user_has_no_accommodations_at_first(client, admin, learner, path):
    assert client.get(path, auth=admin).json == {
        "user_id": learner.id,
        "time_factor": 1.0,
        "note": "",
        "granted_by": None,
        "updated_at": None,
    }


def test_a_user_is_given_more_time(client, admin, path, allowance):
    assert allowance() == Allowance()

    replaced = client.put(path, auth=admin, json={"time_factor": 1.1, "note": "Until July."})

    assert replaced.status_code == 200
    assert (replaced.json["time_factor"], replaced.json["note"]) == (1.1, "Until July.")
    assert (replaced.json["granted_by"], client.get(path, auth=admin).json) == (admin.id, replaced.json)
    assert allowance() == Allowance(time_factor=Decimal("1.1"))


def test_the_factor_is_replaced_and_removed(client, admin, path, allowance, separate_session):
    client.put(path, auth=admin, json={"time_factor": 2, "note": "Until July."})
    client.put(path, auth=admin, json={"time_factor": 1.5})
    assert allowance() == Allowance(time_factor=Decimal("1.5"))
    assert client.get(path, auth=admin).json["note"] == ""

    assert client.delete(path, auth=admin).status_code == 204

    assert allowance() == Allowance()
    assert separate_session.scalars(select(Accommodation)).all() == []
    assert client.delete(path, auth=admin).status_code == 204


def test_the_audit_log_has_the_factor_and_not_the_note(client, admin, path, learner, separate_session):
    client.put(path, auth=admin, json={"time_factor": 1.25, "note": "Dyslexia"})

    [entry] = separate_session.scalars(select(AuditEntry).where(AuditEntry.target_id == str(learner.id))).all()
    assert (entry.action, entry.details) == ("accommodations.changed", {"before": 1.0, "after": 1.25})


@pytest.mark.parametrize("factor", [0.99, 0, -1, 5.01, 1e300, 1.255, "1.5", True, None, [1]])
def test_an_invalid_factor_is_named(client, admin, path, factor):
    response = client.put(path, auth=admin, json={"time_factor": factor})

    assert response.status_code == 422
    assert list(response.json["errors"]["json"]) == ["time_factor"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_account_that_does_not_exist_has_none(client, admin, method):
    body = {"time_factor": 2} if method == "PUT" else None
    response = client.open("/admin/users/999999/accommodations", method=method, auth=admin, json=body)

    assert (response.status_code, response.json["detail"]) == (404, "The user does not exist.")


def test_nobody_else_sees_them(client, owner, learner, path):
    assert {client.get(path, auth=person).status_code for person in (owner, learner)} == {403}
