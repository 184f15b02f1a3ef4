"""The owner of an account is told what happens to its second factor."""

import pytest

from learnstream.models import User
from learnstream.models.mail import MailState
from learnstream.models.second_factor import Removal
from learnstream.services.accounts import directory, second_factor
from learnstream.services.foundation import cursors, events, following
from learnstream.services.foundation.followers import registered
from learnstream.services.messaging import sending
from learnstream.stores.sql import db
from tests.second_factors import code_of, make_second_factor


@pytest.fixture
def deliver(post):
    """Return the mails about what has been committed."""
    cursors.register([*registered.values()])

    def deliver():
        events.publish()
        following.follow_all()
        sending.send_due()
        return post.messages()

    return deliver


def turn_on(person):
    make_second_factor(person, enabled=False)
    second_factor.confirm(person.id, code=code_of())


def turn_off(person):
    make_second_factor(person)
    second_factor.remove(db.session.get_one(User, person.id), how=Removal.OWNER)


def void(person):
    make_second_factor(person)
    second_factor.remove(db.session.get_one(User, person.id), how=Removal.ADDRESS_UNDONE)


def use_recovery_code(person):
    [recovery_code, *_] = make_second_factor(person)
    second_factor.require_code(person.id, recovery_code=recovery_code)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (turn_on, "takes your password and a code"),
        (turn_off, "takes your password only"),
        (void, "takes your password only"),
        (use_recovery_code, "with one of your recovery codes"),
    ],
)
def test_the_owner_is_told_by_mail(deliver, stranger, stored, act, sentence):
    act(stranger)
    db.session.commit()

    [message] = deliver()

    assert message["to"] == stranger.email
    assert sentence in " ".join(message["text"].split())
    [mail] = stored()
    assert (mail.state, mail.user_id) == (MailState.SENT, stranger.id)


def test_the_owner_learns_of_an_administrator_who_removed_it(deliver, admin, stranger):
    make_second_factor(stranger)
    directory.remove_second_factor(by=admin.id, user_id=stranger.id, reason="Lost")
    db.session.commit()

    [message] = deliver()

    assert message["to"] == stranger.email
    assert "An administrator has turned off" in " ".join(message["text"].split())
    assert "Lost" not in message["text"]


def test_handling_an_event_again_sends_no_second_mail(deliver, stranger):
    turn_on(stranger)
    db.session.commit()
    deliver()
    db.session.execute(db.text("UPDATE followers SET position = 0"))
    db.session.commit()

    assert len(deliver()) == 1
