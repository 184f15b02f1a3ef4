"""Seats are derived from their grants: live exactly while one of these is."""

import pytest
from sqlalchemy import func, select

from learnstream.models import Enrollment, Event, SeatGrant, SeatSource, SeatStatus
from learnstream.policies import entitlements
from learnstream.policies.access import seat_error
from learnstream.services.authoring import publishing
from learnstream.services.enrollment import due_seats, enrollments, grants, seat_rows
from learnstream.services.enrollment.grants import Reason
from learnstream.services.enrollment.seat_versions import open_versions
from learnstream.stores.sql import db
from tests.factories import archive, make_course, make_person
from tests.services.enrollment.conftest import GROUP, ORDER, OTHER_GROUP, in_days, pass_days

SELF = Reason(SeatSource.SELF)


def sources(holder):
    return [each.value for each in holder.seat.sources]


def recorded(session):
    session.rollback()
    return session.scalars(select(Event.type).where(Event.type.startswith("enrollment")).order_by(Event.id)).all()


def row(session):
    session.rollback()
    return session.scalar(select(Enrollment).execution_options(populate_existing=True))


def test_who_enrolled_by_hand_stays_when_the_group_leaves(holder, separate_session):
    enrollments.enroll(user_id=holder.user_id, course_id=holder.course_id)
    holder.give(GROUP)
    assert sources(holder) == ["group", "self"]

    holder.end(GROUP)

    assert holder.is_open
    assert sources(holder) == ["self"]
    assert recorded(separate_session) == ["enrollment.created"]


def test_a_seat_ends_with_its_last_reason(holder, separate_session):
    for reason in (GROUP, OTHER_GROUP):
        holder.give(reason)
    holder.end(GROUP)
    assert holder.is_open

    holder.end(OTHER_GROUP)

    assert not holder.is_open
    assert row(separate_session).status is SeatStatus.WITHDRAWN
    assert recorded(separate_session) == ["enrollment.created", "enrollment.withdrawn"]


def test_the_reason_that_holds_longest_is_shown(holder):
    holder.give(GROUP, days=3)
    holder.give(ORDER, days=9)
    assert (holder.seat.source, holder.seat.expires_at.date()) == (SeatSource.PAYMENT, in_days(9).date())

    holder.give(OTHER_GROUP)

    assert (holder.seat.source, holder.seat.expires_at) == (SeatSource.GROUP, None)


def test_giving_again_changes_the_period_and_nothing_else(holder, separate_session):
    holder.give(GROUP, days=3)
    before = row(separate_session)
    again = holder.give(GROUP, days=5)
    same = holder.give(GROUP)
    repeated = holder.give(GROUP)

    assert [len(each.change.all) for each in (again, same, repeated)] == [1, 1, 0]
    assert separate_session.scalar(select(func.count()).select_from(SeatGrant)) == 1
    assert row(separate_session).enrolled_at == before.enrolled_at
    assert recorded(separate_session) == ["enrollment.created"]


def test_a_refunded_order_gives_no_seat_again(holder):
    holder.give(ORDER)
    holder.end(ORDER)

    holder.give(ORDER)

    assert not holder.is_open


def test_a_suspended_reason_does_not_count_until_it_is_resumed(holder, separate_session):
    holder.give(GROUP)
    enrolled_at = row(separate_session).enrolled_at
    holder.suspend(GROUP)
    assert not holder.is_open
    holder.give(GROUP)
    assert not holder.is_open

    holder.resume(GROUP)

    assert holder.is_open
    assert row(separate_session).enrolled_at == enrolled_at


def test_a_grant_that_begins_later_opens_the_course_then(holder, separate_session):
    holder.give(GROUP, after=2, days=9)
    assert not holder.is_open
    assert recorded(separate_session) == []

    pass_days(3)

    # Before the job has run, and after.
    assert holder.is_open
    assert due_seats.derive_due() == 1
    assert holder.is_open
    assert (row(separate_session).status, row(separate_session).next_change_at) == (SeatStatus.ACTIVE, None)
    assert recorded(separate_session) == ["enrollment.created"]
    assert due_seats.derive_due() == 0


