"""Whatever happens to groups, programs and courses, members have the seats that they are owed, and no others."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.documents import CourseStatus
from learnstream.errors import AppError
from learnstream.models import Enrollment, EventType, SeatGrant, SeatSource
from learnstream.models.group import Group, GroupCourse, GroupMember, GroupProgram
from learnstream.models.program import Program, ProgramMember
from learnstream.policies import entitlements
from learnstream.policies.access import seat_error
from learnstream.services.authoring import courses as authored
from learnstream.services.enrollment import (
    due_seats,
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
from tests.factories import make_course, make_person, make_program
from tests.services.enrollment.conftest import in_days, pass_days

GROUP = PROGRAM = COURSE = st.integers(0, 1)
DAYS = st.none() | st.integers(1, 9)
COURSES = st.lists(COURSE, max_size=2, unique=True)


def step(name, *arguments):
    return st.tuples(st.just(name), *arguments)


STEPS = st.one_of(
    step("join", GROUP),
    step("leave_group", GROUP),
    step("move", GROUP),
    step("archive_group", GROUP, st.booleans()),
    step("give_course", GROUP, COURSE, DAYS),
    step("take_course", GROUP, COURSE),
    step("give_program", GROUP, PROGRAM, DAYS),
    step("give_program", GROUP, PROGRAM, DAYS),
    step("take_program", GROUP, PROGRAM),
    step("contain", PROGRAM, COURSES),
    step("set_sequential", PROGRAM, st.booleans()),
    step("join_program", PROGRAM),
    step("leave_program", PROGRAM),
    step("complete", COURSE),
    step("enroll", COURSE),
    step("leave", COURSE),
    step("revoke", COURSE),
    step("grant", COURSE),
    # A bar that is lifted after groups have skipped the seat: as two steps, too rare for 100 examples.
    step("revoke_and_grant", COURSE),
    step("set_status", COURSE, st.sampled_from(["archived", "published"])),
    step("days_pass", st.integers(1, 5)),
    step("one_command_runs"),
)


class School:
    """One learner, two groups, programs and courses. The first group has the learner and both programs."""

    def __init__(self, admin, owner, courses):
        self.admin, self.owner, self.courses = admin.id, owner.id, [each.id for each in courses]
        self.person = make_person().id
        self.groups = [groups.create(by=self.admin, name="A", code=f"{self.person}-{n}")["id"] for n in range(2)]
        self.programs = [make_program(*courses, sequential=sequential).id for sequential in (True, False)]
        group_members.add(self.groups[0], [self.person], by=self.admin)
        for each in self.programs:
            group_programs.give(self.groups[0], each, by=self.admin)
        db.session.commit()

    def join(self, group):
        group_members.add(self.groups[group], [self.person], by=self.admin)

    def leave_group(self, group):
        group_members.remove(self.groups[group], [self.person], by=self.admin)

    def move(self, group):
        other = self.groups[1 - group]
        group_members.move(self.groups[group], [self.person], to_group_id=other, by=self.admin)

    def archive_group(self, group, archived):
        groups.change(self.groups[group], by=self.admin, archived=archived)

    def give_course(self, group, course, days):
        ends = days and in_days(days)
        group_courses.give(self.groups[group], self.courses[course], by=self.admin, expires_at=ends)

    def take_course(self, group, course):
        group_courses.take(self.groups[group], self.courses[course], by=self.admin)

    def give_program(self, group, program, days):
        ends = days and in_days(days)
        group_programs.give(self.groups[group], self.programs[program], by=self.admin, expires_at=ends)

    def take_program(self, group, program):
        group_programs.take(self.groups[group], self.programs[program], by=self.admin)

    def contain(self, program, courses):
        programs.change(self.programs[program], by=self.admin, course_ids=[self.courses[each] for each in courses])

    def set_sequential(self, program, sequential):
        programs.change(self.programs[program], by=self.admin, sequential=sequential)

    def join_program(self, program):
        program_members.add(self.programs[program], [self.person], by=self.admin)

    def leave_program(self, program):
        program_members.remove(self.programs[program], [self.person], by=self.admin)

    def seat(self, course):
        of_seat = (Enrollment.user_id == self.person, Enrollment.course_id == self.courses[course])
        return db.session.scalar(select(Enrollment).where(*of_seat), execution_options={"populate_existing": True})

    def complete(self, course):
        seat = self.seat(course)
        if seat is None or seat.completed_at or not seat.opens(now()):
            return
        seat.completed_at = now()
        entitlements.seat_changed(seat.user_id, seat.course_id)
        data = {"enrollment_id": seat.id, "user_id": seat.user_id, "course_id": seat.course_id, "version": 1}
        events.record(EventType.COURSE_COMPLETED, f"{seat.user_id}:{seat.course_id}", **data)

    def enroll(self, course):
        enrollments.enroll(user_id=self.person, course_id=self.courses[course])

    def leave(self, course):
        enrollments.withdraw(user_id=self.person, course_id=self.courses[course])

    def revoke(self, course):
        if seat := self.seat(course):
            enrollments.revoke(seat.id, revoked_by=self.admin)

    def grant(self, course):
        ids = {"user_id": self.person, "course_id": self.courses[course]}
        enrollments.grant(**ids, expires_at=None, granted_by=self.admin)

    def revoke_and_grant(self, course):
        self.revoke(course)
        self.workers_run()
        self.grant(course)

    def set_status(self, course, status):
        authored.update(course_id=self.courses[course], changed_by=self.owner, changes={"status": status})

    def days_pass(self, days):
        for table in (GroupCourse, GroupProgram):
            db.session.execute(update(table).values(expires_at=table.expires_at - timedelta(days=days)))
        pass_days(days)
        due_seats.derive_due()

    def one_command_runs(self):
        outbox.relay(limit=1)

    def workers_run(self):
        db.session.commit()
        events.publish()
        following.follow_all()
        while outbox.relay():
            pass
        db.session.rollback()

    def take(self, name, *arguments):
        try:
            getattr(self, name)(*arguments)
            db.session.commit()
        except AppError:
            db.session.rollback()


def rows(entity, *conditions):
    return db.session.scalars(select(entity).where(*conditions), execution_options={"populate_existing": True}).all()


class Owed:
    """What the learner is owed, told from the tables row by row."""

    def __init__(self, school):
        is_hers = (GroupMember.user_id == school.person, GroupMember.left_at.is_(None))
        self.seats = {each.course_id: each for each in rows(Enrollment, Enrollment.user_id == school.person)}
        self.programs = {each.id: each for each in rows(Program)}
        self.groups = {each.group_id for each in rows(GroupMember, *is_hers)} & {
            each.id for each in rows(Group, Group.is_active())
        }
        self.enrolled = {each.program_id for each in rows(ProgramMember, ProgramMember.user_id == school.person)}
        self.given = [*rows(GroupCourse), *rows(GroupProgram)]

    def reaches(self, program_id, course):
        program = self.programs[program_id]
        place = program.course_ids.index(course)
        before = self.seats.get(program.course_ids[place - 1])
        return not program.sequential or place == 0 or bool(before and before.completed_at)

    def can_begin(self, course):
        seat = self.seats.get(course)
        return authored.view(course, latest=True).status == CourseStatus.PUBLISHED and not (seat and seat.barred_at)

    def of_program(self, program_id, course):
        """Whether a seat may be given, and whether it must."""
        if program_id not in self.enrolled or course not in self.programs[program_id].course_ids:
            return False, False
        return True, self.reaches(program_id, course) and self.can_begin(course)

    def of_group(self, group_id, course):
        """Whether a seat may be given, whether it must, and its end."""
        if group_id not in self.groups:
            return False, False, None
        ways = [each for each in self.given if each.group_id == group_id and course in courses_of(each)]
        reached = [each for each in ways if isinstance(each, GroupCourse) or self.reaches(each.program_id, course)]
        ends = [each.expires_at for each in reached or ways]
        last = None if None in ends else max(ends, default=None)
        must = bool(reached) and (last is None or last > now()) and self.can_begin(course)
        return bool(ways), must, last


def courses_of(given):
    return [given.course_id] if isinstance(given, GroupCourse) else given.program.course_ids


def require_owed(school):
    """Exactly the seats that are owed have been given."""
    owed, open_grants = Owed(school), rows(SeatGrant, SeatGrant.user_id == school.person, SeatGrant.ended_at.is_(None))
    grants = {(each.source, each.source_id, each.course_id): each for each in open_grants}
    for course in school.courses:
        for group_id in school.groups:
            may, must, end = owed.of_group(group_id, course)
            grant = grants.get((SeatSource.GROUP, group_id, course))
            assert must <= bool(grant) <= may
            assert grant is None or grant.expires_at == end
        for program_id in school.programs:
            may, must = owed.of_program(program_id, course)
            assert must <= ((SeatSource.PROGRAM, program_id, course) in grants) <= may
    assert [group_seats.count(each)["due"] for each in school.groups] == [0, 0]


def require_live(school):
    """A seat is live exactly while a live grant exists."""
    of_seat = (SeatGrant.user_id == Enrollment.user_id, SeatGrant.course_id == Enrollment.course_id)
    granted = select(SeatGrant).where(SeatGrant.is_live(now()), *of_seat).exists()
    assert rows(Enrollment, Enrollment.user_id == school.person, Enrollment.is_live(now()) != granted) == []


def require_facts(school):
    """Requests see the same seats."""
    for course in school.courses:
        of_seat = (SeatGrant.user_id == school.person, SeatGrant.course_id == course)
        sources = {each.source for each in rows(SeatGrant, *of_seat, SeatGrant.is_live(now()))}
        seat = entitlements.seat(school.person, course)
        assert (seat_error(seat) is None) == bool(sources)
        assert not sources or set(seat.sources) == sources


def run(steps, school):
    for (name, *arguments), are_workers_running in [*steps, (("one_command_runs",), True)]:
        school.take(name, *arguments)
        if are_workers_running:
            school.workers_run()
            require_owed(school)
            require_facts(school)
        require_live(school)


@pytest.fixture
def courses(owner):
    return [make_course(owner, title=title) for title in ("Moon", "Mars")]


@pytest.fixture
def start(admin, owner, courses):
    """Return a function that makes a school in which all courses are open."""
    cursors.register([*registered.values()])

    def start():
        school = School(admin, owner, courses)
        for course in range(2):
            school.take("set_status", course, "published")
        return school

    return start


ANY_STEPS = st.lists(st.tuples(STEPS, st.booleans()), min_size=5, max_size=15)
SHARED = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=5, **SHARED)
@given(steps=ANY_STEPS)
def test_members_have_the_seats_that_they_are_owed(start, steps):
    run(steps, start())


@pytest.mark.thorough
@settings(max_examples=100, **SHARED)
@given(steps=ANY_STEPS)
def test_members_have_the_seats_that_they_are_owed_whatever_happens(start, steps):
    run(steps, start())
