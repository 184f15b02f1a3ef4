"""Fixtures: invitations, and the tokens of their links."""

import pytest
import sqlalchemy as sa

from learnstream.models import Role
from learnstream.models.invitation import SCHOOL, Invitation
from learnstream.services.accounts import acceptance, invitations, invitees
from learnstream.services.accounts.invitees import Invitee
from learnstream.stores.sql import db

TARA = "tara@example.com"


@pytest.fixture
def make_invitation(admin):
    """Return a function that invites an address, by default as an administrator, and returns the invitation."""

    def make_invitation(email=TARA, role=Role.STUDENT, *courses, by=admin, scope=SCHOOL, **columns):
        invitee = Invitee(email, role, [course.id for course in courses])
        invitation = invitees.invite(invitee, invited_by=by.id, scope=scope)
        for name, value in columns.items():
            setattr(invitation, name, value)
        db.session.commit()
        return invitation

    return make_invitation


@pytest.fixture
def invitation(make_invitation):
    """A pending invitation of a student without an account."""
    return make_invitation()


@pytest.fixture
def token_of():
    """Return a function that returns the token of an invitation's link, as it would be mailed."""
    return lambda invitation, mailed=True: invitations.mint_token(invitation, mailed=mailed)


@pytest.fixture
def stored_invitation(separate_session):
    """Return a function that reads an invitation as it is stored."""

    def stored(invitation_id=None):
        separate_session.rollback()
        query = sa.select(Invitation)
        return separate_session.scalars(query if invitation_id is None else query.filter_by(id=invitation_id)).one()

    return stored


@pytest.fixture
def accept_as(token_of):
    """Return a function that accepts an invitation for a person with an account."""

    def accept_as(invitation, person):
        acceptance.accept(token_of(invitation), acceptance.Credentials(user_id=person.id))
        db.session.commit()

    return accept_as
