from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Enrollment, Event, SeatSource, SeatStatus
from learnstream.policies import entitlements
from learnstream.schemas.enrollment.enrollment import EnrollmentSchema
from tests.factories import give_to_group, make_seat


def withdraw(client, person, course):
    return client.delete(f"/courses/{course.id}/enroll", auth=person)


def test_withdrawing_ends_the_enrollment_and_keeps_the_row(client, learner, course, separate_session):
    response = withdraw(client, learner, course)

    assert (response.status_code, response.data) == (204, b"")
    assert separate_session.scalar(select(Enrollment)).status is SeatStatus.WITHDRAWN


def test_a_withdrawn_enrollment_has_an_end_until_renewal(client, learner, course, separate_session):
    before = now()
    withdraw(client, learner, course)
    withdrawn = entitlements.seat(learner.id, course.id)
    client.post(f"/courses/{course.id}/enroll", auth=learner)
    renewed = entitlements.seat(learner.id, course.id)

    assert before <= withdrawn.ended_at <= now()
    assert withdrawn.end == withdrawn.ended_at
    assert (renewed.ended_at, renewed.end) == (None, None)
    assert separate_session.scalar(select(Enrollment.ended_at)) is None


@pytest.mark.parametrize(("expires", "withdrawn"), [(1, 2), (2, 1), (None, 1), (1, None)])
def test_an_enrollment_ends_at_the_earlier_of_expiry_and_withdrawal(stranger, course, expires, withdrawn):
    day = {None: None, 1: now() + timedelta(days=1), 2: now() + timedelta(days=2)}
    status = SeatStatus.WITHDRAWN if withdrawn else SeatStatus.ACTIVE
    make_seat(stranger, course, status=status, expires_at=day[expires], ended_at=day[withdrawn])

    assert entitlements.seat(stranger.id, course.id).end == day[1]


def test_an_enrollment_withdrawn_by_an_older_release_has_an_end(stranger, course):
    seat = make_seat(stranger, course, status=SeatStatus.WITHDRAWN)

    assert entitlements.seat(stranger.id, course.id).ended_at == seat.updated_at


def test_withdrawing_twice_is_not_found(client, learner, course):
    withdraw(client, learner, course)

    again = withdraw(client, learner, course)

    assert (again.status_code, again.json["code"]) == (404, "not_enrolled")


@pytest.mark.parametrize("person", ["stranger", "owner", "admin"])
def test_users_without_an_enrollment_cannot_withdraw(client, course, request, person):
    response = withdraw(client, request.getfixturevalue(person), course)

    assert (response.status_code, response.json["code"]) == (404, "not_enrolled")


def test_an_ended_enrollment_cannot_be_withdrawn(client, stranger, course):
    make_seat(stranger, course, expires_at=now() - timedelta(seconds=1))

    assert withdraw(client, stranger, course).status_code == 404


@pytest.mark.parametrize("source", [SeatSource.ADMIN, SeatSource.GROUP, SeatSource.PAYMENT])
def test_granted_enrollments_cannot_be_withdrawn(client, stranger, course, separate_session, source):
    make_seat(stranger, course, source=source)

    response = withdraw(client, stranger, course)

    assert (response.status_code, response.json["code"]) == (403, "seat_granted")
    assert separate_session.scalar(select(Enrollment)).status is SeatStatus.ACTIVE


def test_a_guest_is_rejected(client, course):
    assert withdraw(client, None, course).status_code == 401


def test_a_withdrawn_learner_may_enroll_again(client, learner, course):
    withdraw(client, learner, course)

    assert client.post(f"/courses/{course.id}/enroll", auth=learner).status_code == 201


def test_each_change_records_an_event(client, learner, course, separate_session):
    withdraw(client, learner, course)
    client.post(f"/courses/{course.id}/enroll", auth=learner)
    withdraw(client, learner, course)

    seats = select(Event.type).where(Event.type.startswith("enrollment")).order_by(Event.id)
    assert separate_session.scalars(seats).all() == ["enrollment.created", "enrollment.withdrawn"] * 2


def test_a_seat_that_others_hold_as_well_goes_on(client, stranger, course, separate_session):
    make_seat(stranger, course)
    give_to_group(stranger, course)

    response = withdraw(client, stranger, course)

    assert (response.status_code, response.json["sources"]) == (200, ["group"])
    assert list(response.json) == list(EnrollmentSchema().fields)
    assert client.get(f"/lessons/{course.text.id}", auth=stranger).status_code == 200
    again = withdraw(client, stranger, course)
    assert (again.status_code, again.json["code"]) == (403, "seat_granted")
    assert separate_session.scalars(select(Event.type).where(Event.type == "enrollment.withdrawn")).all() == []
