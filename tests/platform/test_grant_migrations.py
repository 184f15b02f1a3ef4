"""Grants of seats that the previous release has written, before the migration and beside this release."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, select, text

from learnstream.clock import now
from learnstream.models import Enrollment, SeatGrant, SeatSource
from learnstream.policies import entitlements
from learnstream.services.enrollment import enrollments, grants, seat_rows
from learnstream.services.enrollment.grants import Reason
from learnstream.stores.sql import db
from tests.factories import give_to_group, make_person, make_seat

BEFORE = "a3d70f5b1c64"
NEXT_YEAR = now() + timedelta(days=365)

# As the previous release enrolls: it renews only what is over.
ENROLL = text("""
    INSERT INTO enrollments (user_id, course_id, course_version, source, status, enrolled_at, updated_at)
    VALUES (:user, :course, 1, :source, 'active', now(), now())
    ON CONFLICT (user_id, course_id) DO UPDATE
    SET source = excluded.source, status = 'active', enrolled_at = excluded.enrolled_at, expires_at = NULL,
        ended_at = NULL, updated_at = excluded.updated_at
    WHERE enrollments.status = 'withdrawn' OR enrollments.expires_at <= now()
    RETURNING id
""")
WITHDRAW = text(
    "UPDATE enrollments SET status = 'withdrawn', ended_at = now(), updated_at = now() WHERE user_id = :user"
)
# Run by an operator before and after the previous release: docs/deployment.md.
PAGE = (Path(__file__).parents[2] / "docs" / "deployment.md").read_text()
RELABEL, RESTORE = map(text, re.findall(r"`(UPDATE enrollments SET source[^`]+)`", PAGE))
PROLONG = text("UPDATE enrollments SET expires_at = :at, updated_at = now() WHERE user_id = :user")


@pytest.fixture
def old(stranger, course):
    """Write as the previous release does."""

    def old(statement, **values):
        values = {"user": stranger.id, "course": course.id, "source": "self"} | values
        names = statement.compile().params.keys()
        found = db.session.execute(statement, {name: values[name] for name in names})
        rows = found.all() if found.returns_rows else None
        entitlements.seat_changed(stranger.id, course.id)
        db.session.commit()
        return rows

    return old


def reasons(*columns):
    """The grants of all seats, the oldest first."""
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(SeatGrant.id))]


def live():
    found = select(SeatGrant.source).where(SeatGrant.is_live(now())).order_by(SeatGrant.id)
    return [each.value for each in db.session.scalars(found)]


def test_each_enrollment_of_before_gets_its_grant(app, course):
    people = [make_person() for _ in range(4)]
    make_seat(people[0], course)
    make_seat(people[1], course, expires_at=NEXT_YEAR, source=SeatSource.ADMIN)
    make_seat(people[2], course)
    enrollments.withdraw(user_id=people[2].id, course_id=course.id)
    db.session.commit()
    downgrade(revision=BEFORE)
    upgrade()

    ended = SeatGrant.ended_at.is_not(None)
    assert reasons(SeatGrant.user_id, SeatGrant.source, SeatGrant.expires_at, ended) == [
        (people[0].id, SeatSource.SELF, None, False),
        (people[1].id, SeatSource.ADMIN, NEXT_YEAR, False),
        (people[2].id, SeatSource.SELF, None, True),
    ]
    assert db.session.scalars(select(Enrollment.sources).order_by(Enrollment.id)).all() == [
        ["self"],
        ["admin"],
        ["self"],
    ]


def test_an_enrollment_of_the_previous_release_has_a_grant(old, stranger, course):
    old(ENROLL, source="admin")

    assert reasons(SeatGrant.source, SeatGrant.ended_at) == [(SeatSource.ADMIN, None)]
    assert entitlements.seat(stranger.id, course.id).sources == (SeatSource.ADMIN,)
    give_to_group(stranger, course)
    assert live() == ["admin", "group"]


def test_a_second_enrollment_of_the_previous_release_changes_nothing(old):
    old(ENROLL)
    assert old(ENROLL) == []

    assert live() == ["self"]
    assert len(reasons(SeatGrant.id)) == 1


def test_a_withdrawal_of_the_previous_release_ends_all_reasons(old, stranger, course):
    make_seat(stranger, course)
    give_to_group(stranger, course)
    old(WITHDRAW)

    assert live() == []
    assert db.session.scalar(select(SeatGrant.id).where(SeatGrant.ended_at.is_(None))) is None


def test_a_renewal_of_the_previous_release_is_a_grant(old, stranger, course):
    make_seat(stranger, course)
    old(WITHDRAW)
    assert len(old(ENROLL, source="admin")) == 1

    assert live() == ["admin"]
    assert entitlements.seat(stranger.id, course.id).sources == (SeatSource.ADMIN,)


def test_an_end_of_the_previous_release_is_that_of_the_reasons(old, stranger, course):
    make_seat(stranger, course)
    give_to_group(stranger, course, expires_at=NEXT_YEAR)
    soon = now() + timedelta(days=1)
    old(PROLONG, at=soon)
    assert reasons(SeatGrant.expires_at) == [(soon,), (soon,)]

    old(PROLONG, at=NEXT_YEAR)

    assert sorted(reasons(SeatGrant.expires_at)) == [(soon,), (NEXT_YEAR,)]
    assert db.session.scalar(select(Enrollment.next_change_at)) == soon


def test_the_previous_release_enrolls_nobody_who_is_barred(old, admin, stranger, course):
    make_seat(stranger, course)
    grants.bar(seat_rows.lock([(stranger.id, course.id)]), barred_by=admin.id)
    db.session.commit()

    assert old(ENROLL) == []
    assert live() == []
    assert len(old(ENROLL, source="admin")) == 1
    assert live() == ["admin"]
    assert db.session.scalar(select(Enrollment.barred_at)) is None


def test_completing_and_moving_to_a_version_touches_no_grant(old, stranger, course):
    make_seat(stranger, course)
    before = reasons(SeatGrant.updated_at)
    old(text("UPDATE enrollments SET completed_at = now(), course_version = 2 WHERE user_id = :user"))

    assert reasons(SeatGrant.updated_at) == before


def test_a_grant_of_this_release_is_not_taken_over_twice(stranger, course):
    make_seat(stranger, course)
    grants.end([(stranger.id, course.id)], Reason(SeatSource.SELF))
    db.session.commit()
    make_seat(stranger, course)

    assert db.session.scalar(select(func.count()).select_from(SeatGrant)) == 2
    assert live() == ["self"]


def sources(person):
    """The source of a person's enrollment, and those of their live grants."""
    return db.session.scalar(select(Enrollment.source).where(Enrollment.user_id == person.id)), live()


