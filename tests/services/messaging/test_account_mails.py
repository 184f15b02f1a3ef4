"""Which facts and commands cause which mails, and what their letters add."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from learnstream.models import Session, User
from learnstream.models.mail import Mail, MailState
from learnstream.services.foundation import events, following, outbox
from learnstream.services.messaging import letters, sending
from learnstream.services.messaging.letters import NotNeeded
from learnstream.stores.sql import db
from tests.factories import PASSWORD

NEW = "another walrus entirely"
ADDRESS = "stan@school.test"


@pytest.fixture(autouse=True)
def configured(mail_configured):
    """Mail is configured."""
    following.follow_all()


@pytest.fixture
def mailed():
    """Have followers and handlers run; return the mails that were requested, oldest first."""

    def mailed():
        events.publish()
        following.follow_all()
        while outbox.relay():
            pass
        db.session.rollback()
        return db.session.scalars(select(Mail).order_by(Mail.id)).all()

    return mailed


def shown(mail):
    return mail.template, mail.address, mail.language


def register(client, email="sam@example.com"):
    return client.post("/auth/register", json={"name": "Sam", "email": email, "password": NEW})


def change(client, person, **changes):
    return client.patch("/users/me", json={"current_password": PASSWORD} | changes, auth=person)


def login(client, person, agent, ip="203.0.113.7"):
    body = {"email": person.email, "password": PASSWORD}
    return client.post("/auth/login", json=body, headers={"User-Agent": agent}, environ_overrides={"REMOTE_ADDR": ip})


def test_registering_causes_a_link_to_verify(client, mailed):
    register(client)

    [mail] = mailed()
    assert shown(mail) == ("verify_email", "sam@example.com", "en")
    added = letters.facts_of(mail)
    assert (added["name"], added["expires_in_hours"]) == ("Sam", 24)
    token = added["link"].removeprefix("https://api.school.test/verify-email?token=")
    assert client.post("/auth/verify-email", json={"token": token}).status_code == 204


def test_the_link_is_not_mailed_once_the_address_is_verified(client, mailed):
    register(client)
    [mail] = mailed()
    db.session.execute(update(User).values(email_verified_at=mail.created_at))
    db.session.commit()

    with pytest.raises(NotNeeded):
        letters.facts_of(mail)


@pytest.mark.parametrize("template", ["verify_email", "reset_password"])
def test_a_link_is_never_mailed_to_an_address_that_the_account_has_left(app, client, stranger, mailed, template):
    client.post("/auth/verify-email/resend", auth=stranger)
    client.post("/auth/password/forgot", json={"email": stranger.email})
    mail = next(each for each in mailed() if each.template == template)
    db.session.execute(update(User).values(email=ADDRESS))
    db.session.commit()

    with pytest.raises(NotNeeded):
        letters.facts_of(mail)


def test_a_forgotten_password_causes_a_link_in_the_languages_of_the_account(client, stranger, mailed):
    change(client, stranger, language="pt-BR")
    client.post("/auth/password/forgot", json={"email": stranger.email.upper()})

    [mail] = mailed()
    assert shown(mail) == ("reset_password", stranger.email, "pt-BR")
    added = letters.facts_of(mail)
    assert added["expires_in_hours"] == 1
    token = added["link"].partition("token=")[2]
    assert client.post("/auth/password/reset", json={"token": token, "password": NEW}).status_code == 204


def test_a_link_goes_to_the_stored_address_and_not_to_one_that_looks_like_it(client, stranger, mailed):
    # A long s is an s in lower case, so that both are one account's address, but mailboxes may differ.
    client.post("/auth/password/forgot", json={"email": stranger.email.replace("s", "\u017f", 1)})

    assert [mail.address for mail in mailed()] == [stranger.email]


@pytest.mark.parametrize("email", ["nobody@example.com", "disabled"])
def test_for_unknown_addresses_and_disabled_accounts_nothing_is_mailed(client, stranger, mailed, email):
    db.session.execute(update(User).values(is_active=False))
    db.session.commit()

    client.post("/auth/password/forgot", json={"email": stranger.email if email == "disabled" else email})

    assert mailed() == []


def test_a_new_password_is_told_however_it_was_set(client, stranger, admin, mailed):
    change(client, stranger, timezone="America/Sao_Paulo")
    change(client, stranger, password=NEW)
    client.patch(f"/admin/users/{stranger.id}", json={"password": "yet another walrus"}, auth=admin)

    mails = mailed()
    assert [shown(mail) for mail in mails] == [("password_changed", stranger.email, "en")] * 2
    assert mails[0].facts["at"].endswith("-03:00")


def test_both_addresses_hear_of_a_change(client, stranger, mailed, accounts):
    change(client, stranger, email=ADDRESS)
    [confirm] = mailed()
    assert shown(confirm) == ("confirm_address", ADDRESS, "en")
    token = letters.facts_of(confirm)["link"].partition("token=")[2]
    assert client.post("/auth/confirm-address", json={"token": token}).status_code == 204

    [_, changed] = mailed()
    assert shown(changed) == ("address_changed", stranger.email, "en")
    assert changed.facts == {"new_address": ADDRESS}
    token = letters.facts_of(changed)["link"].partition("token=")[2]
    assert client.post("/auth/undo-address", json={"token": token}).status_code == 204

    reset = mailed()[-1]
    assert shown(reset) == ("reset_password", stranger.email, "en")
    for outdated in (confirm, changed):
        with pytest.raises(NotNeeded):
            letters.facts_of(outdated)


def test_a_sign_in_from_a_new_device_is_told(client, stranger, mailed):
    login(client, stranger, "Firefox")
    login(client, stranger, "Firefox")
    [mail] = mailed()
    assert shown(mail) == ("new_device", stranger.email, "en")
    assert (mail.facts["device"], mail.facts["network"]) == ("Firefox", "203.0.113.7")

    login(client, stranger, "Firefox", ip="203.0.113.8")
    login(client, stranger, "Safari")
    assert len(mailed()) == 3


def test_the_first_sign_in_is_no_news(client, stranger, mailed):
    db.session.execute(db.delete(Session))
    db.session.commit()

    login(client, stranger, "Firefox")

    assert mailed() == []


def test_an_ipv6_device_is_known_by_its_network(client, stranger, mailed):
    login(client, stranger, "Firefox", ip="2001:db8::1")
    login(client, stranger, "Firefox", ip="2001:db8::2")

    assert len(mailed()) == 1


def test_an_address_is_told_of_ten_new_devices_an_hour(client, stranger, mailed):
    for number in range(11):
        login(client, stranger, f"Firefox {number}")
    assert len(mailed()) == 10

    db.session.execute(update(Mail).values(created_at=Mail.created_at - timedelta(hours=1)))
    db.session.commit()
    login(client, stranger, "Safari")

    assert [mail.facts["device"] for mail in mailed()][10:] == ["Safari"]


def test_an_address_is_told_of_ten_new_passwords_an_hour(client, stranger, mailed):
    passwords = [PASSWORD, *(f"another walrus {number}" for number in range(11))]
    for present, new in pairwise(passwords):
        change(client, stranger, password=new, current_password=present)

    assert [mail.template for mail in mailed()] == ["password_changed"] * 10


def test_registering_a_taken_address_is_told_to_its_owner_once_an_hour(client, stranger, mailed, require_verified):
    require_verified("login")
    for _ in range(3):
        register(client, stranger.email.upper())

    [mail] = mailed()
    assert shown(mail) == ("already_registered", stranger.email, "en")
    assert letters.facts_of(mail)["link"] == "https://api.school.test"


def test_commands_that_are_handled_again_cause_no_second_mail(client, stranger, mailed):
    client.post("/auth/password/forgot", json={"email": stranger.email})
    mailed()
    db.session.execute(db.text("UPDATE outbox SET done_at = NULL, next_try_at = now()"))
    db.session.commit()

    assert len(mailed()) == 1


def test_neither_rows_nor_events_contain_a_token(client, stranger, mailed):
    register(client)
    client.post("/auth/password/forgot", json={"email": stranger.email})
    change(client, stranger, email=ADDRESS)

    for mail in mailed():
        assert "token" not in str(mail.facts)
        assert "link" not in mail.facts


def test_every_mail_can_be_rendered_and_sent(client, stranger, mailed, post, require_verified):
    change(client, stranger, email=ADDRESS, password=NEW)
    client.post("/auth/password/forgot", json={"email": stranger.email})
    client.post("/auth/verify-email/resend", auth=stranger)
    login(client, stranger, "Firefox")
    require_verified("login")
    register(client, stranger.email)
    requested = mailed()

    sending.send_due()

    db.session.rollback()
    states = db.session.execute(select(Mail.template, Mail.state)).all()
    assert {state for _, state in states} == {MailState.SENT}
    assert len(post.messages()) == len(requested)
    assert {each.template for each in requested} == {
        "confirm_address",
        "password_changed",
        "reset_password",
        "verify_email",
        "already_registered",
    }
