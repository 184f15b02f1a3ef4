import pytest
from sqlalchemy import func, select

from learnstream.clock import now
from learnstream.models import AuditEntry, Event, Role, User
from learnstream.services.accounts import directory, invitations, links
from learnstream.services.accounts.links import Purpose
from learnstream.stores.sql import db
from tests.factories import PASSWORD, make_person

TARA = {"name": "Tara Lind", "password": PASSWORD}


def accept(client, token, auth=None, **body):
    return client.post("/auth/invitations/accept", auth=auth, json={"token": token, **body})


def code(response):
    return response.status_code, response.json["code"]


def fields(response):
    return set(response.json["errors"]["json"])


def account(session, email="tara@example.com"):
    session.rollback()
    return session.scalars(select(User).where(User.email == email)).one_or_none()


def change(admin, person, **changes):
    directory.change(by=admin.id, user_id=person.id, **changes)
    db.session.commit()


def test_an_account_is_created_with_the_role_and_a_verified_address(
    client, make_invitation, token_of, course, separate_session
):
    invitation = make_invitation("tara@example.com", Role.INSTRUCTOR, course)

    response = accept(client, token_of(invitation), **TARA)

    user = account(separate_session)
    assert response.status_code == 200
    assert response.json == {
        "account": {"id": user.id, "name": "Tara Lind", "email": "tara@example.com", "role": "instructor"},
        "created": True,
        "course_ids": [course.id],
    }
    assert (user.role, user.email_verified_at is None) == (Role.INSTRUCTOR, False)
    assert client.post("/auth/login", json={"email": user.email, "password": PASSWORD}).status_code == 200


def test_a_link_that_was_handed_out_does_not_verify_the_address(client, invitation, token_of, separate_session):
    assert accept(client, token_of(invitation, mailed=False), **TARA).status_code == 200

    assert account(separate_session).email_verified_at is None


def test_the_fact_is_recorded_once(client, admin, invitation, token_of, separate_session, stored_invitation):
    accept(client, token_of(invitation), **TARA)

    user, stored = account(separate_session), stored_invitation()
    event = separate_session.scalars(select(Event).where(Event.type == "invitation.accepted")).one()
    assert (event.event_id, event.data["user_id"]) == (f"invitation.accepted:{invitation.id}", user.id)
    assert (event.data["invited_by"], event.data["source"], event.data["role"]) == (admin.id, "admin", "student")
    assert (stored.state, stored.accepted_by) == ("accepted", user.id)
    entry = separate_session.scalars(select(AuditEntry).where(AuditEntry.action == "invitation.accepted")).one()
    assert (entry.actor_id, entry.target_id) == (user.id, str(invitation.id))


def test_an_accepted_invitation_cannot_be_used_again(client, invitation, token_of, separate_session):
    token = token_of(invitation)
    accept(client, token, **TARA)

    assert code(accept(client, token, name="Eve", password="something quite different")) == (
        409,
        "invitation_accepted",
    )
    assert account(separate_session).name == "Tara Lind"


@pytest.mark.parametrize(
    ("column", "expected"),
    [("revoked_at", (410, "invitation_revoked")), ("expires_at", (410, "link_expired"))],
)
def test_one_that_has_ended_creates_nothing(client, make_invitation, token_of, column, expected, separate_session):
    invitation = make_invitation(**{column: now()})

    assert code(accept(client, token_of(invitation), **TARA)) == expected
    assert account(separate_session) is None


def test_a_foreign_or_cut_token_is_invalid(client, invitation, token_of, stranger, separate_session):
    token = token_of(invitation)
    state = invitations.state_of(invitation)
    foreign = [
        *(token[:-1], token[1:], token.upper(), "x", "a.b.c"),
        links.mint(Purpose.RESET_PASSWORD, state=state, user=stranger.id),
        links.mint(Purpose.INVITATION, state=state.replace("tara", "eve"), invitation=invitation.id, mailed=True),
        links.mint(Purpose.INVITATION, state=state, invitation=999_999, mailed=True),
    ]

    assert {code(accept(client, each, **TARA)) for each in foreign} == {(400, "link_invalid")}
    assert account(separate_session) is None


def test_a_token_is_needed_always(client, invitation, stranger):
    assert fields(client.post("/auth/invitations/accept", json=TARA)) == {"token"}
    assert fields(client.post("/auth/invitations/accept", json={}, auth=stranger)) == {"token"}


