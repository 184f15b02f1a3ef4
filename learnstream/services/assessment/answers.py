"""Answers of an attempt: reading what a learner sends, and which one of several to a question is kept.

The answer with the highest `seq` is kept; of those with the same, the latest by the client's clock, and then the one
whose digest is greater. So what is stored does not depend on the order or number of requests.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypedDict

import orjson

from learnstream.clock import whole_milliseconds
from learnstream.documents.attempt import Answer
from learnstream.errors import Unprocessable
from learnstream.errors.questions import InvalidAnswer
from learnstream.services.assessment.attempts import Asked
from learnstream.services.quizzes import presentation, questions
from learnstream.services.quizzes.version import Version
from learnstream.stores.mongo import Expression

TIE_BYTES = 8
DIGEST_BYTES = 16
ORDER = ("seq", "client_time", "tie")


class Given(TypedDict):
    """An answer as the learner sent it, with the ids that the attempt shows."""

    question_id: str
    answer: Any
    seq: int
    client_time: datetime
    seconds: float | None


def read(asked: Asked, given: Sequence[Given], moment: datetime) -> dict[str, Answer]:
    """Return the answers to store, by question: of several to the same question, the one that is kept.

    Raises:
        Unprocessable: an answer is to a question that was not asked, or not one to its question.
    """
    ids = [version_id for each in given if (version_id := asked.questions.get(each["question_id"]))]
    versions = questions.versions(ids)
    found: dict[str, Answer] = {}
    problems: dict[int, Any] = {}
    for index, each in enumerate(given):
        version = versions.get(asked.questions.get(each["question_id"], ""))
        try:
            answer = _to_store(each, version, asked.salt, moment)
        except InvalidAnswer as error:
            problems[index] = {error.path[-1]: error.problem}
        else:
            if is_newer(answer, found.get(each["question_id"])):
                found[each["question_id"]] = answer
    if problems:
        raise Unprocessable(errors={"json": {"answers": problems}})
    return found


def _to_store(given: Given, version: Version | None, salt: bytes, moment: datetime) -> Answer:
    if version is None:
        raise InvalidAnswer("The attempt has no such question.", ("question_id",))
    canonical = presentation.canonical(version, given["answer"], salt)
    return {
        "answer": canonical,
        "seq": given["seq"],
        "client_time": whole_milliseconds(given["client_time"]),
        "tie": _digest(canonical, TIE_BYTES),
        "at": moment,
        "seconds": given["seconds"],
    }


def is_newer(answer: Answer, stored: Answer | None) -> bool:
    """Return whether an answer is to be kept instead of the stored one."""
    return stored is None or _rank(answer) > _rank(stored)


def _rank(answer: Answer) -> tuple[int, datetime, str]:
    return answer["seq"], answer["client_time"], answer["tie"]


def replace(
    path: str, answer: Mapping[str, Any], order: Iterable[str] = ORDER, unless: Expression | bool = False
) -> Expression:
    """Return the expression for the answer at a path of the document: the given one if it is newer, else what is there.

    order: the fields that decide, the first one first.
    unless: a condition on which the stored one stays.
    """
    # Answers are the learner's: without `$literal`, MongoDB would evaluate a text like `$salt`.
    newer: Expression = {"$gt": [{"$literal": [answer[name] for name in order]}, [f"${path}.{name}" for name in order]]}
    condition = newer if unless is False else {"$and": [newer, {"$not": [unless]}]}
    return {"$cond": [condition, {"$literal": answer}, f"${path}"]}


def digest(answers: Mapping[str, Answer], salt: bytes) -> str:
    """Return a digest of all answers of an attempt, which says nothing about them to those who do not know the salt."""
    return _digest({name: each["answer"] for name, each in answers.items()}, DIGEST_BYTES, key=salt)


def _digest(value: Any, size: int, key: bytes = b"") -> str:
    return blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=size, key=key).hexdigest()


def is_blank(answer: Answer | None) -> bool:
    """Return whether a question has no answer."""
    return answer is None or answer["answer"] is None
