"""DELETE /admin/users/{id}/mfa"""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import AuditEntry, Event, Role, Session
from learnstream.stores.sql import db
from tests.factories import PASSWORD, make_person
from tests.second_factors import make_second_factor

REASON = "Lost phone; identity confirmed by call."


@pytest.fixture
def locked_out(app):
    person = make_person(Role.INSTRUCTOR)
    make_second_factor(person)
    return person


def remove(client, admin, person, **body):
    return client.delete(f"/admin/users/{person.id}/mfa", json={"reason": REASON} | body, auth=admin)


def test_a_lost_second_factor_is_removed_and_the_sessions_end(client, admin, locked_out):
    assert remove(client, admin, locked_out).status_code == 204

    assert client.get("/users/me", auth=locked_out).status_code == 401
    assert client.post("/auth/login", json={"email": locked_out.email, "password": PASSWORD}).status_code == 200


def test_it_is_in_the_feed_and_with_its_reason_in_the_audit_log(client, admin, locked_out, separate_session):
    remove(client, admin, locked_out)

    event = separate_session.scalars(select(Event)).one()
    assert event.data == {"user_id": locked_out.id, "how": "administrator"}
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.target_id) == (
        "user.second_factor_disabled",
        admin.id,
        str(locked_out.id),
    )
    assert entry.details == {"how": "administrator", "reason": REASON, "sessions_ended": 1}


def test_an_account_without_one_keeps_its_sessions(client, admin, stranger):
    assert remove(client, admin, stranger).status_code == 404

    assert client.get("/users/me", auth=stranger).status_code == 200


def test_an_unknown_account_does_not_exist(client, admin):
    assert client.delete("/admin/users/999999/mfa", json={"reason": REASON}, auth=admin).status_code == 404


def test_administrators_cannot_remove_their_own_without_a_code(client, admin):
    make_second_factor(admin)

    response = remove(client, admin, admin)

    assert (response.status_code, response.json["code"]) == (409, "own_second_factor")


def test_it_needs_a_recent_sign_in(client, admin, locked_out):
    db.session.execute(update(Session).values(created_at=now() - timedelta(minutes=16)))
    db.session.commit()

    assert remove(client, admin, locked_out).json["code"] == "reauthentication_required"


@pytest.mark.parametrize("reason", [None, "", "   ", 7, "a\nb", "a\x00b", "x" * 501])
def test_an_invalid_reason_is_named(client, admin, locked_out, reason):
    assert remove(client, admin, locked_out, reason=reason).json["errors"]["json"].keys() == {"reason"}


def test_only_admins_do_it(client, owner, locked_out):
    assert remove(client, owner, locked_out).status_code == 403
