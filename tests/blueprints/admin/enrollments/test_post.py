from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, Enrollment

NEXT_YEAR = now() + timedelta(days=365)


def grant(client, person, **body):
    return client.post("/admin/enrollments", auth=person, json=body)


def test_an_admin_grants_a_limited_enrollment(client, admin, stranger, course, separate_session):
    response = grant(client, admin, user_id=stranger.id, course_id=course.id, expires_at=NEXT_YEAR.isoformat())

    assert response.status_code == 201
    assert (response.json["source"], response.json["expires_at"]) == ("admin", NEXT_YEAR.isoformat())
    assert separate_session.scalar(select(Enrollment)).user_id == stranger.id
    assert (
        separate_session.scalar(select(AuditEntry.action).where(AuditEntry.actor_id == admin.id))
        == "enrollment.granted"
    )


@pytest.mark.parametrize("person", ["owner", "stranger", "learner"])
def test_other_users_are_rejected(client, course, request, person):
    response = grant(client, request.getfixturevalue(person), user_id=1, course_id=course.id)

    assert (response.status_code, response.json["code"]) == (403, "admins_only")


def test_an_active_enrollment_is_not_granted_twice(client, admin, learner, course):
    response = grant(client, admin, user_id=learner.id, course_id=course.id)

    assert (response.status_code, response.json["code"]) == (409, "already_enrolled")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user_id", 999),
        ("user_id", 10**40),
        ("user_id", "7"),
        ("user_id", None),
        ("course_id", "astronomy"),
        ("course_id", "a" * 23 + "\x00"),
        ("course_id", None),
        ("expires_at", "2020-01-01T00:00:00Z"),
        ("expires_at", "9999-12-31T23:59:59-14:00"),
        ("expires_at", "2027-01-01T00:00:00"),
        ("expires_at", "tomorrow"),
        ("expires_at", 7),
        ("source", "payment"),
    ],
)
def test_invalid_input_is_named(client, admin, stranger, course, field, value):
    body = {"user_id": stranger.id, "course_id": course.id, "expires_at": None}

    response = grant(client, admin, **body | {field: value})

    assert response.status_code == 422
    assert list(response.json["errors"]["json"]) == [field]


def test_an_unknown_course_is_not_found(client, admin, stranger):
    assert grant(client, admin, user_id=stranger.id, course_id="0" * 24).status_code == 404
