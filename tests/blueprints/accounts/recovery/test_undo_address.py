from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry
from learnstream.models.second_factor import SecondFactor
from learnstream.services.accounts.links import Purpose
from learnstream.stores.sql import db
from tests.factories import PASSWORD
from tests.problems import outcome

FIRST, SECOND = "thief@example.net", "thief@example.org"


pytestmark = pytest.mark.usefixtures("mail_configured")


@pytest.fixture
def move(client, accounts, stranger):
    """Return a function that changes the stranger's address, and returns the token that undoes it."""

    def move(email):
        client.patch("/users/me", json={"email": email, "current_password": PASSWORD}, auth=stranger)
        token = accounts.token(Purpose.CONFIRM_ADDRESS, stranger)
        assert client.post("/auth/confirm-address", json={"token": token}).status_code == 204
        return accounts.token(Purpose.UNDO_ADDRESS, stranger)

    return move


def undo(client, token):
    return client.post("/auth/undo-address", json={"token": token})


def login(client, email, password=PASSWORD):
    return client.post("/auth/login", json={"email": email, "password": password}).status_code


def test_the_former_address_is_restored_and_everybody_shut_out(client, stranger, move, accounts):
    response = undo(client, move(FIRST))

    assert (response.status_code, response.data) == (204, b"")
    account = accounts.stored(stranger)
    assert (account.email, account.password_hash) == (stranger.email, "")
    assert account.email_verified_at
    assert client.get("/users/me", auth=stranger).status_code == 401
    assert {login(client, email) for email in (stranger.email, FIRST)} == {401}
    assert accounts.commands()[-1] == {"command": "reset_password", "user_id": stranger.id, "cause": None}


def test_the_owner_gets_in_again_by_the_mailed_link(client, stranger, move, accounts):
    undo(client, move(FIRST))

    reset = accounts.token(Purpose.RESET_PASSWORD, stranger)
    client.post("/auth/password/reset", json={"token": reset, "password": "another walrus entirely"})

    assert login(client, stranger.email, "another walrus entirely") == 200


def test_it_is_in_the_audit_log(client, stranger, move, separate_session):
    undo(client, move(FIRST))

    entries = {entry.action: entry for entry in separate_session.scalars(select(AuditEntry))}
    undone = entries["user.email_change_undone"]
    assert (undone.actor_id, undone.target_id, undone.details) == (None, str(stranger.id), {"sessions_ended": 1})


def test_whoever_changes_the_address_twice_is_undone_all_the_same(client, stranger, move, accounts):
    first, second = move(FIRST), move(SECOND)

    assert undo(client, first).status_code == 204
    assert accounts.stored(stranger).email == stranger.email
    assert outcome(undo(client, second)) == (400, "link_invalid")


def test_undoing_a_later_change_leaves_the_earlier_one_to_its_owner(client, stranger, move, accounts):
    first, second = move(FIRST), move(SECOND)
    undo(client, second)
    assert accounts.stored(stranger).email == FIRST

    assert undo(client, first).status_code == 204
    assert accounts.stored(stranger).email == stranger.email


def test_a_change_that_still_waits_is_cancelled(client, stranger, move, accounts):
    token = move(FIRST)
    client.patch("/users/me", json={"email": SECOND, "current_password": PASSWORD}, auth=stranger)
    pending = accounts.token(Purpose.CONFIRM_ADDRESS, stranger)

    undo(client, token)

    assert outcome(client.post("/auth/confirm-address", json={"token": pending})) == (400, "link_invalid")


def test_a_link_works_once(client, move):
    token = move(FIRST)
    undo(client, token)

    assert outcome(undo(client, token)) == (400, "link_invalid")


def test_a_link_used_twice_at_once_works_once(app, move):
    token = move(FIRST)
    with ThreadPoolExecutor(6) as pool:
        statuses = [*pool.map(lambda _: undo(app.test_client(), token).status_code, range(6))]

    assert sorted(statuses) == [204] + [400] * 5


@pytest.mark.parametrize("is_pending", [False, True])
def test_a_second_factor_that_was_added_since_is_removed(client, stranger, move, separate_session, is_pending):
    token = move(FIRST)
    add_factor(stranger, enabled_at=None if is_pending else now())

    undo(client, token)

    assert separate_session.get(SecondFactor, stranger.id) is None


def test_the_audit_log_names_no_actor_for_its_removal(client, stranger, move, separate_session):
    token = move(FIRST)
    add_factor(stranger, enabled_at=now())

    undo(client, token)

    entry = separate_session.scalars(select(AuditEntry).filter_by(action="user.second_factor_disabled")).one()
    assert (entry.actor_id, entry.target_id, entry.details) == (None, str(stranger.id), {"how": "address_undone"})


def test_the_owners_second_factor_stays(client, stranger, move, separate_session):
    add_factor(stranger, enabled_at=now() - timedelta(days=1))

    undo(client, move(FIRST))

    assert separate_session.get(SecondFactor, stranger.id)


def add_factor(person, enabled_at):
    db.session.add(SecondFactor(user_id=person.id, secret=b"encrypted", key_id="1", enabled_at=enabled_at))
    db.session.commit()


def test_a_link_to_confirm_does_not_undo(client, stranger, accounts):
    client.patch("/users/me", json={"email": FIRST, "current_password": PASSWORD}, auth=stranger)

    assert outcome(undo(client, accounts.token(Purpose.CONFIRM_ADDRESS, stranger))) == (400, "link_invalid")


@pytest.mark.parametrize("token", [None, 7, "", [], "x" * 5000])
def test_an_invalid_field_is_named(client, token):
    response = undo(client, token)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"token"})