@pytest.mark.parametrize("source", [SeatSource.PROGRAM, SeatSource.INVITATION])
def test_a_source_that_the_previous_release_cannot_read_is_relabelled(old, stranger, course, source):
    make_seat(stranger, course, source=source, expires_at=NEXT_YEAR)
    give_to_group(stranger, course, expires_at=now() + timedelta(days=1))
    before = reasons(SeatGrant.id, SeatGrant.source, SeatGrant.expires_at, SeatGrant.updated_at)
    old(RELABEL)

    assert sources(stranger) == (SeatSource.GROUP, [source, "group"])
    assert entitlements.seat(stranger.id, course.id).sources == tuple(sorted((source, SeatSource.GROUP)))
    assert reasons(SeatGrant.id, SeatGrant.source, SeatGrant.expires_at, SeatGrant.updated_at) == before


@pytest.mark.parametrize("source", [SeatSource.PROGRAM, SeatSource.INVITATION])
def test_a_relabelled_source_is_restored(old, stranger, course, source):
    make_seat(stranger, course, source=source)
    old(RELABEL)
    assert sources(stranger) == (SeatSource.GROUP, [source])

    old(RESTORE)

    assert sources(stranger) == (source, [source])


def test_the_previous_release_withdraws_a_relabelled_enrollment(old, stranger, course):
    make_seat(stranger, course, source=SeatSource.PROGRAM)
    old(RELABEL)
    old(WITHDRAW)
    assert sources(stranger) == (SeatSource.GROUP, [])

    old(RESTORE)

    assert sources(stranger) == (SeatSource.PROGRAM, [])
