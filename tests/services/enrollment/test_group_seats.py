"""The seats of groups' members, after the command has run."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Enrollment, Event, EventType, Role, SeatGrant, SeatSource
from learnstream.models.group import Group, GroupMember
from learnstream.services.enrollment import enrollments, grants, group_courses, group_members, group_seats, groups
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.factories import archive, make_course, make_person, make_seat

DONE = {"due": 0, "failed": 0}


def run():
    """Commit, and have all due commands carried out."""
    db.session.commit()
    outbox.relay(topic=group_seats.TOPIC)
    db.session.expire_all()


def open_to(course):
    """The ids of the users to whom a course is open."""
    live = select(Enrollment.user_id).where(Enrollment.course_id == course.id, Enrollment.is_live(now()))
    return set(db.session.scalars(live))


def pending():
    return db.session.scalars(select(outbox.OutboxMessage).where(*outbox.PENDING)).all()


@pytest.fixture
def people(app):
    return [make_person(Role.STUDENT, name).id for name in ("Ana", "Bea", "Cai")]


@pytest.fixture
def given(admin, group, course):
    """A group with members who have seats in `course`."""
    group_courses.give(group, course.id, by=admin.id)
    run()
    return group


def test_the_state_counts_what_is_due_until_the_command_has_run(admin, group, course, people):
    group_courses.give(group, course.id, by=admin.id)
    db.session.commit()
    before = group_seats.count(group)

    run()

    assert before == {"due": 3, "done": 0, "failed": 0}
    assert group_seats.count(group) == {"due": 0, "done": 3, "failed": 0}
    assert open_to(course) == set(people)


def test_who_joins_later_gets_what_was_given_before(admin, given, course):
    newcomer = make_person()
    group_members.add(given, [newcomer.id], by=admin.id)

    run()

    assert newcomer.id in open_to(course)


def test_what_is_given_later_is_for_all(admin, owner, given, people):
    later = make_course(owner, title="Botany")
    group_courses.give(given, later.id, by=admin.id)

    run()

    assert open_to(later) == set(people)


def test_leaving_ends_the_group_s_reason_alone(admin, given, course, people):
    enrollments.enroll(user_id=people[0], course_id=course.id)
    enrollments.grant(user_id=people[1], course_id=course.id, expires_at=None, granted_by=admin.id)
    group_members.remove(given, people, by=admin.id)

    run()

    assert open_to(course) == set(people[:2])
    assert group_seats.count(given) == DONE | {"done": 0}


def test_taking_a_course_ends_its_seats_alone(admin, owner, given, course, people):
    other = make_course(owner, title="Botany")
    group_courses.give(given, other.id, by=admin.id)
    run()

    group_courses.take(given, course.id, by=admin.id)
    run()

    assert (open_to(course), open_to(other)) == (set(), set(people))


def test_who_comes_back_has_the_same_enrollment(admin, given, course, people):
    seat = db.session.scalar(select(Enrollment.id).where(Enrollment.user_id == people[0]))
    for change in (group_members.remove, group_members.add):
        change(given, people[:1], by=admin.id)
        run()

    assert db.session.scalar(select(Enrollment.id).where(Enrollment.user_id == people[0])) == seat
    assert people[0] in open_to(course)


def test_the_barred_are_skipped_and_counted_also_by_the_next_command(admin, given, course, people):
    seat = db.session.scalar(select(Enrollment.id).where(Enrollment.user_id == people[0]))
    enrollments.revoke(seat, revoked_by=admin.id)
    group_seats.request(given)

    run()

    assert open_to(course) == set(people[1:])
    assert group_seats.count(given) == {"due": 0, "done": 2, "failed": 1}


@pytest.mark.parametrize("first", ["old", "new"])
def test_a_course_stays_open_to_members_who_move_whichever_command_runs_first(
    admin, make_group, given, course, people, first
):
    other = make_group("7a")
    group_courses.give(other, course.id, by=admin.id)
    run()

    group_members.move(given, people, to_group_id=other, by=admin.id)
    db.session.commit()
    group_seats.carry_out({"group_id": given if first == "old" else other})
    db.session.commit()
    run()

    assert open_to(course) == set(people)
    assert (group_seats.count(given)["done"], group_seats.count(other)["done"]) == (0, 3)
    withdrawn = select(Event).where(Event.type == EventType.ENROLLMENT_WITHDRAWN)
    assert db.session.scalars(withdrawn).all() == []


def test_members_who_move_to_a_group_without_the_course_lose_it(admin, make_group, given, course, people):
    group_members.move(given, people[:1], to_group_id=make_group("7a"), by=admin.id)

    run()

    assert open_to(course) == set(people[1:])


def test_an_archived_group_gives_nothing_until_it_is_restored(admin, given, course, people):
    groups.change(given, by=admin.id, archived=True)
    run()
    archived = open_to(course)

    groups.change(given, by=admin.id, archived=False)
    run()

    assert (archived, open_to(course)) == (set(), set(people))


def test_a_deleted_group_is_removed_when_its_seats_have_ended(admin, given, course):
    groups.remove(given, by=admin.id)
    run()

    assert open_to(course) == set()
    assert db.session.query(Group).all() == db.session.query(GroupMember).all() == []


def test_seats_have_the_dates_of_the_group_s_course(admin, given, course, people):
    ends = now() + timedelta(days=7)
    group_courses.give(given, course.id, by=admin.id, expires_at=ends)
    run()
    limited = set(db.session.scalars(select(Enrollment.expires_at)))

    group_courses.give(given, course.id, by=admin.id, starts_at=now() + timedelta(days=1))
    run()

    assert limited == {ends}
    assert open_to(course) == set()
    assert group_seats.count(given) == DONE | {"done": 3}
    group_courses.give(given, course.id, by=admin.id)
    run()
    assert open_to(course) == set(people)


def test_an_extension_for_one_learner_is_kept_by_the_next_command(admin, given, course, people):
    group_courses.give(given, course.id, by=admin.id, expires_at=now() + timedelta(days=7))
    run()
    [grant] = grants.of_seat((people[0], course.id))
    seat, longer = db.session.scalar(select(Enrollment).where(Enrollment.user_id == people[0])), now() + timedelta(30)
    enrollments.change_expiry(seat.id, expires_at=longer, changed_by=admin.id, grant_id=grant.id)
    group_seats.request(given)

    run()

    assert db.session.get_one(SeatGrant, grant.id).expires_at == longer


def test_a_course_that_was_archived_keeps_its_seats_and_gives_no_new_ones(admin, given, course, people):
    archive(course)
    newcomer = make_person()
    group_members.add(given, [newcomer.id], by=admin.id)

    run()

    assert open_to(course) == set(people)
    assert group_seats.count(given) == {"due": 0, "done": 3, "failed": 1}
    assert pending() == []


def test_who_was_enrolled_before_has_both_reasons(admin, group, course, people):
    db.session.commit()
    make_seat(make_person(), course)
    enrollments.enroll(user_id=people[0], course_id=course.id)
    group_courses.give(group, course.id, by=admin.id)

    run()

    seat = db.session.scalar(select(Enrollment).where(Enrollment.user_id == people[0]))
    assert set(seat.sources) == {SeatSource.SELF, SeatSource.GROUP}


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_an_interrupted_command_is_finished_once(monkeypatch, admin, group, course, people, batches):
    monkeypatch.setattr(group_seats, "BATCH", 1)
    give, calls = grants.give, []

    def give_and_fail(*args, **options):
        given = give(*args, **options)
        calls.append(given)
        if len(calls) == batches:
            raise RuntimeError("the worker is gone")
        return given

    group_courses.give(group, course.id, by=admin.id)
    db.session.commit()
    monkeypatch.setattr(grants, "give", give_and_fail)
    with pytest.raises(RuntimeError):
        group_seats.carry_out({"group_id": group})
    db.session.rollback()
    left = group_seats.count(group)["due"]

    run()

    assert left == 4 - batches
    assert open_to(course) == set(people)
    began = db.session.scalars(select(Event).where(Event.type == EventType.ENROLLMENT_CREATED)).all()
    assert len(began) == 3


def test_what_takes_too_long_is_left_to_another_message(monkeypatch, admin, group, course, people):
    monkeypatch.setattr(group_seats, "BATCH", 1)
    monkeypatch.setattr(group_seats, "LONGEST", 0.0)
    group_courses.give(group, course.id, by=admin.id)

    run()

    assert open_to(course) == set(people)
    assert pending() == []
