"""The seats of groups that are given programs, after the commands have run."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Enrollment, Event, EventType, SeatGrant, SeatSource
from learnstream.policies import entitlements
from learnstream.services.authoring import publishing
from learnstream.services.enrollment import (
    enrollments,
    group_courses,
    group_members,
    group_programs,
    group_seats,
    groups,
    program_members,
    programs,
)
from learnstream.services.foundation import cursors, events, following, outbox
from learnstream.services.foundation.followers import registered
from learnstream.stores.sql import db
from tests.factories import archive, make_course, make_person, make_program


@pytest.fixture(autouse=True)
def from_now_on(app):
    """Create the followers' cursors, as a release does."""
    cursors.register([*registered.values()])


@pytest.fixture
def courses(owner):
    return [make_course(owner, title=title) for title in ("Moon", "Mars", "Stars")]


@pytest.fixture
def people(app):
    return [make_person(name=name).id for name in ("Ana", "Bea")]


@pytest.fixture
def give(admin):
    """Return a function that gives a group a program, and has its seats given."""

    def give(group, program, **terms):
        group_programs.give(group, program.id, by=admin.id, **terms)
        work()

    return give


def work():
    """Commit, publish events, follow them, and bring seats up to date, as the workers do."""
    db.session.commit()
    events.publish()
    following.follow_all()
    while outbox.relay():
        pass
    db.session.expire_all()


def open_to(user_id):
    live = select(Enrollment.course_id).where(Enrollment.user_id == user_id, Enrollment.is_live(now()))
    return set(db.session.scalars(live))


def ids(*courses):
    return {each.id for each in courses}


def seat_of(user_id, course):
    of_user = (Enrollment.user_id == user_id, Enrollment.course_id == course.id)
    return db.session.scalar(select(Enrollment).where(*of_user))


def complete(user_id, course):
    """Complete a course, as the roll-up does."""
    seat = seat_of(user_id, course)
    seat.completed_at = now()
    entitlements.seat_changed(user_id, course.id)
    data = {"enrollment_id": seat.id, "user_id": user_id, "course_id": course.id, "version": 1}
    events.record(EventType.COURSE_COMPLETED, f"{user_id}:{course.id}", **data)
    work()


def test_members_have_all_courses_for_the_groups_reason(give, group, people, courses):
    give(group, make_program(*courses))

    assert [open_to(each) for each in people] == [ids(*courses)] * 2
    reasons = {(each.source, each.source_id) for each in db.session.scalars(select(SeatGrant))}
    assert reasons == {(SeatSource.GROUP, group)}
    assert group_seats.count(group) == {"due": 0, "done": 6, "failed": 0}


def test_who_joins_later_gets_the_program_and_who_leaves_loses_it(admin, give, group, people, courses):
    newcomer = make_person().id
    give(group, make_program(*courses))
    group_members.add(group, [newcomer], by=admin.id)
    group_members.remove(group, people[:1], by=admin.id)

    work()

    assert (open_to(newcomer), open_to(people[0])) == (ids(*courses), set())


def test_courses_that_are_added_later_come_and_removed_ones_go(admin, give, group, people, courses):
    program = make_program(*courses[:2])
    give(group, program)

    programs.change(program.id, by=admin.id, course_ids=[courses[1].id, courses[2].id])
    work()

    assert [open_to(each) for each in people] == [ids(*courses[1:])] * 2


def test_drafts_and_archived_courses_come_when_they_open(admin, owner, client, give, group, people, courses):
    draft = make_course(owner, title="Comets", published=False)
    archive(courses[0])
    give(group, make_program(courses[0], draft, courses[1]))
    waiting = group_seats.count(group)
    assert open_to(people[0]) == ids(courses[1])

    client.post(f"/courses/{draft.id}/lessons", auth=owner, json={"title": "Tails", "kind": "text", "body": "x"})
    publishing.publish(course_id=draft.id, published_by=owner.id)
    work()
    client.patch(f"/courses/{courses[0].id}", auth=owner, json={"status": "published"})
    work()

    assert waiting == {"due": 0, "done": 2, "failed": 4}
    assert open_to(people[0]) == ids(courses[0], draft, courses[1])
    assert group_seats.count(group) == {"due": 0, "done": 6, "failed": 0}


def test_a_groups_own_course_comes_when_it_opens_again(admin, client, owner, group, people, courses):
    group_courses.give(group, courses[0].id, by=admin.id)
    db.session.commit()
    archive(courses[0])
    work()
    assert open_to(people[0]) == set()

    client.patch(f"/courses/{courses[0].id}", auth=owner, json={"status": "published"})
    work()

    assert open_to(people[0]) == ids(courses[0])


def test_a_sequential_program_opens_course_by_course_to_each_member(give, group, people, courses):
    give(group, make_program(*courses, sequential=True))
    assert [open_to(each) for each in people] == [ids(courses[0])] * 2
    assert group_seats.count(group) == {"due": 0, "done": 2, "failed": 0}

    complete(people[0], courses[0])
    assert [open_to(each) for each in people] == [ids(*courses[:2]), ids(courses[0])]

    complete(people[0], courses[1])
    assert [open_to(each) for each in people] == [ids(*courses), ids(courses[0])]


def test_what_was_given_stays_when_a_program_becomes_sequential(admin, give, group, people, courses):
    program = make_program(*courses)
    give(group, program)

    programs.change(program.id, by=admin.id, sequential=True)
    work()

    assert open_to(people[0]) == ids(*courses)
    assert group_seats.count(group) == {"due": 0, "done": 6, "failed": 0}


