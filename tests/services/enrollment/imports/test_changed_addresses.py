"""Mails and links that are under way when an import changes a person's address."""

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.errors.accounts import LinkInvalid
from learnstream.models import OutboxMessage
from learnstream.models.address_change import AddressChange
from learnstream.models.invitation import Invitation
from learnstream.services.accounts import accounts, addresses, recovery, verification
from learnstream.services.accounts.invitees import Invitee
from learnstream.services.accounts.mail_commands import MailCommand
from learnstream.services.enrollment import inviting as course_invitations
from learnstream.services.enrollment.imports import inviting, running
from learnstream.services.enrollment.imports.people import Entry, Person
from learnstream.stores.sql import db

TYPED = "ana@exmaple.com"
MEANT = "ana@example.com"


def run(email, *, inviter=None):
    """Import a person with this address; with `inviter`, also invite them."""

    def record(batch):
        if inviter is not None:
            inviting.invite(batch, by=inviter.id)

    running.run([Entry(Person(2, "Ana", email, external_id="007"))], by=None, record=record)
    return accounts.find(email)


def open_invitations():
    return set(db.session.scalars(select(Invitation.email).where(Invitation.is_open())))


def told():
    """Return whether the former address was told."""
    commands = [message.payload.get("command") for message in db.session.scalars(select(OutboxMessage))]
    return MailCommand.ADDRESS_CHANGED in commands


@pytest.fixture
def invited(app, admin, mail_configured):
    """A student who was imported with a typing error in the address, and invited."""
    return run(TYPED, inviter=admin)


def test_an_invitation_of_the_former_address_is_revoked_and_the_new_one_invited(invited, admin):
    assert open_invitations() == {TYPED}

    run(MEANT, inviter=admin)

    assert open_invitations() == {MEANT}
    assert accounts.find(TYPED) is None


def test_invitations_to_courses_are_revoked_as_well(invited, admin, course):
    course_invitations.invite(Invitee(TYPED, course_ids=[course.id]), invited_by=admin.id)
    db.session.commit()

    run(MEANT)

    assert open_invitations() == set()


def test_an_address_that_was_never_used_cannot_get_the_account_back(invited):
    run(MEANT)

    assert not told()


@pytest.mark.parametrize(
    "use",
    [
        {"password_hash": "a hash"},
        {"email_verified_at": now()},
    ],
    ids=["password", "verified"],
)
def test_an_address_that_was_used_is_told(invited, use):
    for name, value in use.items():
        setattr(invited, name, value)
    db.session.commit()

    run(MEANT)

    assert told()


def test_links_to_the_former_address_end(invited):
    tokens = {
        verification.verify: verification.mint_token(invited),
        lambda token: recovery.reset(token, "another horse battery staple", network="192.0.2.1"): recovery.mint_token(
            invited, mailed=True
        ),
    }

    run(MEANT)

    for use, token in tokens.items():
        with pytest.raises(LinkInvalid):
            use(token)


def test_a_change_that_waits_for_its_confirmation_is_cancelled(invited):
    addresses.change(invited, "ana@mine.example", network="192.0.2.1")
    db.session.commit()
    token = addresses.mint_confirmation(db.session.scalars(select(AddressChange)).one())

    run(MEANT)

    with pytest.raises(LinkInvalid):
        addresses.confirm(token)
    assert accounts.find(MEANT).id == invited.id
