"""Migrations of enrollments: rows of earlier releases, and rows that these write beside a later release."""

from datetime import UTC, datetime

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import column, select, table, text, update

from learnstream.stores.sql import db
from tests.factories import make_person

BEFORE_ENDS, BEFORE_STATUS = "5c1f0a7d92be", "c37d5b1e8f04"
MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))


@pytest.fixture
def downgrade_to(app):
    """Downgrade to an earlier revision of the tables."""
    yield lambda revision: downgrade(revision=revision)
    db.session.rollback()
    upgrade()


@pytest.fixture
def insert_enrollment(app):
    """Insert an enrollment as an earlier release does; return its id."""

    def insert_enrollment(status, completed_at=None, updated_at=JUNE, enrolled_at=JUNE):
        columns = {"user": person.id, "status": status, "completed": completed_at, "updated": updated_at}
        statement = text(
            "INSERT INTO enrollments"
            " (user_id, course_id, course_version, source, status, enrolled_at, completed_at, updated_at)"
            " VALUES (:user, repeat('a', 24), 1, 'self', :status, :enrolled, :completed, :updated) RETURNING id"
        )
        seat_id = db.session.scalar(statement, columns | {"enrolled": enrolled_at})
        db.session.commit()
        return seat_id

    person = make_person(name="Lea")
    return insert_enrollment


def facts(seat_id, *names):
    wanted = select(*map(column, names)).select_from(table("enrollments")).where(column("id") == seat_id)
    row = db.session.execute(wanted).one()
    db.session.commit()
    return tuple(row)


def change(seat_id, **values):
    seats = table("enrollments", column("id"), *map(column, values))
    db.session.execute(update(seats).where(seats.c.id == seat_id).values(values))
    db.session.commit()


@pytest.mark.parametrize(
    ("status", "completed_at", "repaired"),
    [
        ("active", MAY, ("completed", MAY)),
        ("completed", None, ("completed", JUNE)),
        ("completed", MAY, ("completed", MAY)),
        ("active", None, ("active", None)),
        ("withdrawn", MAY, ("withdrawn", MAY)),
    ],
)
def test_a_status_that_contradicts_completion_is_repaired(
    downgrade_to, insert_enrollment, status, completed_at, repaired
):
    downgrade_to(BEFORE_STATUS)
    seat_id = insert_enrollment(status, completed_at)
    upgrade()

    assert facts(seat_id, "status", "completed_at") == repaired


def test_a_seat_that_was_withdrawn_before_ended_when_it_was_last_changed(downgrade_to, insert_enrollment):
    downgrade_to(BEFORE_ENDS)
    seat_id = insert_enrollment("withdrawn")
    upgrade()

    assert facts(seat_id, "ended_at") == (JUNE,)


def test_a_renewed_seat_counts_its_days_from_when_the_feed_says_it_was_given_first(downgrade_to, insert_enrollment):
    downgrade_to(BEFORE_ENDS)
    seat_id = insert_enrollment("active", enrolled_at=JULY)
    event = text(
        "INSERT INTO events (event_id, type, occurred_at, data, recorded_at)"
        " VALUES (:id, 'enrollment.created', :at, jsonb_build_object('enrollment_id', :seat), :at)"
    )
    for at in (JULY, MAY):
        db.session.execute(event, {"id": f"given {at}", "at": at, "seat": seat_id})
    db.session.commit()
    upgrade()

    assert facts(seat_id, "drip_from", "enrolled_at") == (MAY, JULY)


def test_the_previous_release_writes_no_contradiction(insert_enrollment):
    seat_id = insert_enrollment("active", completed_at=MAY)
    assert facts(seat_id, "status") == ("completed",)

    change(seat_id, status="withdrawn")
    assert facts(seat_id, "status", "completed_at", "ended_at") == ("withdrawn", MAY, JUNE)

    change(seat_id, status="active")
    assert facts(seat_id, "status", "ended_at") == ("completed", None)

    change(seat_id, status="active", completed_at=None)
    assert facts(seat_id, "status") == ("active",)
