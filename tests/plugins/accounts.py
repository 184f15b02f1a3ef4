"""Accounts by mail: a configuration with mail, and the tokens of links as their mails contain them."""

import pytest
from sqlalchemy import select

from learnstream.models import OutboxMessage, User
from learnstream.models.address_change import AddressChange
from learnstream.services.accounts import addresses, recovery, verification
from learnstream.services.accounts.links import Purpose
from learnstream.services.accounts.mail_commands import TOPIC
from learnstream.stores.sql import db


@pytest.fixture
def require_verified(app, monkeypatch, mail_configured):
    """Return a function that sets for what a verified address is required."""
    return lambda value: monkeypatch.setitem(app.config, "REQUIRE_VERIFIED_EMAIL", value)


class Accounts:
    """Accounts as they are stored, and tokens for them."""

    def stored(self, person):
        """Return a person's account, read anew."""
        db.session.rollback()
        return db.session.get(User, person.id, populate_existing=True)

    def changes(self, person):
        """Return a person's changes of address, oldest first."""
        db.session.rollback()
        of_person = select(AddressChange).where(AddressChange.user_id == person.id).order_by(AddressChange.id)
        return db.session.scalars(of_person, execution_options={"populate_existing": True}).all()

    def token(self, purpose, person):
        """Return the token of a link for a person; about a change of address, for the last one."""
        if purpose is Purpose.VERIFY_EMAIL:
            return verification.mint_token(self.stored(person))
        if purpose is Purpose.RESET_PASSWORD:
            return recovery.mint_token(self.stored(person), mailed=True)
        mint = {Purpose.CONFIRM_ADDRESS: addresses.mint_confirmation, Purpose.UNDO_ADDRESS: addresses.mint_undo}
        return mint[purpose](self.changes(person)[-1])

    def commands(self):
        """Return the commands to mail something, oldest first, without their causes."""
        db.session.rollback()
        mailed = select(OutboxMessage.payload).where(OutboxMessage.topic == TOPIC).order_by(OutboxMessage.id)
        return [{**payload, "cause": None} for payload in db.session.scalars(mailed)]


@pytest.fixture
def accounts(app):
    return Accounts()
