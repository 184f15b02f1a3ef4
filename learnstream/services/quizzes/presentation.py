"""What learners see of a question, and what they send as answers.

Nothing that learners see contains ids of the author's: those of options, pairs, items and blanks are derived from the
secret salt of an attempt, so they differ between attempts and say nothing about which one is right; so does the order.
"""

from typing import Any

from learnstream.services.quizzes import kinds
from learnstream.services.quizzes.kinds import Answer
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.version import Version


def show(version: Version, salt: bytes, *, shuffle: bool) -> dict[str, Any]:
    """Return a question as a learner sees it, without key, feedback, explanation and weights.

    shuffle: options stand in an order of this attempt, else in the author's. What is matched or put in order is always
    shuffled.
    """
    shown = kinds.of(version.kind).show(version.content, _ids(version, salt, shuffle=shuffle))
    return {"kind": version.kind.value, "stem": version.stem, "media": list(version.media), **shown}


def check(version: Version, answer: Any, salt: bytes) -> None:
    """Raise unless an answer is one to this question, right or wrong; None is a blank answer.

    Raises:
        InvalidAnswer: it has another shape, is too long, or has ids that this attempt does not show.
    """
    canonical(version, answer, salt)


def canonical(version: Version, answer: Any, salt: bytes) -> Answer:
    """Return an answer of this attempt with the author's ids, as it is stored and marked.

    Raises:
        InvalidAnswer: see `check`.
    """
    return None if answer is None else kinds.of(version.kind).canonical(version.content, answer, _ids(version, salt))


def localized(version: Version, answer: Answer, salt: bytes) -> Any:
    """Return a canonical answer with the ids of an attempt: the inverse of `canonical`."""
    return None if answer is None else kinds.of(version.kind).localized(version.content, answer, _ids(version, salt))


def reveal(version: Version, answer: Answer, salt: bytes, *, answers: bool, feedback: bool) -> dict[str, Any]:
    """Return what the review policy lets a learner see after an attempt, with the ids of the attempt.

    answers: the right answer as `right`, and the explanation.
    feedback: the author's feedback on what the learner answered.
    """
    kind, ids = kinds.of(version.kind), _ids(version, salt)
    shown: dict[str, Any] = {}
    if answers:
        shown |= {"right": kind.right(version.content, ids), "explanation": version.explanation}
    if feedback:
        shown["feedback"] = [] if answer is None else kind.feedback(version.content, answer, ids)
    return shown


def _ids(version: Version, salt: bytes, *, shuffle: bool = False) -> Ids:
    return Ids(salt, version.id, shuffle=shuffle)
