from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry
from learnstream.services.accounts import addresses
from learnstream.services.accounts.links import Purpose
from learnstream.services.accounts.throttle import Limit
from tests.factories import PASSWORD, make_person
from tests.problems import outcome

NEW = "stan@school.test"


pytestmark = pytest.mark.usefixtures("mail_configured")


def change(client, person, email=NEW, **changes):
    body = {"email": email, "current_password": PASSWORD} | changes
    return client.patch("/users/me", json=body, auth=person)


def confirm(client, token):
    return client.post("/auth/confirm-address", json={"token": token})


def login(client, email, password=PASSWORD):
    return client.post("/auth/login", json={"email": email, "password": password}).status_code


@pytest.fixture
def token(client, accounts, stranger):
    change(client, stranger)
    return accounts.token(Purpose.CONFIRM_ADDRESS, stranger)


def test_the_present_address_stays_until_the_new_one_is_confirmed(client, stranger, accounts):
    response = change(client, stranger)

    assert (response.json["email"], response.json["pending_email"]) == (stranger.email, NEW)
    assert client.get("/users/me", auth=stranger).json["pending_email"] == NEW
    assert (login(client, stranger.email), login(client, NEW)) == (200, 401)
    [pending] = accounts.changes(stranger)
    assert accounts.commands() == [{"command": "confirm_address", "change_id": pending.id, "cause": None}]


def test_a_confirmed_address_is_verified_and_the_old_one_is_told(client, stranger, token, accounts, separate_session):
    response = confirm(client, token)

    assert (response.status_code, response.data) == (204, b"")
    assert (login(client, stranger.email), login(client, NEW)) == (401, 200)
    assert accounts.stored(stranger).email_verified_at
    assert client.get("/users/me", auth=stranger).json["pending_email"] is None
    [done] = accounts.changes(stranger)
    assert accounts.commands()[-1] == {"command": "address_changed", "change_id": done.id, "cause": None}
    actions = separate_session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["user.email_change_requested", "user.email_changed"]


def test_a_link_works_once(client, token):
    confirm(client, token)

    assert outcome(confirm(client, token)) == (400, "link_invalid")


def test_a_link_used_twice_at_once_works_once(app, token):
    with ThreadPoolExecutor(6) as pool:
        statuses = [*pool.map(lambda _: confirm(app.test_client(), token).status_code, range(6))]

    assert sorted(statuses) == [204] + [400] * 5


def test_a_link_ends_with_the_next_change(client, stranger, token, accounts):
    change(client, stranger, "other@school.test")

    assert outcome(confirm(client, token)) == (400, "link_invalid")
    assert confirm(client, accounts.token(Purpose.CONFIRM_ADDRESS, stranger)).status_code == 204
    assert accounts.stored(stranger).email == "other@school.test"


def test_the_present_address_cancels_a_change(client, stranger, token, accounts):
    assert change(client, stranger, stranger.email).json["pending_email"] is None

    assert outcome(confirm(client, token)) == (400, "link_invalid")


def test_a_link_ends_with_a_new_password(client, stranger, token, accounts):
    reset = accounts.token(Purpose.RESET_PASSWORD, stranger)
    client.post("/auth/password/reset", json={"token": reset, "password": "another walrus entirely"})

    assert outcome(confirm(client, token)) == (400, "link_invalid")


def test_a_new_address_and_a_new_password_go_together(client, stranger, accounts):
    change(client, stranger, password="another walrus entirely")

    assert confirm(client, accounts.token(Purpose.CONFIRM_ADDRESS, stranger)).status_code == 204
    assert login(client, NEW, "another walrus entirely") == 200


def test_ten_changes_an_hour_are_mailed(client, stranger, rate_limits):
    statuses = [change(client, stranger, f"stan{number}@school.test").status_code for number in range(11)]

    assert statuses == [200] * 10 + [429]


def test_five_accounts_an_hour_have_a_link_mailed_to_one_address(client, rate_limits):
    statuses = [change(client, make_person()).status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]


def test_changes_from_a_network_are_limited(client, monkeypatch, rate_limits):
    monkeypatch.setattr(addresses, "FROM_NETWORK", Limit("address-change-network", failures=2, seconds=60))
    statuses = [change(client, make_person(), f"stan{number}@school.test").status_code for number in range(3)]

    assert statuses == [200, 200, 429]


def test_a_taken_address_is_refused_when_it_is_requested(client, stranger, owner, accounts):
    assert outcome(change(client, stranger, owner.email.upper())) == (409, "email_taken")
    assert accounts.changes(stranger) == []


def test_an_address_that_was_taken_meanwhile_is_refused(client, stranger, token, accounts):
    client.post("/auth/register", json={"name": "Tom", "email": NEW, "password": "a walrus in the pantry"})

    assert outcome(confirm(client, token)) == (409, "email_taken")
    assert accounts.stored(stranger).email == stranger.email


def test_another_spelling_of_the_present_address_can_be_confirmed(client, stranger, accounts):
    change(client, stranger, stranger.email.replace("stan", "Stan"))

    assert confirm(client, accounts.token(Purpose.CONFIRM_ADDRESS, stranger)).status_code == 204
    assert accounts.stored(stranger).email.startswith("Stan")


def test_a_given_up_address_is_reserved_for_its_owner(client, stranger, token):
    confirm(client, token)

    account = {"name": "Tom", "email": stranger.email.upper(), "password": "a walrus in the pantry"}
    assert outcome(client.post("/auth/register", json=account)) == (409, "email_taken")
    assert outcome(change(client, make_person(), stranger.email)) == (409, "email_taken")


@pytest.mark.parametrize("token", [None, 7, "", [], "x" * 5000])
def test_an_invalid_field_is_named(client, token):
    response = confirm(client, token)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"token"})
