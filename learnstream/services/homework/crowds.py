"""Filters that would tell whose an anonymous submission is.

A list of a learner's, or of a small group's submissions names the learners whose pseudonyms are in it.
"""

from collections import Counter
from collections.abc import Collection

from bson import ObjectId

from learnstream.services.assignments import anonymity
from learnstream.services.enrollment import group_staff
from learnstream.stores.mongo import Expression

# Of two, either knows the other one.
CROWD = 3


def named_by_filter(where: Expression, user_ids: Collection[int] | None = None) -> set[ObjectId]:
    """Return the lessons with anonymous submissions, of these users or of all, for staff who see all learners.

    A filter by learners would name some of them, since it can be compared with the whole list.

    where: the lesson or the course.
    """
    return {lesson_id for lesson_id, _ in anonymity.hidden_in(where, user_ids)}


def named_to_group_staff(where: Expression, course_id: str, staff_id: int) -> set[ObjectId]:
    """Return the lessons in which the learners of a user's groups are too few to be anonymous.

    These are lessons where fewer than three learners of anonymous submissions are in the same ones of the user's groups,
    so that also comparing the groups names nobody.
    """
    groups_of = group_staff.memberships(staff_id, course_id)
    hidden = anonymity.hidden_in(where, groups_of.keys())
    crowds = Counter((lesson_id, groups_of[user_id]) for lesson_id, user_id in hidden)
    return {lesson_id for (lesson_id, _), size in crowds.items() if size < CROWD}
