"""The extensions among the cached facts of a seat."""

from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.models.extension import Extension as ExtensionRow
from learnstream.policies import entitlements
from learnstream.policies.allowances import Extension
from learnstream.stores.sql import db

HOMEWORK, OTHER = str(ObjectId()), str(ObjectId())
DUE = datetime(2026, 4, 1, 12, tzinfo=UTC)
LATER = DUE + timedelta(days=2)


@pytest.fixture
def extend(learner, course):
    """Extend the homework, by default for the learner."""

    def extend(**columns):
        target = {} if "group_id" in columns else {"user_id": learner.id}
        defaults = {"course_id": course.id, "lesson_id": HOMEWORK, "reason": "Was ill.", "granted_by": 1}
        db.session.add(ExtensionRow(**defaults | target | columns))
        db.session.flush()
        entitlements.seat_changed(learner.id, course.id)
        db.session.commit()

    return extend


def extension(learner, course, lesson_id=HOMEWORK):
    return entitlements.seat(learner.id, course.id).extension(lesson_id)


def test_a_learner_has_none_by_default(learner, course):
    assert extension(learner, course) == Extension()


def test_an_extension_holds_in_its_lesson_alone(learner, course, extend):
    extend(due_at=DUE, accepted_until=LATER)

    assert extension(learner, course) == Extension(DUE, LATER)
    assert extension(learner, course, OTHER) == Extension()
    assert entitlements.seats(learner.id)[0].extension(HOMEWORK) == Extension(DUE, LATER)
    assert entitlements.seats_in(course.id, [learner.id])[0].extension(HOMEWORK) == Extension(DUE, LATER)


def test_members_have_the_latest_of_theirs_and_their_groups(learner, course, extend, make_group_of):
    extend(due_at=DUE)
    extend(due_at=LATER, group_id=make_group_of())
    extend(accepted_until=LATER, group_id=make_group_of())

    assert extension(learner, course) == Extension(LATER, LATER)


def test_neither_former_members_nor_those_of_archived_groups_have_it(learner, course, extend, make_group_of):
    extend(due_at=DUE, group_id=make_group_of(left_at=now()))
    extend(due_at=DUE, group_id=make_group_of(archived_at=now()))
    extend(due_at=DUE, group_id=make_group_of(deleted_at=now()))

    assert extension(learner, course) == Extension()


def test_what_others_are_granted_is_not_theirs(learner, stranger, course, extend):
    extend(due_at=DUE, user_id=stranger.id)
    extend(due_at=DUE, course_id=str(ObjectId()))

    assert extension(learner, course) == Extension()
