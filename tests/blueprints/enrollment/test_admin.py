"""An administrator's view of seats: given, listed, prolonged, taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, Enrollment, SeatStatus
from tests.factories import make_seat

NEXT_YEAR = now() + timedelta(days=365)


def grant(client, person, **body):
    return client.post("/admin/enrollments", auth=person, json=body)


def prolong(client, person, seat_id, expires_at):
    return client.patch(f"/admin/enrollments/{seat_id}", auth=person, json={"expires_at": expires_at})


@pytest.fixture
def seat(learner, fresh):
    return fresh.scalar(select(Enrollment))


def test_an_admin_gives_a_seat_that_ends(client, admin, stranger, course, fresh):
    answer = grant(client, admin, user_id=stranger.id, course_id=course.id, expires_at=NEXT_YEAR.isoformat())

    assert answer.status_code == 201
    assert (answer.json["source"], answer.json["expires_at"]) == ("admin", NEXT_YEAR.isoformat())
    assert fresh.scalar(select(Enrollment)).user_id == stranger.id
    assert fresh.scalar(select(AuditEntry.action).where(AuditEntry.actor_id == admin.id)) == "enrollment.granted"


@pytest.mark.parametrize("person", ["owner", "stranger", "learner"])
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("PATCH", "/{seat}"), ("DELETE", "/{seat}")])
def test_everybody_else_is_refused(client, course, seat, request, person, method, path):
    bodies = {"POST": {"user_id": 1, "course_id": course.id}, "PATCH": {"expires_at": None}}
    address = f"/admin/enrollments{path.format(seat=seat.id)}"

    answer = client.open(address, method=method, auth=request.getfixturevalue(person), json=bodies.get(method))

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


def test_a_seat_can_be_prolonged_and_made_endless(client, admin, seat, fresh):
    first = prolong(client, admin, seat.id, NEXT_YEAR.isoformat())
    second = prolong(client, admin, seat.id, None)

    assert (first.json["expires_at"], second.json["expires_at"]) == (NEXT_YEAR.isoformat(), None)
    fresh.expire_all()
    assert fresh.get(Enrollment, seat.id).expires_at is None


def test_a_seat_that_has_ended_cannot_be_prolonged(client, admin, stranger, course):
    seat = make_seat(stranger, course, expires_at=now() - timedelta(seconds=1))

    answer = prolong(client, admin, seat.id, None)

    assert (answer.status_code, answer.json["code"]) == (404, "not_enrolled")


def test_the_end_must_be_named(client, admin, seat):
    answer = client.patch(f"/admin/enrollments/{seat.id}", auth=admin, json={})

    assert list(answer.json["errors"]["json"]) == ["expires_at"]


def test_any_seat_can_be_taken_back_once(client, admin, seat, fresh):
    first, again = (client.delete(f"/admin/enrollments/{seat.id}", auth=admin) for _ in range(2))

    assert (first.status_code, again.status_code) == (204, 404)
    fresh.expire_all()
    assert fresh.get(Enrollment, seat.id).status is SeatStatus.WITHDRAWN


def test_seats_are_found_by_user_and_course(client, admin, learner, stranger, course):
    make_seat(stranger, course)

    def found(**query):
        return [seat["user_id"] for seat in client.get("/admin/enrollments", auth=admin, query_string=query).json]

    assert found() == [stranger.id, learner.id]
    assert found(user_id=learner.id) == [learner.id]
    assert found(course_id="0" * 24) == []


@pytest.mark.parametrize("query", [{"user_id": 0}, {"user_id": 10**40}, {"user_id": "x"}, {"course_id": "x"}])
def test_a_nonsensical_filter_is_named(client, admin, query):
    answer = client.get("/admin/enrollments", auth=admin, query_string=query)

    assert list(answer.json["errors"]["query"]) == list(query)
