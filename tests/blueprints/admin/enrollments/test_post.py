from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, Enrollment

NEXT_YEAR = now() + timedelta(days=365)


def grant(client, person, **body):
    return client.post("/admin/enrollments", auth=person, json=body)


def test_an_admin_gives_a_seat_that_ends(client, admin, stranger, course, fresh):
    answer = grant(client, admin, user_id=stranger.id, course_id=course.id, expires_at=NEXT_YEAR.isoformat())

    assert answer.status_code == 201
    assert (answer.json["source"], answer.json["expires_at"]) == ("admin", NEXT_YEAR.isoformat())
    assert fresh.scalar(select(Enrollment)).user_id == stranger.id
    assert fresh.scalar(select(AuditEntry.action).where(AuditEntry.actor_id == admin.id)) == "enrollment.granted"


@pytest.mark.parametrize("person", ["owner", "stranger", "learner"])
def test_everybody_else_is_refused(client, course, request, person):
    answer = grant(client, request.getfixturevalue(person), user_id=1, course_id=course.id)

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")


def test_a_live_seat_is_not_given_twice(client, admin, learner, course):
    answer = grant(client, admin, user_id=learner.id, course_id=course.id)

    assert (answer.status_code, answer.json["code"]) == (409, "already_enrolled")


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
def test_nonsense_is_named(client, admin, stranger, course, field, value):
    body = {"user_id": stranger.id, "course_id": course.id, "expires_at": None}

    answer = grant(client, admin, **body | {field: value})

    assert answer.status_code == 422
    assert list(answer.json["errors"]["json"]) == [field]


def test_an_unknown_course_is_not_found(client, admin, stranger):
    assert grant(client, admin, user_id=stranger.id, course_id="0" * 24).status_code == 404
