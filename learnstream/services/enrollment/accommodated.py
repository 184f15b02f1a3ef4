"""Changes of what learners are granted in quizzes and homework.

They hold with the learner's next request, and concern attempts and submissions that exist already.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from learnstream.models import Enrollment
from learnstream.models.accommodation import QuizAccommodation
from learnstream.models.extension import Extension
from learnstream.models.group import GroupMember
from learnstream.policies import entitlements
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db

Granted = type[QuizAccommodation] | type[Extension]
# The outbox topic whose handler computes the times of attempts in progress anew.
TOPIC = "accommodations.changed"
# The one whose handler computes deadlines and lateness of submissions anew.
EXTENSIONS = "extensions.changed"
TOPICS: Mapping[Granted, str] = {QuizAccommodation: TOPIC, Extension: EXTENSIONS}
BATCH = 500  # learners in a message
# More than a request takes: one that read the seat before the change may start an attempt, or hand in, after the first
# look.
SECOND_LOOK = timedelta(seconds=30)


def changed(granted: Granted, user_ids: Iterable[int], course_id: str, lesson_id: str) -> None:
    """Apply a change of what learners are granted in a lesson as soon as the transaction has committed."""
    _apply(TOPICS[granted], user_ids, [course_id], [lesson_id])


def changed_everywhere(user_id: int) -> None:
    """Apply a change of a learner's accommodations in all quizzes."""
    course_ids = db.session.scalars(select(Enrollment.course_id).where(Enrollment.user_id == user_id)).all()
    _apply(TOPIC, [user_id], course_ids, None)


def changed_for_members(group_id: int, user_ids: Collection[int] | None = None) -> None:
    """Apply that users have joined or left a group; or, by default, that it is archived, restored or deleted."""
    for granted, topic in TOPICS.items():
        of_group = select(granted.course_id, granted.lesson_id).where(granted.group_id == group_id)
        if found := db.session.execute(of_group).all():
            concerned = members(group_id) if user_ids is None else user_ids
            _apply(topic, concerned, {row.course_id for row in found}, sorted(row.lesson_id for row in found))


def members(group_id: int) -> Sequence[int]:
    """Return the ids of a group's members."""
    present = (GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
    return db.session.scalars(select(GroupMember.user_id).where(*present).order_by(GroupMember.user_id)).all()


def _apply(topic: str, user_ids: Iterable[int], course_ids: Collection[str], lesson_ids: Sequence[str] | None) -> None:
    concerned = sorted(user_ids)
    entitlements.seats_changed((user_id, course_id) for user_id in concerned for course_id in course_ids)
    request(topic, concerned, lesson_ids)


def request(topic: str, user_ids: Sequence[int], lesson_ids: Sequence[str] | None) -> None:
    """Have what these learners have done in lessons, by default in all, computed anew: at once, and once more."""
    for start in range(0, len(user_ids), BATCH):
        for delay in (timedelta(0), SECOND_LOOK):
            message = outbox.add(topic, user_ids=[*user_ids[start : start + BATCH]], lesson_ids=lesson_ids)
            message.next_try_at += delay