@pytest.mark.parametrize("missing", [{"name"}, {"password"}, {"name", "password"}])
def test_without_an_account_name_and_password_are_needed(client, invitation, token_of, missing, stored_invitation):
    given = {field: value for field, value in TARA.items() if field not in missing}

    response = accept(client, token_of(invitation), **given)

    assert (response.status_code, fields(response)) == (422, missing)
    assert stored_invitation().state == "pending"


@pytest.mark.parametrize("password", ["password", "short", "tara@example.com", "Tara Lind", 7, None, "x" * 129])
def test_a_weak_password_is_named_and_the_link_remains_valid(client, invitation, token_of, password):
    token = token_of(invitation)

    response = accept(client, token, name="Tara Lind", password=password)

    assert (response.status_code, fields(response)) == (422, {"password"})
    assert accept(client, token, **TARA).status_code == 200


def test_the_owner_of_the_address_accepts_with_an_access_token(client, make_invitation, token_of, stranger, course):
    invitation = make_invitation(stranger.email.upper(), Role.INSTRUCTOR, course)

    response = accept(client, token_of(invitation), auth=stranger)

    assert (response.status_code, response.json["created"]) == (200, False)
    assert (response.json["account"]["id"], response.json["account"]["role"]) == (stranger.id, "instructor")


def test_the_role_rises_from_the_next_request_on(client, make_invitation, token_of, stranger, separate_session):
    accept(client, token_of(make_invitation(stranger.email, Role.INSTRUCTOR)), auth=stranger)

    assert code(client.get("/users/me", auth=stranger)) == (401, "token_revoked")
    assert separate_session.get(User, stranger.id).role is Role.INSTRUCTOR
    assert "user.role_changed" in separate_session.scalars(select(Event.type)).all()


@pytest.mark.parametrize("role", [Role.STUDENT, Role.INSTRUCTOR])
def test_a_role_never_falls(client, make_invitation, token_of, owner, role, separate_session):
    assert accept(client, token_of(make_invitation(owner.email, role)), auth=owner).status_code == 200

    assert separate_session.get(User, owner.id).role is Role.INSTRUCTOR
    assert client.get("/users/me", auth=owner).status_code == 200


def test_the_owner_of_the_address_must_sign_in(client, make_invitation, token_of, stranger, separate_session):
    token = token_of(make_invitation(stranger.email, Role.ADMIN))

    assert code(accept(client, token, **TARA)) == (401, "sign_in_to_accept")
    assert code(accept(client, token)) == (401, "sign_in_to_accept")
    assert separate_session.get(User, stranger.id).role is Role.STUDENT
    assert client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD}).status_code == 200


def test_another_account_cannot_accept(client, make_invitation, token_of, stranger, owner, separate_session):
    token = token_of(make_invitation(stranger.email, Role.ADMIN))

    assert code(accept(client, token, auth=owner)) == (409, "other_account_invited")
    assert set(separate_session.scalars(select(User.role).where(User.id.in_([stranger.id, owner.id])))) == {
        Role.STUDENT,
        Role.INSTRUCTOR,
    }


def test_name_and_password_are_not_changed_by_accepting(client, make_invitation, token_of, stranger):
    token = token_of(make_invitation(stranger.email))

    response = accept(client, token, auth=stranger, **TARA)

    assert (response.status_code, fields(response)) == (422, {"name", "password"})


def test_an_account_without_a_password_gets_one(client, make_invitation, token_of, separate_session):
    person = make_person()
    db.session.get(User, person.id).password_hash = ""
    db.session.commit()
    token = token_of(make_invitation(person.email, Role.INSTRUCTOR))

    assert fields(accept(client, token)) == {"password"}
    assert accept(client, token, password="quite another walrus").json["account"]["name"] == person.name
    assert separate_session.get(User, person.id).role is Role.INSTRUCTOR
    login = {"email": person.email, "password": "quite another walrus"}
    assert client.post("/auth/login", json=login).status_code == 200


def test_a_link_to_another_spelling_of_the_address_sets_no_password(client, make_invitation, token_of):
    person = make_person(name="strasse")
    db.session.get(User, person.id).password_hash = ""
    db.session.commit()
    invitation = make_invitation(person.email.replace("ss", "ß"))

    assert code(accept(client, token_of(invitation), password="quite another walrus")) == (401, "sign_in_to_accept")