@pytest.mark.parametrize("how", ["take", "delete", "archive"])
def test_seats_end_with_the_programs_reason_alone(admin, give, group, people, courses, how):
    program = make_program(*courses)
    give(group, program)
    enrollments.enroll(user_id=people[0], course_id=courses[0].id)
    program_members.add(program.id, people[1:], by=admin.id)
    work()

    if how == "take":
        group_programs.take(group, program.id, by=admin.id)
    elif how == "delete":
        programs.remove(program.id, by=admin.id)
    else:
        groups.change(group, by=admin.id, archived=True)
    work()

    assert open_to(people[0]) == ids(courses[0])
    assert open_to(people[1]) == (set() if how == "delete" else ids(*courses))


def test_a_course_that_a_group_has_in_two_ways_stays_until_both_end(admin, give, group, people, courses):
    first, second = make_program(*courses[:2]), make_program(*courses[1:])
    give(group, first)
    give(group, second)
    group_courses.give(group, courses[0].id, by=admin.id)

    group_programs.take(group, first.id, by=admin.id)
    work()
    assert open_to(people[0]) == ids(*courses)

    group_courses.take(group, courses[0].id, by=admin.id)
    work()
    assert open_to(people[0]) == ids(*courses[1:])


def test_a_course_given_in_two_ways_has_the_longest_of_the_dates(admin, give, group, people, courses):
    soon, later = now() + timedelta(days=1), now() + timedelta(days=9)
    program = make_program(*courses)
    give(group, program, expires_at=soon)
    group_courses.give(group, courses[0].id, by=admin.id, expires_at=later)
    work()
    both = seat_of(people[0], courses[0]).expires_at
    group_courses.take(group, courses[0].id, by=admin.id)
    work()

    assert (both, seat_of(people[0], courses[0]).expires_at) == (later, soon)


@pytest.mark.parametrize("removed", ["the course", "the program"])
def test_dates_follow_when_a_program_gives_a_course_no_longer(admin, give, group, people, courses, removed):
    soon = now() + timedelta(days=1)
    program = make_program(*courses)
    give(group, program)
    group_courses.give(group, courses[0].id, by=admin.id, expires_at=soon)
    work()
    assert seat_of(people[0], courses[0]).expires_at is None

    if removed == "the course":
        programs.change(program.id, by=admin.id, course_ids=[courses[1].id])
    else:
        programs.remove(program.id, by=admin.id)
    work()

    assert seat_of(people[0], courses[0]).expires_at == soon


def test_a_course_that_a_member_reaches_is_not_cut_short_by_another_offer(admin, give, group, people, courses):
    soon = now() + timedelta(days=1)
    group_courses.give(group, courses[1].id, by=admin.id, expires_at=soon)
    give(group, make_program(*courses, sequential=True))
    assert seat_of(people[0], courses[1]).expires_at == soon

    complete(people[0], courses[0])

    assert [seat_of(each, courses[1]).expires_at for each in people] == [None, soon]


def test_an_extension_for_one_learner_is_kept_by_the_next_command(admin, give, group, people, courses):
    program = make_program(*courses)
    give(group, program, expires_at=now() + timedelta(days=7))
    seat, longer = seat_of(people[0], courses[0]), now() + timedelta(days=30)
    enrollments.change_expiry(seat.id, expires_at=longer, changed_by=admin.id)

    programs.change(program.id, by=admin.id, course_ids=[courses[0].id])
    work()

    assert seat_of(people[0], courses[0]).expires_at == longer


def test_members_who_move_keep_the_courses_that_the_other_groups_program_has(
    admin, make_group, give, group, people, courses
):
    other = make_group("7a")
    give(group, make_program(*courses[:2]))
    give(other, make_program(*courses[1:]))

    group_members.move(group, people, to_group_id=other, by=admin.id)
    work()

    assert open_to(people[0]) == ids(*courses[1:])
    withdrawn = db.session.scalars(select(Event).where(Event.type == EventType.ENROLLMENT_WITHDRAWN))
    assert {each.data["course_id"] for each in withdrawn} == ids(courses[0])


def test_who_was_taken_out_of_a_course_is_skipped(admin, give, group, people, courses):
    give(group, make_program(*courses))
    enrollments.revoke(seat_of(people[0], courses[0]).id, revoked_by=admin.id)
    group_seats.request(group)

    work()

    assert open_to(people[0]) == ids(*courses[1:])
    assert group_seats.count(group) == {"due": 0, "done": 5, "failed": 1}


@pytest.mark.parametrize("how", ["course", "program", "learner"])
def test_the_other_reasons_come_back_when_a_bar_is_lifted(admin, give, group, people, courses, how):
    person, course = people[0], courses[0]
    if how == "course":
        group_courses.give(group, course.id, by=admin.id)
    elif how == "program":
        give(group, make_program(course))
    else:
        program_members.add(make_program(course).id, [person], by=admin.id)
    work()
    enrollments.revoke(seat_of(person, course).id, revoked_by=admin.id)
    work()

    enrollments.grant(user_id=person, course_id=course.id, expires_at=None, granted_by=admin.id)
    work()

    reason = SeatSource.PROGRAM if how == "learner" else SeatSource.GROUP
    assert set(seat_of(person, course).sources) == {SeatSource.ADMIN, reason}


def test_a_learner_has_a_program_once_since_they_first_had_it(client, admin, give, group, courses):
    person = make_person()
    own, with_group = make_program(courses[0], title="Own"), make_program(courses[1], title="With the group")
    program_members.add(own.id, [person.id], by=admin.id)
    group_members.add(group, [person.id], by=admin.id)
    give(group, with_group)
    give(group, own)

    listed = client.get("/users/me/programs", auth=person).json
    assert [each["title"] for each in listed] == ["With the group", "Own"]

    groups.change(group, by=admin.id, archived=True)
    work()
    assert [each["title"] for each in client.get("/users/me/programs", auth=person).json] == ["Own"]
