"""Whatever happens to grants, a seat is live exactly while a live grant exists."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from learnstream.clock import now
from learnstream.errors import AppError
from learnstream.models import Enrollment, Event, SeatGrant, SeatSource, SeatStatus
from learnstream.policies import entitlements
from learnstream.services.enrollment import due_seats, enrollments
from learnstream.services.enrollment.grants import Reason
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.services.enrollment.conftest import GROUP, ORDER, OTHER_GROUP, Holder, in_days, pass_days

OLD_WITHDRAWAL = "UPDATE enrollments SET status = 'withdrawn', updated_at = now() WHERE user_id = :user"
SELF, ADMIN = Reason(SeatSource.SELF), Reason(SeatSource.ADMIN)
PROGRAM = Reason(SeatSource.PROGRAM, 1)
GIVEN = st.sampled_from([GROUP, OTHER_GROUP, PROGRAM, ORDER])
DAYS = st.none() | st.integers(1, 9)

STEPS = st.one_of(
    st.tuples(st.just("enroll")),
    st.tuples(st.just("grant"), DAYS),
    st.tuples(st.just("leave")),
    st.tuples(st.just("revoke")),
    st.tuples(st.just("prolong"), DAYS),
    st.tuples(st.just("extend"), DAYS),
    st.tuples(st.just("sync"), GIVEN, st.none() | st.integers(1, 4), DAYS),
    st.tuples(st.just("end"), GIVEN),
    st.tuples(st.just("suspend"), GIVEN),
    st.tuples(st.just("resume"), GIVEN),
    st.tuples(st.just("days_pass"), st.integers(1, 5)),
    st.tuples(st.just("job_runs")),
    st.tuples(st.just("old_release_withdraws")),
)


@dataclass
class Grant:
    """One reason of the model, in days since the beginning; None: without an end."""

    starts: float
    ends: float | None
    suspended: bool = False

    def begun(self, day):
        return not self.suspended and self.starts <= day

    def live(self, day):
        return self.begun(day) and (self.ends is None or self.ends > day)


@dataclass
class Model:
    """What a seat should be: a dictionary of the reasons that have not ended."""

    day: float = 0
    grants: dict[Reason, Grant] = field(default_factory=dict)
    order: Reason = ORDER
    barred: bool = False
    spent: bool = False

    @property
    def live(self):
        return {reason: grant for reason, grant in self.grants.items() if grant.live(self.day)}

    def put(self, reason, starts, ends):
        known = self.grants.get(reason)
        begun = known and known.starts <= self.day and (known.ends is None or known.ends > self.day)
        first = self.day if starts is None else self.day + starts
        self.grants[reason] = Grant(
            known.starts if begun and starts is None else first, ends, known.suspended if known else False
        )

    def by_hand(self, reason, ends, *, lifts=False):
        if any(each in self.live for each in (SELF, ADMIN)) or (self.barred and not lifts):
            return
        self.barred = False
        self.put(reason, None, ends)

    def enroll(self):
        self.by_hand(SELF, None)

    def grant(self, days):
        self.by_hand(ADMIN, days and self.day + days, lifts=True)

    def leave(self):
        if SELF in self.live:
            del self.grants[SELF]

    def revoke(self):
        if any(grant.ends is None or grant.ends > self.day for grant in self.grants.values()):
            self.grants, self.barred = {}, True
            self.spent = self.spent or self.paid

    @property
    def paid(self):
        return self.order in self.grants

    def old_release_withdraws(self):
        if self.live:
            self.spent = self.spent or self.paid
            self.grants = {}

    def change_end(self, days):
        ends = days and self.day + days
        begun = {reason: grant for reason, grant in self.grants.items() if grant.begun(self.day)}
        longest = max(begun.values(), key=lambda grant: (grant.ends is None, grant.ends), default=None)
        for grant in begun.values():
            longer = grant.ends is None or (ends is not None and grant.ends > ends)
            if grant is longest or (ends is not None and longer):
                grant.ends = ends

    def prolong(self, days):
        if self.live:
            self.change_end(days)

    def sync(self, reason, starts, days):
        if self.barred or (reason == self.order and self.spent):
            return
        self.put(reason, starts, days and self.day + (starts or 0) + days)

    def end(self, reason):
        if self.grants.pop(reason, None) and reason == self.order:
            self.spent = True

    def suspend(self, reason):
        if reason in self.grants:
            self.grants[reason].suspended = True

    def resume(self, reason):
        if reason in self.grants:
            self.grants[reason].suspended = False

    def days_pass(self, days):
        self.day += days


class System(Holder):
    """The same steps, taken by the services."""

    def _tried(self, call, **kwargs):
        try:
            call(**kwargs)
            db.session.commit()
        except AppError:
            db.session.rollback()

    def enroll(self):
        self._tried(enrollments.enroll, user_id=self.user_id, course_id=self.course_id)

    def grant(self, days):
        ids = {"user_id": self.user_id, "course_id": self.course_id}
        self._tried(enrollments.grant, **ids, expires_at=days and in_days(days), granted_by=self.user_id)

    def leave(self):
        self._tried(enrollments.withdraw, user_id=self.user_id, course_id=self.course_id)

    def revoke(self):
        if row := self.row:
            self._tried(enrollments.revoke, enrollment_id=row.id, revoked_by=self.user_id)

    def prolong(self, days):
        if row := self.row:
            change = {"expires_at": days and in_days(days), "changed_by": self.user_id}
            self._tried(enrollments.change_expiry, enrollment_id=row.id, **change)

    def extend(self, days):
        ids = {"user_id": self.user_id, "course_id": self.course_id}
        change = {"expires_at": days and in_days(days), "reason": "Was ill.", "extended_by": self.user_id}
        self._tried(enrollments.extend, **ids, **change)

    def sync(self, reason, starts, days):
        self.give(reason, after=starts, days=days and (starts or 0) + days)

    def days_pass(self, days):
        pass_days(days)

    def job_runs(self):
        due_seats.derive_due()

    def old_release_withdraws(self):
        if self.is_open:
            due_seats.derive_due()
            db.session.execute(text(OLD_WITHDRAWAL), {"user": self.user_id})
            entitlements.seat_changed(self.user_id, self.course_id)
            db.session.commit()

    @property
    def row(self):
        db.session.rollback()
        wanted = select(Enrollment).where(*ours(Enrollment, self))
        return db.session.scalar(wanted, execution_options={"populate_existing": True})


TICK = 1e-6  # days: no two steps happen at the same instant


def take(step, model, system):
    name, *arguments = step
    model.day += TICK
    if name == "extend":
        row = system.row
        if row and row.status is not SeatStatus.WITHDRAWN:
            model.change_end(*arguments)
    elif name != "job_runs":
        getattr(model, name)(*arguments)
    getattr(system, name)(*arguments)


def require_equal(model, system):
    assert system.is_open == bool(model.live)
    if not model.live:
        return
    seat = system.seat
    assert seat.sources == tuple(sorted({reason.source for reason in model.live}))
    ends = [grant.ends for grant in model.live.values()]
    assert (seat.expires_at is None) == (None in ends)
    if seat.expires_at:
        assert abs((seat.expires_at - now()).total_seconds() / 86400 - (max(ends) - model.day)) < 0.01


def require_row(model, system):
    """The row, which lists and counts read, agrees once the job has run."""
    system.job_runs()
    row = system.row
    if row is None:
        assert not model.grants
        return
    assert row.opens(now()) == bool(model.live)
    assert (row.barred_at is not None) == model.barred
    [count] = db.session.execute(select(func.count()).where(SeatGrant.is_live(now()), *ours(SeatGrant, system))).one()
    assert count == len(model.live)


def ours(table, system):
    return table.user_id == system.user_id, table.course_id == system.course_id


def require_alternating(system):
    """A seat begins and ends in turns, unless its end passed in between."""
    kinds = [each.removeprefix("enrollment.") for each in db.session.scalars(of_seat(system))]
    assert all(pair != ("withdrawn", "withdrawn") for pair in pairwise(kinds))
    assert kinds[:1] in ([], ["created"])


def of_seat(system):
    wanted = Event.data["user_id"].as_integer() == system.user_id
    return select(Event.type).where(wanted, Event.type.startswith("enrollment.")).order_by(Event.id)


def run(steps, course):
    person = make_person()
    model, system = Model(), System(person.id, course.id)
    # An order pays for one seat of one person.
    own = {ORDER: Reason(SeatSource.PAYMENT, person.id)}
    model.order = own[ORDER]
    for step in steps:
        take([own.get(each, each) for each in step], model, system)
        require_equal(model, system)
    require_row(model, system)
    require_equal(model, system)
    require_alternating(system)


ANY_STEPS = st.lists(STEPS, min_size=8, max_size=16)
SHARED = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=40, **SHARED)
@given(steps=ANY_STEPS)
def test_a_seat_is_live_exactly_while_a_live_grant_exists(course, steps):
    run(steps, course)


@pytest.mark.thorough
@settings(max_examples=600, **SHARED)
@given(steps=ANY_STEPS)
def test_a_seat_is_live_exactly_while_a_live_grant_exists_whatever_happens(course, steps):
    run(steps, course)
