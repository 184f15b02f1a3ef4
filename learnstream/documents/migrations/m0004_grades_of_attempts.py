"""Have the results of attempts that were submitted before there were grades of record moved into these."""

from collections.abc import Mapping
from typing import Any

from learnstream.documents.attempt import Attempt, AttemptState
from learnstream.documents.migrations import Step, Update


def note_pending_grade(attempt: Mapping[str, Any]) -> Update:
    return {"$set": {"pending_grade": attempt["revision"]}}


SUBMITTED = {"state": AttemptState.SUBMITTED.value}
# The revision stays: the result is the same.
STEPS = (Step(Attempt, note_pending_grade, ("revision",), guard=("revision",), only=SUBMITTED),)
