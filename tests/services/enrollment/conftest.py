"""What tests of grants share: seats of one learner, their grants, and time that passes."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from learnstream.clock import now
from learnstream.models import SeatSource
from learnstream.policies import entitlements
from learnstream.policies.access import seat_error
from learnstream.services.enrollment import grants, group_members, groups
from learnstream.services.enrollment.grants import Period, Reason
from learnstream.services.enrollment.seat_versions import open_versions
from learnstream.stores.sql import db

GROUP = Reason(SeatSource.GROUP, 1)
OTHER_GROUP = Reason(SeatSource.GROUP, 2)
ORDER = Reason(SeatSource.PAYMENT, 1)


def in_days(days):
    return now() + timedelta(days=days)


PASS = (
    """
    UPDATE seat_grants SET starts_at = starts_at - :days, expires_at = expires_at - :days,
        suspended_at = suspended_at - :days, ended_at = ended_at - :days
    """,
    # As derived: no other release has written this.
    """
    UPDATE enrollments SET enrolled_at = enrolled_at - :days, drip_from = drip_from - :days,
        expires_at = expires_at - :days, ended_at = ended_at - :days, next_change_at = next_change_at - :days,
        updated_at = updated_at - :days, derivation = derivation + 1
    """,
)


def pass_days(days):
    """Let days pass, without the job: move all that is stored into the past."""
    for statement in PASS:
        db.session.execute(text(statement), {"days": timedelta(days=days)})
    users = db.session.execute(text("SELECT user_id, course_id FROM enrollments")).all()
    entitlements.seats_changed(tuple(row) for row in users)
    db.session.commit()


@dataclass
class Holder:
    """A learner and a course, whose seat others give and take."""

    user_id: int
    course_id: str

    @property
    def pairs(self):
        return [(self.user_id, self.course_id)]

    def give(self, reason, *, days=None, after=None, **kwargs):
        period = Period(starts_at=after and in_days(after), expires_at=days and in_days(days))
        given = grants.give(self.pairs, reason, versions=open_versions([self.course_id]), period=period, **kwargs)
        db.session.commit()
        return given

    def end(self, reason=None):
        change = grants.end(self.pairs, reason)
        db.session.commit()
        return change

    def suspend(self, reason):
        grants.suspend(self.pairs, reason)
        db.session.commit()

    def resume(self, reason):
        grants.resume(self.pairs, reason, versions=open_versions([self.course_id]))
        db.session.commit()

    @property
    def seat(self):
        """The facts of the seat, as requests see them."""
        return entitlements.seat(self.user_id, self.course_id)

    @property
    def is_open(self):
        return seat_error(self.seat) is None


@pytest.fixture
def holder(stranger, course):
    return Holder(stranger.id, course.id)


@pytest.fixture
def make_group(admin):
    """Return a function that creates a group with members."""

    def make_group(code, *user_ids):
        group_id = groups.create(by=admin.id, name=code, code=code)["id"]
        if user_ids:
            group_members.add(group_id, user_ids, by=admin.id)
        return group_id

    return make_group


@pytest.fixture
def group(make_group, people):
    """A group whose members are the `people` of the test's module."""
    return make_group("7b", *people)
