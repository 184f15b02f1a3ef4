from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.jobs import cleanup
from learnstream.models.invitation import InvitationState
from learnstream.services.accounts.invitations import KEPT_AFTER_END

ENDS = {
    "pending": {},
    "accepted": {"accepted_at": now()},
    "revoked": {"revoked_at": now()},
    "expired": {"expires_at": now()},
}


@pytest.fixture
def invitations(make_invitation):
    """An invitation in each state, oldest first."""
    return {state: make_invitation(f"{state}@example.com", **columns) for state, columns in ENDS.items()}


def listed(client, person, query=""):
    response = client.get(f"/admin/invitations?{query}", auth=person)
    assert response.status_code == 200
    return [each["email"].partition("@")[0] for each in response.json]


def test_invitations_are_listed_newest_first_with_their_states(client, admin, invitations):
    response = client.get("/admin/invitations", auth=admin)

    assert [(each["id"], each["state"]) for each in response.json] == [
        (invitation.id, state) for state, invitation in reversed(invitations.items())
    ]


@pytest.mark.parametrize("state", list(InvitationState))
def test_they_are_filtered_by_state(client, admin, invitations, state):
    assert listed(client, admin, f"state={state}") == [state]


def test_they_are_filtered_by_address_in_any_case(client, admin, invitations):
    assert listed(client, admin, "email=REVOKED@example.com") == ["revoked"]


@pytest.mark.parametrize("query", ["state=sent", "email=tara", "scope=school", "state="])
def test_an_invalid_filter_is_named(client, admin, query):
    response = client.get(f"/admin/invitations?{query}", auth=admin)

    assert (response.status_code, set(response.json["errors"]["query"])) == (422, {query.partition("=")[0]})


def test_those_to_courses_are_included(client, admin, owner, course, make_invitation):
    make_invitation("pupil@example.com", by=owner, scope=course.id)

    assert listed(client, admin) == ["pupil"]


def test_only_admins_see_them(client, owner):
    assert client.get("/admin/invitations", auth=owner).status_code == 403


def test_they_are_deleted_a_while_after_their_end(client, admin, make_invitation):
    make_invitation("old@example.com", expires_at=now() - KEPT_AFTER_END)
    make_invitation("recent@example.com", expires_at=now() - KEPT_AFTER_END + timedelta(hours=1))

    cleanup.delete_expired()

    assert listed(client, admin) == ["recent"]
