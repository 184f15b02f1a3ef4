"""Anonymous marking: whose submissions staff see without a name.

Those of learners who handed one in under settings that are `anonymous`, until a grade of theirs in the lesson is
released: of a learner whose name is known, no submission is anonymous.
"""

from collections.abc import Collection, Sequence
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Submission
from learnstream.documents.projection import Projection
from learnstream.documents.submission import ReleasedGrade, SubmissionKey, SubmissionState
from learnstream.services.assignments.frozen import frozen
from learnstream.stores.mongo import Expression

# A lesson and a user.
Learner = tuple[ObjectId, int]
HANDED_IN = {"state": {"$ne": SubmissionState.DRAFT.value}}


class Trace(TypedDict):
    """What decides whether a learner's name is shown."""

    user_id: int
    lesson_id: ObjectId
    assignment_id: ObjectId
    released: ReleasedGrade | None


TRACES = Projection(Submission, Trace)


def learner_of(submission: SubmissionKey | Trace) -> Learner:
    """Return the lesson and the learner of a submission."""
    return submission["lesson_id"], submission["user_id"]


def hidden(learners: Collection[Learner]) -> set[Learner]:
    """Return those of the learners whose names are hidden from staff, each in a lesson."""
    lessons, users = {lesson_id for lesson_id, _ in learners}, {user_id for _, user_id in learners}
    return hidden_in({"lesson_id": {"$in": [*lessons]}}, users) if learners else set()


def hidden_in(where: Expression, user_ids: Collection[int] | None = None) -> set[Learner]:
    """Return the learners whose names are hidden from staff, in the lessons or the course of a filter.

    user_ids: only these learners.
    """
    of_users = {} if user_ids is None else {"user_id": {"$in": [*user_ids]}}
    return _hidden(TRACES.find({**of_users, **where, **HANDED_IN}))


def _hidden(found: Sequence[Trace]) -> set[Learner]:
    known = {learner_of(each) for each in found if each["released"]}
    return {learner_of(each) for each in found if frozen(str(each["assignment_id"])).anonymous} - known
