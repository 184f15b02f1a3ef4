"""Saving answers, by one atomic update whose result does not depend on the order in which requests arrive."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState
from learnstream.documents.attempt import Answer
from learnstream.documents.projection import Projection, pick
from learnstream.documents.quiz import Navigation
from learnstream.services.assessment import answers, attempts, late_answers, quizzes, sizes, submitting
from learnstream.services.assessment.answers import Given
from learnstream.services.assessment.attempts import Asked
from learnstream.stores.mongo import Expression


class Kept(TypedDict):
    """The answer to a question that is stored now, by its `seq`."""

    question_id: str
    seq: int


class Saved(TypedDict):
    """What is stored now: of the questions that were sent, and a digest of all answers.

    `locked` are the questions whose answers could not be changed any more.
    """

    kept: list[Kept]
    locked: list[str]
    digest: str
    server_time: datetime
    deadline_at: datetime | None


class Answered(TypedDict):
    """The parts of an attempt that are returned after saving."""

    answers: dict[str, Answer]
    deadline_at: datetime | None


ANSWERED = Projection(Attempt, Answered)
LAST = "last_answered"


def save(attempt_id: str, *, user_id: int, given: Sequence[Given]) -> Saved:
    """Save answers of a learner's own attempt. Idempotent.

    Raises:
        NotFound: there is no such attempt of theirs.
        Unprocessable: an answer is to a question that was not asked, or not one to its question.
        AttemptOver: time is over, or the attempt is submitted; answers that are new are stored as late.
        AnswersTooLarge: all answers together are too large to store.
    """
    asked = attempts.asked(attempt_id, user_id=user_id)
    moment = now()
    sent = answers.read(asked, given, moment)
    while (stored := _write(asked, sent, moment)) is None:
        attempt = submitting.end_if_due(attempts.find(attempt_id), moment)
        # Unless its deadline was moved meanwhile.
        if attempt["state"] != AttemptState.IN_PROGRESS:
            late_answers.keep(attempt, sent)
            return _describe(asked, sent, pick(Answered, attempt), moment)
        sizes.require_room(attempt_id, sent)
    return _describe(asked, sent, stored, moment)


def _write(asked: Asked, sent: Mapping[str, Answer], moment: datetime) -> Answered | None:
    """Store the answers that are newer than those stored. Return all; None if the attempt is over."""
    running = {"_id": ObjectId(asked.id), "state": AttemptState.IN_PROGRESS.value}
    in_time = {"$or": [{"submit_at": None}, {"submit_at": {"$gt": moment}}]}
    with sizes.limited():
        found = Attempt.collection().find_one_and_update(
            running | in_time | sizes.room_for(sent.values()),
            _changes(asked, sent),
            ANSWERED.fields,
            return_document=ReturnDocument.AFTER,
        )
    return None if found is None else ANSWERED.complete(found)


def _changes(asked: Asked, sent: Mapping[str, Answer]) -> list[Expression]:
    """Return the stages of the update."""
    places = {question_id: place for place, question_id in enumerate(asked.questions)}
    is_forward = quizzes.frozen(asked.quiz_id).navigation is Navigation.FORWARD
    changes = {
        f"answers.{question_id}": answers.replace(
            f"answers.{question_id}", answer, unless=is_forward and _is_passed(question_id, places[question_id])
        )
        for question_id, answer in sent.items()
    }
    store: Expression = {"$set": changes | {"revision": {"$add": ["$revision", 1]}}}
    return [_last_answered(places), store] if is_forward else [store]


def _last_answered(places: Mapping[str, int]) -> Expression:
    """Return the stage that notes the place of the last question that has had an answer; -1 if there is none.

    It stays if that answer is taken back: otherwise, all answers could be, and given anew.
    """
    found = [{"$cond": [_is_answered(question_id), place, -1]} for question_id, place in places.items()]
    return {"$set": {LAST: {"$max": [f"${LAST}", *found]}}}


def _is_passed(question_id: str, place: int) -> Expression:
    """Return the condition that a question and a later one had been answered before."""
    return {"$and": [_is_answered(question_id), {"$gt": [f"${LAST}", place]}]}


def _is_answered(question_id: str) -> Expression:
    return {"$ne": [{"$ifNull": [f"$answers.{question_id}.answer", None]}, None]}


def _describe(asked: Asked, sent: Mapping[str, Answer], stored: Answered, moment: datetime) -> Saved:
    found = stored["answers"]
    return {
        "kept": [{"question_id": each, "seq": found[each]["seq"]} for each in sent if each in found],
        "locked": [each for each in sent if answers.is_newer(sent[each], found.get(each))],
        "digest": answers.digest(found, asked.salt),
        "server_time": moment,
        "deadline_at": stored["deadline_at"],
    }
