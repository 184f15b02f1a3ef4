"""Processes that are killed while they give and end the seats of a group: nothing is half done, and they finish once."""

import pytest
from sqlalchemy import func, select

from learnstream.clock import now
from learnstream.models import Enrollment, Event, EventType, SeatGrant
from learnstream.models.group import Group, GroupMember
from learnstream.services.enrollment import group_courses, group_members, group_programs, group_seats, groups
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.factories import make_person, make_program

MEMBERS = 25  # in batches of ten
MOMENTS = [
    ("after_commit", (2,)),
    ("before_commit", (3,)),
    *[pytest.param("before_commit", (number,), marks=pytest.mark.thorough) for number in (2, 4)],
    *[pytest.param("after_commit", (number,), marks=pytest.mark.thorough) for number in (3, 4)],
]


@pytest.fixture
def group(admin, course):
    """A group whose members are yet to be given a course."""
    group_id = groups.create(by=admin.id, name="Class 7B", code="7B")["id"]
    group_members.add(group_id, [make_person().id for _ in range(MEMBERS)], by=admin.id)
    db.session.commit()
    group_courses.give(group_id, course.id, by=admin.id)
    db.session.commit()
    return group_id


def count(*conditions):
    return db.session.scalar(select(func.count()).where(*conditions))


def live():
    """Return how many seats are live, which are as many as there are live grants."""
    seats = count(Enrollment.is_live(now()))
    assert seats == count(SeatGrant.is_live(now()))
    return seats


def finish():
    outbox.relay(topic=group_seats.TOPIC)
    db.session.rollback()


@pytest.mark.parametrize(("moment", "commits"), MOMENTS)
def test_seats_that_are_given_by_workers_who_die_are_given_once(group, kill_worker, moment, commits):
    for commit in commits:
        kill_worker(group_seats.TOPIC, moment, commit)
        assert live() in {0, 10, 20, MEMBERS}
    finish()

    assert live() == count(SeatGrant.id.is_not(None)) == MEMBERS
    assert count(Event.type == EventType.ENROLLMENT_CREATED) == MEMBERS
    assert group_seats.count(group) == {"due": 0, "done": MEMBERS, "failed": 0}


@pytest.mark.parametrize(("moment", "commits"), MOMENTS)
def test_a_deletion_by_workers_who_die_ends_each_seat_once(group, admin, kill_worker, moment, commits):
    finish()
    groups.remove(group, by=admin.id)
    db.session.commit()

    for commit in commits:
        kill_worker(group_seats.TOPIC, moment, commit)
        assert live() in {MEMBERS, 15, 5, 0}
        assert count(Group.id == group) == 1 or live() == 0
    finish()

    assert live() == count(Group.id == group) == count(GroupMember.group_id == group) == 0
    assert count(Event.type == EventType.ENROLLMENT_WITHDRAWN) == MEMBERS


@pytest.mark.parametrize(("moment", "left"), [("before_commit", MEMBERS), ("after_commit", 0)])
@pytest.mark.parametrize("path", ["/admin/groups/{group}", "/admin/groups/{group}/programs/{program}"])
def test_a_web_process_that_dies_ends_all_seats_or_none(admin, course, kill_process, path, moment, left):
    group, program = groups.create(by=admin.id, name="Class 7B", code="7B")["id"], make_program(course).id
    group_members.add(group, [make_person().id for _ in range(MEMBERS)], by=admin.id)
    group_programs.give(group, program, by=admin.id)
    db.session.commit()
    finish()

    target = path.format(group=group, program=program)
    kill_process("kill_after_commit", "DELETE", target, admin.token, "{}", moment)
    assert live() == MEMBERS
    finish()

    assert live() == left
    assert count(Event.type == EventType.ENROLLMENT_WITHDRAWN) == MEMBERS - left
    assert count(Group.id == group) == (1 if left or "programs" in path else 0)
