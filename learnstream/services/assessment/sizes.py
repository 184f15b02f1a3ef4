"""The size of an attempt, which one document holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import DocumentTooLarge, OperationFailure

from learnstream.errors.assessment import AnswersTooLarge

# MongoDB's codes of errors for a document of more than 16 MB, and for a change that its cache cannot hold.
TOO_LARGE = {10334, 17419, 388}


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
