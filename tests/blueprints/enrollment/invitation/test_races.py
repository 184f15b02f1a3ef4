"""Concurrent use of an invitation."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from learnstream.models import Event, Role, User
from learnstream.services.accounts import directory
from learnstream.stores.sql import db
from tests.factories import PASSWORD, make_person


def accept(app, token, **sent):
    body = {"token": token, "name": "Tara", "password": PASSWORD}
    response = app.test_client().post("/auth/invitations/accept", **{"json": body, **sent})
    return response.status_code, response.json.get("code")


def counted(session, event_type):
    return session.scalar(select(func.count()).where(Event.type == event_type))


def test_of_many_who_accept_at_once_one_does(app, invitation, token_of, separate_session):
    token = token_of(invitation)

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(lambda _: accept(app, token), range(12)))

    assert answers == [(200, None), *[(409, "invitation_accepted")] * 11]
    assert counted(separate_session, "invitation.accepted") == 1


def test_of_many_requests_with_an_account_one_accepts(app, make_invitation, token_of, stranger, separate_session):
    token = token_of(make_invitation(stranger.email))

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(lambda _: accept(app, token, json={"token": token}, auth=stranger), range(12)))

    assert answers == [(200, None), *[(409, "invitation_accepted")] * 11]
    assert counted(separate_session, "invitation.accepted") == 1


def test_two_invitations_of_an_address_create_one_account(
    app, make_invitation, token_of, owner, course, separate_session
):
    tokens = [token_of(make_invitation()), token_of(make_invitation(by=owner, scope=course.id))]

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(lambda token: accept(app, token), tokens))

    assert answers == [(200, None), (401, "sign_in_to_accept")]
    assert separate_session.scalar(select(func.count()).where(User.email == "tara@example.com")) == 1


def test_accepting_and_revoking_at_once_do_not_both_succeed(app, admin, make_invitation, token_of):
    def revoke(invitation):
        return app.test_client().delete(f"/admin/invitations/{invitation.id}", auth=admin).status_code

    outcomes = set()
    for number in range(6):
        invitation = make_invitation(f"pupil{number}@example.com")
        token = token_of(invitation)
        with ThreadPoolExecutor(2) as pool:
            accepted, revoked = pool.submit(accept, app, token), pool.submit(revoke, invitation)
        outcomes.add((accepted.result(), revoked.result()))

    assert outcomes <= {((200, None), 409), ((410, "invitation_revoked"), 204)}


def test_accepting_and_demoting_the_inviter_at_once_give_no_role_after_it(
    app, admin, make_invitation, token_of, separate_session
):
    def demote(inviter):
        with app.app_context():
            directory.change(by=admin.id, user_id=inviter.id, role=Role.STUDENT)
            db.session.commit()

    for number in range(4):
        inviter, email = make_person(Role.ADMIN, "Ben"), f"boss{number}@example.com"
        token = token_of(make_invitation(email, Role.ADMIN, by=inviter))
        with ThreadPoolExecutor(2) as pool:
            accepted, demoted = pool.submit(accept, app, token), pool.submit(demote, inviter)
        demoted.result()
        separate_session.rollback()
        created = separate_session.scalar(select(User.role).where(User.email == email))
        assert (accepted.result(), created) in [((200, None), Role.ADMIN), ((409, "invitation_void"), None)]