def test_days_count_from_when_a_grant_began(holder, separate_session):
    holder.give(GROUP, after=2)
    pass_days(3)

    shown = holder.seat.drip_from
    due_seats.derive_due()

    assert abs((in_days(0) - shown).total_seconds()) < 60
    assert abs((in_days(0) - holder.seat.drip_from).total_seconds()) < 60


def test_a_seat_that_begins_later_is_in_the_version_of_that_time(holder, owner, course, separate_session):
    holder.give(GROUP, after=2)
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()
    archive(course)
    pass_days(3)

    due_seats.derive_due()

    assert row(separate_session).course_version == 2


def test_a_grant_that_ends_before_another_one_leaves_it_alone(holder, separate_session):
    holder.give(GROUP, days=2)
    holder.give(ORDER, days=9)
    pass_days(3)

    assert sources(holder) == ["payment"]
    assert due_seats.derive_due() == 1
    assert row(separate_session).sources == ["payment"]


def test_a_seat_that_expired_before_the_next_grant_begins_is_open_again_then(holder):
    holder.give(GROUP, days=2)
    holder.give(OTHER_GROUP, after=4)
    pass_days(3)
    assert not holder.is_open

    pass_days(2)

    assert holder.is_open


def test_all_seats_of_a_learner_are_derived_when_they_are_due(holder):
    holder.give(GROUP, after=2)
    assert not [seat for seat in entitlements.seats(holder.user_id) if seat_error(seat) is None]

    pass_days(3)

    assert [seat for seat in entitlements.seats(holder.user_id) if seat_error(seat) is None]


def test_a_bar_ends_all_reasons_and_keeps_groups_and_payments_out(holder, admin):
    holder.give(GROUP)
    holder.give(OTHER_GROUP, after=3)
    grants.bar(seat_rows.lock(holder.pairs), barred_by=admin.id)
    db.session.commit()

    given = holder.give(GROUP), holder.give(ORDER)

    assert [each.barred for each in given] == [holder.pairs, holder.pairs]
    assert not holder.is_open
    pass_days(4)
    assert not holder.is_open


def test_a_seat_of_reports_that_arrive_late_keeps_its_end(holder):
    enrollments.enroll(user_id=holder.user_id, course_id=holder.course_id, expires_at=in_days(1))
    holder.give(GROUP)
    pass_days(2)
    holder.end(GROUP)

    # Not the end of the reason that had expired before.
    assert holder.seat.was_open(in_days(-0.5))
    assert not holder.seat.was_open(in_days(0.1))


@pytest.fixture
def school(owner):
    """Two hundred pairs of learners and courses."""
    courses = [make_course(owner) for _ in range(4)]
    people = [make_person() for _ in range(50)]
    return [(person.id, course.id) for person in people for course in courses]


def test_seats_of_many_need_as_many_statements_as_those_of_one(school, holder, queries):
    def counts(pairs):
        versions = open_versions({course_id for _, course_id in pairs})
        db.session.commit()
        found = []
        for call in (
            lambda: grants.give(pairs, GROUP, versions=versions),
            lambda: grants.suspend(pairs, GROUP),
            lambda: grants.resume(pairs, GROUP, versions=versions),
            lambda: grants.end(pairs, GROUP),
        ):
            queries.clear()
            call()
            # A second round trip to Redis opens a connection.
            assert queries.count("redis") in {1, 2}
            found.append(queries.count("sql"))
            db.session.commit()
        return found

    assert counts(school) == counts(holder.pairs)


def test_seats_of_many_change_together(school):
    assert len(grants.give(school, GROUP, versions=open_versions({course for _, course in school})).change.begun) == 200
    db.session.commit()

    assert len(grants.end(school, GROUP).over) == 200


def test_no_seats_are_no_error(app):
    assert grants.give([], GROUP, versions={}).change.begun == []
    assert grants.end([], GROUP).over == []


def test_a_pair_may_be_named_repeatedly(holder, admin):
    twice = holder.pairs * 2
    versions = open_versions([holder.course_id])

    assert len(grants.give(twice, GROUP, versions=versions).change.begun) == 1
    grants.bar(seat_rows.lock(twice), barred_by=admin.id)
    assert grants.give(twice, GROUP, versions=versions).barred == holder.pairs