def test_a_link_to_another_spelling_of_the_address_does_not_verify_it(
    client, make_invitation, token_of, separate_session
):
    person = make_person(name="strasse")

    accept(client, token_of(make_invitation(person.email.replace("ss", "ß"))), auth=person)
    assert separate_session.get(User, person.id).email_verified_at is None
    separate_session.rollback()

    accept(client, token_of(make_invitation(person.email)), auth=person)
    assert separate_session.get(User, person.id).email_verified_at is not None


def test_a_link_does_not_give_the_role_of_a_later_invitation(client, make_invitation, token_of, separate_session):
    handed_out = token_of(make_invitation("tara@example.com"), mailed=False)
    later = token_of(make_invitation("tara@example.com", Role.ADMIN))

    assert code(accept(client, handed_out, **TARA)) == (400, "link_invalid")
    assert accept(client, later, **TARA).json["account"]["role"] == "admin"


def test_a_disabled_account_without_a_password_stays_disabled(client, make_invitation, token_of):
    person = make_person()
    user = db.session.get(User, person.id)
    user.password_hash, user.is_active = "", False

    response = accept(client, token_of(make_invitation(person.email)), password="quite another walrus")

    assert code(response) == (403, "account_disabled")


def test_registering_with_an_invited_address_gives_no_role(client, make_invitation, separate_session):
    make_invitation("tara@example.com", Role.ADMIN)

    client.post("/auth/register", json=TARA | {"email": "tara@example.com"})

    assert account(separate_session).role is Role.STUDENT
    assert separate_session.scalar(select(func.count()).where(Event.type == "invitation.accepted")) == 0


def test_the_link_still_works_for_an_account_that_was_registered_meanwhile(client, make_invitation, token_of):
    token = token_of(make_invitation("tara@example.com", Role.INSTRUCTOR))
    client.post("/auth/register", json=TARA | {"email": "tara@example.com"})
    login = client.post("/auth/login", json={"email": "tara@example.com", "password": PASSWORD}).json

    headers = {"Authorization": f"Bearer {login['access_token']}"}
    response = client.post("/auth/invitations/accept", json={"token": token}, headers=headers)

    assert response.json["account"]["role"] == "instructor"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("change_to", [{"is_active": False}, {"role": Role.STUDENT}])
def test_it_is_void_when_its_inviter_may_not_invite_any_more(
    client, admin, make_invitation, token_of, role, change_to, separate_session
):
    inviter = make_person(Role.ADMIN, "Ben")
    invitation = make_invitation("tara@example.com", role, by=inviter)
    change(admin, inviter, **change_to)

    assert code(accept(client, token_of(invitation), **TARA)) == (409, "invitation_void")
    assert account(separate_session) is None


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 409), (Role.INSTRUCTOR, 409), (Role.STUDENT, 200)])
def test_a_role_never_rises_above_what_the_inviter_may_give_now(client, admin, make_invitation, token_of, role, status):
    inviter = make_person(Role.ADMIN, "Ben")
    invitation = make_invitation("tara@example.com", role, by=inviter)
    change(admin, inviter, role=Role.INSTRUCTOR)

    assert accept(client, token_of(invitation), **TARA).status_code == status


def test_a_void_invitation_is_valid_again_when_somebody_else_repeats_it(client, admin, make_invitation, token_of):
    inviter = make_person(Role.ADMIN, "Ben")
    token = token_of(make_invitation(by=inviter))
    change(admin, inviter, is_active=False)

    make_invitation()

    assert accept(client, token, **TARA).status_code == 200


def test_it_is_throttled_by_network(client, rate_limits):
    statuses = [accept(client, "x", **TARA).status_code for _ in range(101)]

    assert (statuses[99], statuses[100]) == (400, 429)


@pytest.mark.parametrize(
    "body",
    [{"token": ""}, {"token": 7}, {"token": "x" * 4097}, {"token": "a\x00"}, {"role": "admin"}, {"name": "a\nb"}],
)
def test_an_invalid_field_is_named(client, invitation, token_of, body):
    response = client.post("/auth/invitations/accept", json=TARA | {"token": token_of(invitation)} | body)

    assert (response.status_code, fields(response)) == (422, set(body))
