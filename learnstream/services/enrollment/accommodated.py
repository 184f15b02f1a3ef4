"""Changes of accommodations: they hold with the learner's next request, and in attempts that are in progress."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select

from learnstream.models import Enrollment
from learnstream.models.accommodation import QuizAccommodation
from learnstream.models.group import GroupMember
from learnstream.policies import entitlements
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db

# The outbox topic whose handler computes the times of attempts in progress anew.
TOPIC = "accommodations.changed"
BATCH = 500  # learners in a message
# More than a request takes: one that read the seat before the change may start an attempt after the first look.
SECOND_LOOK = timedelta(seconds=30)


def changed(user_ids: Iterable[int], course_id: str, lesson_id: str) -> None:
    """Apply a change of learners' accommodations in a quiz as soon as the transaction has committed."""
    _apply(user_ids, [course_id], [lesson_id])


def changed_everywhere(user_id: int) -> None:
    """Apply a change of a learner's accommodations in all quizzes."""
    course_ids = db.session.scalars(select(Enrollment.course_id).where(Enrollment.user_id == user_id)).all()
    _apply([user_id], course_ids, None)


def changed_for_members(group_id: int, user_ids: Collection[int] | None = None) -> None:
    """Apply that users have joined or left a group; or, by default, that it is archived, restored or deleted."""
    of_group = QuizAccommodation.group_id == group_id
    found = db.session.execute(select(QuizAccommodation.course_id, QuizAccommodation.lesson_id).where(of_group)).all()
    if found:
        concerned = members(group_id) if user_ids is None else user_ids
        _apply(concerned, {row.course_id for row in found}, sorted(row.lesson_id for row in found))


def members(group_id: int) -> Sequence[int]:
    """Return the ids of a group's members."""
    present = (GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
    return db.session.scalars(select(GroupMember.user_id).where(*present).order_by(GroupMember.user_id)).all()


def _apply(user_ids: Iterable[int], course_ids: Collection[str], lesson_ids: Sequence[str] | None) -> None:
    concerned = sorted(user_ids)
    entitlements.seats_changed((user_id, course_id) for user_id in concerned for course_id in course_ids)
    for start in range(0, len(concerned), BATCH):
        for delay in (timedelta(0), SECOND_LOOK):
            message = outbox.add(TOPIC, user_ids=concerned[start : start + BATCH], lesson_ids=lesson_ids)
            message.next_try_at += delay
