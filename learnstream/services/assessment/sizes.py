"""The size of an attempt, which one document holds: answers must leave room for its marks and their history.

Otherwise, a learner could make an attempt that can be neither submitted nor marked.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import orjson
from bson import ObjectId
from pymongo.errors import DocumentTooLarge, OperationFailure

from learnstream.documents import Attempt
from learnstream.documents.attempt import Answer
from learnstream.errors.assessment import AnswersTooLarge
from learnstream.stores.mongo import Expression

# MongoDB's codes of errors for a document of more than 16 MB, and for a change that its cache cannot hold.
TOO_LARGE = {10334, 17419, 388}
# Bytes of an attempt from which on long answers are refused. With a last request of 1 MB, and 300 short answers and late
# ones, it remains below 12 MB.
FULL = 6 * 2**20
SHORT = 8_000  # bytes as JSON of the answers in a request that are stored in any case


def room_for(answers: Collection[Answer]) -> Expression:
    """Return the condition on which an attempt has room for answers."""
    length = len(orjson.dumps([each["answer"] for each in answers]))
    return {"$expr": {"$lt": [{"$bsonSize": "$$ROOT"}, FULL]}} if length > SHORT else {}


def require_room(attempt_id: str, answers: Mapping[str, Answer]) -> None:
    """Raise if an attempt has no room for answers.

    Raises:
        AnswersTooLarge: it has none.
    """
    if not Attempt.collection().count_documents({"_id": ObjectId(attempt_id), **room_for(answers.values())}):
        raise AnswersTooLarge()


@contextmanager
def limited() -> Iterator[None]:
    """Report a write that would make an attempt too large to store.

    Raises:
        AnswersTooLarge: the write changed nothing.
    """
    try:
        yield
    except DocumentTooLarge:
        raise AnswersTooLarge() from None
    except OperationFailure as error:
        if error.code in TOO_LARGE:
            raise AnswersTooLarge() from None
        raise
