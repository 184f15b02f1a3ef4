from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from learnstream.models import OutboxMessage
from learnstream.models.invitation import Invitation
from learnstream.services.accounts.invitations import MAIL

ADDRESSES = ["c@example.com", "a@example.com", "b@example.com"]


def invite(client, person, invitations):
    return client.post("/admin/invitations/batch", auth=person, json={"invitations": invitations})


def students(*emails):
    return [{"email": email, "role": "student"} for email in emails]


def count(session):
    return session.scalar(select(func.count()).select_from(Invitation))


def test_many_are_invited_at_once_each_with_a_result_of_its_own(client, admin, course, separate_session):
    invitations = students(*ADDRESSES)
    invitations[1] |= {"role": "instructor", "course_ids": [course.id]}

    response = invite(client, admin, invitations)

    assert response.status_code == 201
    assert [(each["email"], each["role"]) for each in response.json] == [
        ("c@example.com", "student"),
        ("a@example.com", "instructor"),
        ("b@example.com", "student"),
    ]
    assert count(separate_session) == 3


def test_an_address_that_is_listed_twice_is_invited_once(client, admin, separate_session):
    response = invite(client, admin, students("a@example.com", "A@EXAMPLE.com"))

    assert len({each["id"] for each in response.json}) == 1
    assert count(separate_session) == 1


@pytest.mark.parametrize(
    ("field", "value"), [("email", "tara"), ("role", "boss"), ("course_ids", ["f" * 24]), ("message", 7)]
)
def test_one_invalid_entry_is_named_and_nobody_is_invited(client, admin, field, value, separate_session):
    invitations = students(*ADDRESSES)
    invitations[2][field] = value

    response = invite(client, admin, invitations)

    assert response.status_code == 422
    assert {place: set(errors) for place, errors in response.json["errors"]["json"]["invitations"].items()} == {
        "2": {field}
    }
    assert count(separate_session) == 0


@pytest.mark.parametrize("invitations", [None, [], {}, "a", [7], [[]], students(*ADDRESSES) * 34])
def test_an_invalid_list_is_named(client, admin, invitations, separate_session):
    response = invite(client, admin, invitations)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"invitations"})
    assert count(separate_session) == 0


def test_a_batch_is_mailed_by_one_command(client, admin, mail_configured, separate_session):
    response = invite(client, admin, students(*ADDRESSES))

    [command] = separate_session.scalars(select(OutboxMessage.payload).where(OutboxMessage.topic == MAIL))
    assert sorted(command["invitation_ids"]) == sorted(each["id"] for each in response.json)


def test_a_hundred_are_invited(client, admin, separate_session):
    response = invite(client, admin, students(*(f"pupil{number}@example.com" for number in range(100))))

    assert (response.status_code, count(separate_session)) == (201, 100)


def test_concurrent_invitations_of_the_same_people_are_one_each(app, admin, separate_session):
    def send(order):
        return invite(app.test_client(), admin, students(*ADDRESSES[::order])).json

    with ThreadPoolExecutor(6) as pool:
        invited = list(pool.map(send, [1, -1] * 6))

    assert {len(each) for each in invited} == {3}
    assert count(separate_session) == 3


def test_only_admins_invite_many(client, owner):
    assert invite(client, owner, students("a@example.com")).status_code == 403
