"""Transactions of MongoDB, for changes of several documents that must not come apart."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import pymongo
from pymongo import ReadPreference, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure

from learnstream.stores import mongo

T = TypeVar("T")
# Of transactions that conflict, one commits and the others are repeated after a short pause.
ATTEMPTS, PAUSE = 20, 0.02
CONFLICT = "TransientTransactionError"


class Contended(Exception):
    """Too many transactions at once change the same documents; nothing was changed."""


def run(
    work: Callable[[ClientSession], T], *, attempts: int = ATTEMPTS, write_concern: WriteConcern | None = None
) -> T:
    """Return the result of a transaction; `work` may be called several times, and passes the session to each operation.

    Raises:
        Contended: it conflicted with others in all attempts.
    """
    with pymongo.timeout(mongo.OPERATION_MS / 1000), mongo.session() as session:
        for _ in range(attempts):
            try:
                with session.start_transaction(write_concern=write_concern, read_preference=ReadPreference.PRIMARY):
                    return work(session)
            except OperationFailure as error:
                if not error.has_error_label(CONFLICT):
                    raise
                time.sleep(random.uniform(0, PAUSE))  # noqa: S311 - not a secret
    raise Contended()
