"""The mails of invitations: requested by a command, with a link that is minted when they are sent."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import OutboxMessage, Role, User
from learnstream.models.mail import Mail
from learnstream.services.foundation import outbox
from learnstream.services.messaging import letters, sending
from learnstream.services.messaging.letters import NotNeeded
from learnstream.stores.sql import db
from tests.factories import PASSWORD, archive, make_course


@pytest.fixture
def mailed(mail_configured, separate_session):
    """Return a function that handles the commands, and returns the requested mails."""

    def mailed():
        while outbox.relay():
            pass
        separate_session.rollback()
        return separate_session.scalars(select(Mail).order_by(Mail.id)).all()

    return mailed


def token_in(facts):
    [token] = parse_qs(urlsplit(facts["link"]).query)["token"]
    return token


def test_the_mail_says_who_invites_to_what(mailed, owner, admin, make_invitation):
    courses = [make_course(owner, title="Botany"), make_course(owner, title="Astronomy")]
    make_invitation("tara@example.com", Role.INSTRUCTOR, *courses)

    [mail] = mailed()

    assert (mail.template, mail.address, mail.user_id) == ("invitation", "tara@example.com", None)
    assert mail.facts == {
        "inviter": admin.name,
        "role": "instructor",
        "courses": ["Botany", "Astronomy"],
        "message": "",
    }


def test_the_link_in_the_mail_accepts_the_invitation_with_a_verified_address(
    client, mailed, make_invitation, stored_invitation
):
    invitation = make_invitation("tara@example.com")

    facts = letters.facts_of(mailed()[0])

    assert facts["expires_on"] == invitation.expires_at.date().isoformat()
    body = {"token": token_in(facts), "name": "Tara", "password": PASSWORD}
    assert client.post("/auth/invitations/accept", json=body).status_code == 200
    assert client.post("/auth/login", json={"email": "tara@example.com", "password": PASSWORD}).status_code == 200


def test_the_invited_person_accepts_with_the_link_from_the_inbox(client, admin, post, course):
    body = {"email": "Tára.Lind@example.com", "role": "student", "course_ids": [course.id], "message": "Bem-vinda!"}
    client.post("/admin/invitations", auth=admin, json=body | {"language": "pt-BR"})
    while outbox.relay():
        pass
    sending.send_due()

    mail = post.wait_for(to="Tára.Lind@example.com")
    [link] = re.findall(r"https://api\.school\.test/invitation\?token=[\w.-]+", mail["text"])

    assert all(text in mail["text"] for text in ("Bem-vinda!", course.title, admin.name))
    assert link in mail["html"]
    body = {"token": link.partition("=")[2], "name": "Tára", "password": PASSWORD}
    assert client.post("/auth/invitations/accept", json=body).status_code == 200


def test_no_link_or_token_is_stored(mailed, invitation, separate_session):
    facts = letters.facts_of(mailed()[0])

    stored = [mail.facts for mail in mailed()] + separate_session.scalars(select(OutboxMessage.payload)).all()
    assert token_in(facts) not in json.dumps(stored)
    assert "/invitation?" not in json.dumps(stored)


def test_a_command_that_is_handled_again_causes_one_mail(mailed, invitation):
    mailed()
    db.session.execute(OutboxMessage.__table__.update().values(done_at=None, next_try_at=now()))
    db.session.commit()

    assert len(mailed()) == 1


@pytest.mark.parametrize("end", ["accepted_at", "revoked_at", "expires_at"])
def test_an_invitation_that_has_ended_is_not_mailed(mailed, make_invitation, end):
    make_invitation("tara@example.com", **{end: now()})

    assert mailed() == []


@pytest.mark.parametrize("end", ["accepted_at", "revoked_at", "expires_at"])
def test_a_mail_is_not_sent_after_the_invitation_has_ended(mailed, invitation, end):
    [mail] = mailed()
    setattr(invitation, end, now())
    db.session.commit()

    with pytest.raises(NotNeeded):
        letters.facts_of(mail)


def test_a_mail_is_not_sent_after_its_inviter_may_not_invite_any_more(mailed, invitation, admin):
    [mail] = mailed()
    db.session.execute(update(User).where(User.id == admin.id).values(is_active=False))
    db.session.commit()

    with pytest.raises(NotNeeded):
        letters.facts_of(mail)


def test_the_owner_of_an_account_is_addressed_by_name(mailed, make_invitation, stranger):
    make_invitation(stranger.email)

    [mail] = mailed()

    assert (mail.user_id, letters.facts_of(mail)["name"]) == (stranger.id, stranger.name)


def test_the_mail_names_a_course_that_was_archived_since(mailed, make_invitation, course):
    make_invitation("tara@example.com", Role.STUDENT, course)
    archive(course)

    assert mailed()[0].facts["courses"] == [course.title]
