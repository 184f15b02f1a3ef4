from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Enrollment, Event, SeatSource, SeatStatus
from learnstream.policies import entitlements
from tests.factories import make_seat


def withdraw(client, person, course):
    return client.delete(f"/courses/{course.id}/enroll", auth=person)


def test_withdrawing_keeps_the_row_and_ends_the_seat(client, learner, course, fresh):
    answer = withdraw(client, learner, course)

    assert (answer.status_code, answer.data) == (204, b"")
    assert fresh.scalar(select(Enrollment)).status is SeatStatus.WITHDRAWN


def test_a_withdrawn_seat_knows_when_it_ended_until_it_is_renewed(client, learner, course, fresh):
    before = now()
    withdraw(client, learner, course)
    withdrawn = entitlements.seat(learner.id, course.id)
    client.post(f"/courses/{course.id}/enroll", auth=learner)
    renewed = entitlements.seat(learner.id, course.id)

    assert before <= withdrawn.ended_at <= now()
    assert withdrawn.end == withdrawn.ended_at
    assert (renewed.ended_at, renewed.end) == (None, None)
    assert fresh.scalar(select(Enrollment.ended_at)) is None


@pytest.mark.parametrize(("expires", "withdrawn"), [(1, 2), (2, 1), (None, 1), (1, None)])
def test_a_seat_ends_with_whatever_ended_it_first(stranger, course, expires, withdrawn):
    day = {None: None, 1: now() + timedelta(days=1), 2: now() + timedelta(days=2)}
    status = SeatStatus.WITHDRAWN if withdrawn else SeatStatus.ACTIVE
    make_seat(stranger, course, status=status, expires_at=day[expires], ended_at=day[withdrawn])

    assert entitlements.seat(stranger.id, course.id).end == day[1]


def test_a_seat_that_the_release_before_withdrew_has_an_end(stranger, course):
    seat = make_seat(stranger, course, status=SeatStatus.WITHDRAWN)

    assert entitlements.seat(stranger.id, course.id).ended_at == seat.updated_at


def test_withdrawing_again_finds_no_seat(client, learner, course):
    withdraw(client, learner, course)

    again = withdraw(client, learner, course)

    assert (again.status_code, again.json["code"]) == (404, "not_enrolled")


@pytest.mark.parametrize("person", ["stranger", "owner", "admin"])
def test_who_has_no_seat_cannot_withdraw(client, course, request, person):
    answer = withdraw(client, request.getfixturevalue(person), course)

    assert (answer.status_code, answer.json["code"]) == (404, "not_enrolled")


def test_a_seat_that_has_ended_is_none(client, stranger, course):
    make_seat(stranger, course, expires_at=now() - timedelta(seconds=1))

    assert withdraw(client, stranger, course).status_code == 404


@pytest.mark.parametrize("source", [SeatSource.ADMIN, SeatSource.GROUP, SeatSource.PAYMENT])
def test_a_seat_that_was_given_stays(client, stranger, course, fresh, source):
    make_seat(stranger, course, source=source)

    answer = withdraw(client, stranger, course)

    assert (answer.status_code, answer.json["code"]) == (403, "seat_granted")
    assert fresh.scalar(select(Enrollment)).status is SeatStatus.ACTIVE


def test_a_guest_is_refused(client, course):
    assert withdraw(client, None, course).status_code == 401


def test_who_left_may_come_back(client, learner, course):
    withdraw(client, learner, course)

    assert client.post(f"/courses/{course.id}/enroll", auth=learner).status_code == 201


def test_the_news_is_recorded_each_time(client, learner, course, fresh):
    withdraw(client, learner, course)
    client.post(f"/courses/{course.id}/enroll", auth=learner)
    withdraw(client, learner, course)

    seats = select(Event.type).where(Event.type.startswith("enrollment")).order_by(Event.id)
    assert fresh.scalars(seats).all() == ["enrollment.created", "enrollment.withdrawn"] * 2
