"""Seats of those who accepted an invitation, given by a follower of the fact."""

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, Enrollment, Event, Role, SeatGrant, SeatSource, SeatStatus
from learnstream.services.authoring import instructors, subject_changes
from learnstream.services.enrollment import enrollments
from learnstream.services.foundation import cursors, events, follower_status, following
from learnstream.services.foundation.followers import registered
from learnstream.stores.sql import db
from tests.factories import archive, give_to_group, make_course, make_person, make_seat, make_subject
from tests.payments import make_priced_course


@pytest.fixture(autouse=True)
def from_now_on(app):
    """Create the followers' cursors, as a release does."""
    cursors.register([*registered.values()])


def work():
    events.publish()
    following.follow_all()


def replay(admin):
    follower_status.replay("invited-seats", 1, by=admin.id)
    db.session.commit()
    work()


def seats(session):
    session.rollback()
    query = select(Enrollment.course_id, Enrollment.source, Enrollment.status).order_by(Enrollment.id)
    return [tuple(row) for row in session.execute(query)]


def created(session):
    session.rollback()
    return len(session.scalars(select(Event.id).where(Event.type == "enrollment.created")).all())


def withheld(session):
    session.rollback()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "invitation.seat_withheld"))
    return [(entry.details["course_id"], entry.details["reason"]) for entry in entries]


def test_administrators_give_seats_that_only_they_take_away(
    make_invitation, accept_as, stranger, owner, separate_session
):
    courses = [make_course(owner), make_course(owner)]
    accept_as(make_invitation(stranger.email, Role.STUDENT, *courses), stranger)
    assert seats(separate_session) == []

    work()

    assert seats(separate_session) == [(each.id, SeatSource.ADMIN, SeatStatus.ACTIVE) for each in courses]


def test_learners_may_leave_a_course_that_an_instructor_invited_them_to(
    make_invitation, accept_as, stranger, owner, course, separate_session
):
    accept_as(make_invitation(stranger.email, Role.STUDENT, course, by=owner, scope=course.id), stranger)

    work()

    assert seats(separate_session) == [(course.id, SeatSource.SELF, SeatStatus.ACTIVE)]


def test_an_invitation_to_a_course_with_a_price_gives_the_seat_and_holds_up_no_other(
    client, stripe, make_invitation, accept_as, stranger, owner, admin, course, separate_session
):
    priced = make_priced_course(client, owner, admin)
    accept_as(make_invitation(stranger.email, Role.STUDENT, priced, by=owner, scope=priced.id), stranger)
    accept_as(make_invitation(stranger.email, Role.STUDENT, course, by=owner, scope=course.id), stranger)

    work()

    assert [each[:2] for each in seats(separate_session)] == [
        (str(priced.id), SeatSource.SELF),
        (course.id, SeatSource.SELF),
    ]


@pytest.mark.parametrize("teaches_still", [True, False])
def test_a_teacher_of_the_subject_invites_while_they_teach(
    make_invitation, accept_as, stranger, owner, admin, separate_session, teaches_still
):
    teacher, subject = make_person(Role.INSTRUCTOR, "Tom"), make_subject()
    course = make_course(owner, subject_id=subject.id)
    subject_changes.replace_teachers(subject.id, by=admin.id, teacher_ids=[teacher.id])
    accept_as(make_invitation(stranger.email, Role.STUDENT, course, by=teacher, scope=course.id), stranger)
    if not teaches_still:
        subject_changes.replace_teachers(subject.id, by=admin.id, teacher_ids=[])
    db.session.commit()

    work()

    assert len(seats(separate_session)) == teaches_still
    assert withheld(separate_session) == ([] if teaches_still else [(course.id, "not_your_course")])


def test_a_replay_changes_nothing(make_invitation, accept_as, stranger, admin, course, separate_session):
    accept_as(make_invitation(stranger.email, Role.STUDENT, course), stranger)
    work()

    replay(admin)

    assert (len(seats(separate_session)), created(separate_session)) == (1, 1)


def test_a_replay_does_not_bring_back_who_has_left(
    make_invitation, accept_as, stranger, owner, admin, course, separate_session
):
    accept_as(make_invitation(stranger.email, Role.STUDENT, course, by=owner, scope=course.id), stranger)
    work()
    enrollments.withdraw(user_id=stranger.id, course_id=course.id)
    db.session.commit()

    replay(admin)

    assert seats(separate_session) == [(course.id, SeatSource.SELF, SeatStatus.WITHDRAWN)]


def test_a_seat_that_had_ended_before_is_renewed(make_invitation, accept_as, stranger, course, separate_session):
    make_seat(stranger, course)
    enrollments.withdraw(user_id=stranger.id, course_id=course.id)
    accept_as(make_invitation(stranger.email, Role.STUDENT, course), stranger)

    work()

    assert seats(separate_session) == [(course.id, SeatSource.ADMIN, SeatStatus.ACTIVE)]


def test_a_seat_that_is_live_stays_as_it_is(make_invitation, accept_as, stranger, course, separate_session):
    make_seat(stranger, course)
    accept_as(make_invitation(stranger.email, Role.STUDENT, course), stranger)

    work()

    assert seats(separate_session) == [(course.id, SeatSource.SELF, SeatStatus.ACTIVE)]


def test_a_course_that_was_archived_since_is_left_out(
    make_invitation, accept_as, stranger, owner, admin, separate_session
):
    closed, course = make_course(owner), make_course(owner)
    accept_as(make_invitation(stranger.email, Role.STUDENT, closed, course), stranger)
    archive(closed)

    work()
    replay(admin)

    assert [course_id for course_id, *_ in seats(separate_session)] == [course.id]
    assert withheld(separate_session) == [(closed.id, "course_archived")]


def test_an_inviter_who_was_removed_from_the_course_gives_no_seat(
    make_invitation, accept_as, stranger, owner, other_owner, admin, course, separate_session
):
    invitation = make_invitation(stranger.email, Role.STUDENT, course, by=owner, scope=course.id)
    instructors.replace(course_id=course.id, instructor_ids=[other_owner.id], changed_by=admin.id)
    accept_as(invitation, stranger)

    work()

    assert (seats(separate_session), withheld(separate_session)) == ([], [(course.id, "not_your_course")])


def test_who_is_barred_from_a_course_gets_no_seat_by_an_invitation(
    make_invitation, accept_as, stranger, admin, course, separate_session
):
    seat_id = make_seat(stranger, course).id
    enrollments.revoke(seat_id, revoked_by=admin.id)
    db.session.commit()
    accept_as(make_invitation(stranger.email, Role.STUDENT, course), stranger)

    work()

    assert seats(separate_session) == [(course.id, SeatSource.SELF, SeatStatus.WITHDRAWN)]
    assert withheld(separate_session) == [(course.id, "enrollment_barred")]


def test_an_invitation_adds_a_reason_to_a_groups_seat(make_invitation, accept_as, stranger, course, separate_session):
    give_to_group(stranger, course)
    accept_as(make_invitation(stranger.email, Role.STUDENT, course), stranger)

    work()

    separate_session.rollback()
    live = select(SeatGrant.source).where(SeatGrant.is_live(now())).order_by(SeatGrant.id)
    assert separate_session.scalars(live).all() == [SeatSource.GROUP, SeatSource.ADMIN]
