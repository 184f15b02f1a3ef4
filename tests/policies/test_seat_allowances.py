"""The accommodations among the cached facts of a seat."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.models.accommodation import Accommodation, QuizAccommodation
from learnstream.policies import entitlements
from learnstream.policies.allowances import Allowance
from learnstream.stores.sql import db

QUIZ, OTHER_QUIZ = str(ObjectId()), str(ObjectId())
CLOSES = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def grant(learner, course):
    """Grant something in the quiz, by default to the learner."""

    def grant(**columns):
        target = {} if "group_id" in columns else {"user_id": learner.id}
        defaults = {"course_id": course.id, "lesson_id": QUIZ, "reason": "Was ill.", "granted_by": 1}
        db.session.add(QuizAccommodation(**defaults | target | columns))
        db.session.flush()
        entitlements.seat_changed(learner.id, course.id)
        db.session.commit()

    return grant


def allowance(learner, course, lesson_id=QUIZ):
    return entitlements.seat(learner.id, course.id).allowance(lesson_id)


def test_a_learner_has_none_by_default(learner, course):
    assert allowance(learner, course) == Allowance()


def test_a_time_factor_holds_in_all_quizzes(learner, course, grant):
    db.session.add(Accommodation(user_id=learner.id, time_factor=Decimal("1.25"), granted_by=1))
    grant(extra_seconds=60, extra_attempts=1, closes_at=CLOSES)

    assert allowance(learner, course) == Allowance(Decimal("1.25"), 60, 1, CLOSES)
    assert allowance(learner, course, OTHER_QUIZ) == Allowance(Decimal("1.25"))
    assert entitlements.seats(learner.id)[0].allowance(QUIZ) == allowance(learner, course)


def test_members_have_what_their_group_is_granted(learner, course, grant, make_group_of):
    grant(extra_seconds=60)
    grant(extra_seconds=30, extra_attempts=2, group_id=make_group_of())
    grant(closes_at=CLOSES, group_id=make_group_of())

    assert allowance(learner, course) == Allowance(Decimal(1), 60, 2, CLOSES)


def test_neither_former_members_nor_those_of_archived_groups_have_it(learner, course, grant, make_group_of):
    grant(extra_seconds=60, group_id=make_group_of(left_at=now()))
    grant(extra_seconds=60, group_id=make_group_of(archived_at=now()))
    grant(extra_seconds=60, group_id=make_group_of(deleted_at=now()))

    assert allowance(learner, course) == Allowance()


def test_what_others_are_granted_is_not_theirs(learner, stranger, course, grant):
    grant(extra_seconds=60, user_id=stranger.id)
    grant(extra_seconds=60, course_id=str(ObjectId()))

    assert allowance(learner, course) == Allowance()
