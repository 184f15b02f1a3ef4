"""Invitations of instructors to their courses."""

import pytest
from sqlalchemy import func, select

from learnstream.models import Role
from learnstream.models.invitation import Invitation
from tests.factories import archive, make_course

TARA = {"email": "tara@example.com"}


def path(course, rest=""):
    return f"/courses/{course.id}/invitations{rest}"


def invite(client, person, course, **changed):
    return client.post(path(course), auth=person, json=TARA | changed)


def count(session):
    return session.scalar(select(func.count()).select_from(Invitation))


@pytest.fixture
def other_course(other_owner):
    return make_course(other_owner)


@pytest.fixture
def course_invitation(make_invitation, owner, course):
    return make_invitation(TARA["email"], Role.STUDENT, course, by=owner, scope=course.id)


def test_an_instructor_invites_a_student_to_the_course(client, owner, course, separate_session):
    response = invite(client, owner, course, message="See you there!", language="pt-BR")

    stored = separate_session.scalars(select(Invitation)).one()
    assert (response.status_code, response.json["role"], response.json["course_ids"]) == (201, "student", [course.id])
    assert (stored.scope, stored.invited_by, stored.language) == (course.id, owner.id, "pt-BR")


def test_administrators_invite_to_courses_as_well(client, admin, course):
    assert invite(client, admin, course).status_code == 201


@pytest.mark.parametrize("who", ["other_owner", "stranger", "learner"])
def test_others_do_not_invite_to_the_course(client, course, request, who, separate_session):
    response = invite(client, request.getfixturevalue(who), course)

    assert (response.status_code, response.json["code"], count(separate_session)) == (403, "not_your_course", 0)


def test_an_instructor_does_not_invite_to_another_course_through_the_school(client, owner, other_course):
    body = TARA | {"role": "student", "course_ids": [other_course.id]}

    assert client.post("/admin/invitations", auth=owner, json=body).status_code == 403


@pytest.mark.parametrize("field", [{"role": "instructor"}, {"role": "student"}, {"course_ids": []}])
def test_role_and_courses_are_not_the_instructors_to_choose(client, owner, course, field, separate_session):
    response = invite(client, owner, course, **field)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, set(field))
    assert count(separate_session) == 0


def test_nobody_is_invited_to_a_draft(client, owner, draft_course):
    response = invite(client, owner, draft_course)

    assert (response.status_code, response.json["code"]) == (409, "never_published")


def test_nobody_is_invited_to_an_archived_course(client, owner, course):
    archive(course)

    assert invite(client, owner, course).json["code"] == "course_archived"


def test_a_repeated_invitation_is_the_same_one(client, owner, course, separate_session):
    assert invite(client, owner, course).json["id"] == invite(client, owner, course).json["id"]
    assert count(separate_session) == 1


def test_invitations_of_school_and_course_are_separate(client, owner, admin, course, separate_session):
    invite(client, owner, course)
    client.post("/admin/invitations", auth=admin, json=TARA | {"role": "admin"})

    assert set(separate_session.scalars(select(Invitation.role))) == {Role.STUDENT, Role.ADMIN}


def test_instructors_see_the_invitations_of_their_course_alone(
    client, owner, course, other_owner, other_course, invitation, course_invitation
):
    invite(client, other_owner, other_course)

    response = client.get(path(course), auth=owner)

    assert [each["id"] for each in response.json] == [course_invitation.id]
    assert client.get(path(course, "?state=revoked"), auth=owner).json == []
    assert client.get(path(course), auth=other_owner).status_code == 403


def test_an_instructor_revokes_an_invitation(client, owner, course, course_invitation, stored_invitation):
    assert client.delete(path(course, f"/{course_invitation.id}"), auth=owner).status_code == 204
    assert stored_invitation().state == "revoked"


def test_invitations_of_others_are_not_found_in_the_course(client, owner, course, invitation, other_course):
    assert client.delete(path(course, f"/{invitation.id}"), auth=owner).status_code == 404
    assert client.delete(path(other_course, f"/{invitation.id}"), auth=owner).status_code == 403


def test_inviting_anew_after_each_revocation_mails_ten_times_an_hour(
    client, owner, course, mail_configured, rate_limits
):
    responses = []
    for _ in range(11):
        responses.append(invite(client, owner, course))
        client.delete(path(course, f"/{responses[-1].json.get('id')}"), auth=owner)

    assert [each.status_code for each in responses] == [201] * 10 + [429]


def test_all_courses_together_mail_an_address_ten_times_an_hour(
    client, owner, course, other_owner, other_course, mail_configured, rate_limits
):
    for _ in range(5):
        for person, its_course in ((owner, course), (other_owner, other_course)):
            id_ = invite(client, person, its_course).json["id"]
            client.delete(path(its_course, f"/{id_}"), auth=person)

    assert invite(client, owner, course).status_code == 429
    assert invite(client, owner, course, email="tom@example.com").status_code == 201
