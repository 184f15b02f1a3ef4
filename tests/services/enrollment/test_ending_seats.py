"""Enrollments that end within a week: each is told once for each end."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import Enrollment, Event, SeatStatus
from learnstream.schemas.foundation.events import SHAPES
from learnstream.services.enrollment import ending_seats
from learnstream.services.foundation import events
from learnstream.stores.sql import db
from tests.factories import make_person, make_seat

DAY = timedelta(days=1)


def told():
    db.session.rollback()
    found = db.session.scalars(select(Event).where(Event.type == "seat.ending").order_by(Event.id))
    return [each.data["enrollment_id"] for each in found]


@pytest.fixture
def ending(course):
    """Return a function that enrolls a person until a time from now, and returns the enrollment's id."""
    return lambda until, **columns: make_seat(make_person(), course, expires_at=now() + until, **columns).id


def test_seats_that_end_within_a_week_are_told_once(course, ending):
    soon = ending(6.9 * DAY)
    ending(7.1 * DAY)
    ending(-DAY)
    ending(DAY, status=SeatStatus.WITHDRAWN)
    make_seat(make_person(), course)

    assert [ending_seats.tell(), ending_seats.tell()] == [1, 0]
    assert told() == [soon]


def test_the_event_has_its_documented_shape(course, ending):
    ending(DAY)
    ending_seats.tell()
    events.publish()

    event = db.session.scalar(select(Event).where(Event.type == "seat.ending"))
    shape = SHAPES[event.type]()
    assert shape.validate(shape.dump(event)) == {}


def test_another_end_is_told_again(ending):
    seat = ending(2 * DAY)
    ending_seats.tell()

    db.session.execute(update(Enrollment).values(expires_at=now() + 5 * DAY))
    db.session.commit()
    ending_seats.tell()

    assert told() == [seat, seat]


def test_a_seat_is_told_when_its_week_begins(ending, move_clock):
    seat = ending(8 * DAY)
    assert ending_seats.tell() == 0

    move_clock(days=1, seconds=1)

    assert ending_seats.tell() == 1
    assert told() == [seat]


def test_telling_does_not_count_as_a_change(ending, separate_session):
    ending(DAY)
    before = separate_session.scalar(select(Enrollment.updated_at))

    ending_seats.tell()

    separate_session.rollback()
    assert separate_session.scalar(select(Enrollment.updated_at)) == before


def test_several_workers_tell_each_once(ending, at_once):
    seats = [ending((1 + number % 5) * DAY) for number in range(12)]

    at_once(*[lambda: ending_seats.tell(batch=2)] * 4)

    assert sorted(told()) == sorted(seats)


def test_a_worker_that_dies_before_its_commit_told_nothing(monkeypatch, ending):
    seat = ending(DAY)

    def die():
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(db.session, "commit", die)
        with pytest.raises(KeyboardInterrupt):
            ending_seats.tell()

    assert told() == []
    assert ending_seats.tell() == 1
    assert told() == [seat]


def test_ending_seats_are_found_by_their_index(other_seats, explain, ending):
    ending(DAY)
    other_seats()

    plan = explain(lambda: ending_seats._untold(500))

    assert "ix_enrollments_untold_ends" in plan
