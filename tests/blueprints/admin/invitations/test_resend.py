from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, OutboxMessage
from learnstream.services.accounts.invitations import LIFETIME, MAIL
from tests.factories import make_person


def resend(client, person, invitation):
    return client.post(f"/admin/invitations/{invitation.id}/resend", auth=person)


def invite(client, admin, **changed):
    return client.post(
        "/admin/invitations", auth=admin, json={"email": "tara@example.com", "role": "student"} | changed
    )


def commands(session):
    """Return the commands to mail an invitation."""
    session.rollback()
    return session.scalars(select(OutboxMessage.payload).where(OutboxMessage.topic == MAIL)).all()


def test_inviting_requests_a_mail_without_its_link(client, admin, mail_configured, separate_session):
    response = invite(client, admin)

    assert (response.json["mail"], response.json["mail_requested_at"] is None) == ("requested", False)
    [command] = commands(separate_session)
    assert set(command) == {"invitation_ids", "request"}
    assert command["invitation_ids"] == [response.json["id"]]


def test_a_repeated_invitation_is_mailed_once_an_hour(
    client, admin, mail_configured, make_invitation, separate_session
):
    invite(client, admin)
    invite(client, admin)
    assert len(commands(separate_session)) == 1

    make_invitation("tara@example.com", mail_requested_at=now() - timedelta(minutes=61))
    invite(client, admin)

    assert len(commands(separate_session)) == 2


def test_many_who_invite_at_once_cause_one_mail(client, admin, mail_configured, separate_session):
    body = {"invitations": [{"email": "tara@example.com", "role": "student"}] * 20}
    client.post("/admin/invitations/batch", auth=admin, json=body)

    assert len(commands(separate_session)) == 1


def test_resending_requests_another_mail_at_once(client, admin, mail_configured, invitation, separate_session):
    response = resend(client, admin, invitation)

    assert (response.status_code, response.json["mail"]) == (202, "requested")
    assert len({command["request"] for command in commands(separate_session)}) == 2
    assert "invitation.resent" in separate_session.scalars(select(AuditEntry.action)).all()


def test_an_expired_invitation_is_resent_in_the_name_of_its_inviter(client, admin, mail_configured, make_invitation):
    other = make_person(admin.role, "Ben")
    invitation = make_invitation(by=other, expires_at=now())

    response = resend(client, admin, invitation)

    assert (response.json["state"], response.json["invited_by"]) == ("pending", other.id)
    assert response.json["expires_at"] > (now() + LIFETIME - timedelta(minutes=1)).isoformat()


def test_without_mail_nothing_is_resent(client, admin, invitation, stored_invitation):
    response = resend(client, admin, invitation)

    assert (response.status_code, response.json["code"]) == (503, "mail_unconfigured")
    assert stored_invitation().mail_requested_at is None


def test_without_mail_repeating_does_not_claim_that_it_was_mailed(client, admin, make_invitation):
    make_invitation("tara@example.com", mail_requested_at=now() - timedelta(hours=2))

    assert invite(client, admin).json["mail"] == "unconfigured"


@pytest.mark.parametrize(
    ("column", "status", "code"),
    [("accepted_at", 409, "invitation_accepted"), ("revoked_at", 410, "invitation_revoked")],
)
def test_one_that_has_ended_is_not_resent(client, admin, mail_configured, make_invitation, column, status, code):
    response = resend(client, admin, make_invitation(**{column: now()}))

    assert (response.status_code, response.json["code"]) == (status, code)


def test_one_whose_inviter_may_not_invite_any_more_is_not_resent(client, admin, mail_configured, make_invitation):
    inviter = make_person(admin.role, "Ben")
    invitation = make_invitation(by=inviter)
    client.patch(f"/admin/users/{inviter.id}", auth=admin, json={"is_active": False})

    answers = [resend(client, admin, invitation), client.post(f"/admin/invitations/{invitation.id}/link", auth=admin)]

    assert {(each.status_code, each.json["code"]) for each in answers} == {(409, "invitation_void")}


def test_a_higher_role_is_mailed_at_once(client, admin, mail_configured, separate_session):
    for role in ("student", "instructor", "instructor", "student"):
        invite(client, admin, role=role)

    assert len(commands(separate_session)) == 2


def test_an_invitation_is_resent_three_times_an_hour(client, admin, mail_configured, rate_limits, make_invitation):
    one, other = make_invitation("one@example.com"), make_invitation("other@example.com")

    answers = [resend(client, admin, one) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert 3500 < int(answers[3].headers["Retry-After"]) <= 3600
    assert resend(client, admin, other).status_code == 202


def test_only_admins_resend_them(client, owner, mail_configured, invitation):
    assert resend(client, owner, invitation).status_code == 403


def test_instructors_resend_those_of_their_course_alone(
    client, owner, other_owner, course, mail_configured, make_invitation, invitation
):
    ours = make_invitation(by=owner, scope=course.id)

    def resend_as(person, wanted):
        return client.post(f"/courses/{course.id}/invitations/{wanted.id}/resend", auth=person).status_code

    assert (resend_as(owner, ours), resend_as(owner, invitation), resend_as(other_owner, ours)) == (202, 404, 403)
