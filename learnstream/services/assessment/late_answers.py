"""Late answers: those that arrive after an attempt is over. They do not count unless the course's staff accept them.

Of the answers to a question, one that arrived before the learner could see the right answers is kept rather than one
that came afterwards; among the others, those of `answers` decide.
"""

from collections.abc import Mapping

from learnstream.clock import now
from learnstream.documents import Attempt
from learnstream.documents.attempt import Answer, WholeAttempt
from learnstream.errors.assessment import AttemptOver
from learnstream.policies import entitlements
from learnstream.services.assessment import answers, review, sizes

ORDER = ("unseen", *answers.ORDER)


def keep(attempt: WholeAttempt, sent: Mapping[str, Answer]) -> None:
    """Store answers that came too late, except for those that had been saved before.

    Raises:
        AttemptOver: there are such answers.
        AnswersTooLarge: all answers together are too large to store.
    """
    late = {each: answer for each, answer in sent.items() if answers.is_newer(answer, attempt["answers"].get(each))}
    if not late:
        return
    unseen = _is_unseen(attempt)
    changes = {
        f"late_answers.{each}": answers.replace(f"late_answers.{each}", {**answer, "unseen": unseen}, ORDER)
        for each, answer in late.items()
    }
    sizes.require_room(str(attempt["_id"]), late)
    with sizes.limited():
        Attempt.collection().update_one({"_id": attempt["_id"]}, [{"$set": changes}])
    raise AttemptOver(late=sorted(late))


def _is_unseen(attempt: WholeAttempt) -> bool:
    """Return whether the learner cannot have seen right answers or feedback; False if that is not known."""
    seat = entitlements.seat(attempt["user_id"], str(attempt["course_id"]))
    if seat is None:
        return False
    shown = review.of_attempt(attempt, seat, now())
    return not (shown["answers"] or shown["feedback"])
