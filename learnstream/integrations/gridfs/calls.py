"""Calls to MongoDB for objects: each bounded in time, its errors those of the port."""

from collections.abc import Iterator
from contextlib import contextmanager

import pymongo
from pymongo.errors import OperationFailure

from learnstream.errors.file_storage import Busy, Unreachable
from learnstream.stores.breaker import STORE_FAILURES, is_read_only

# Of one call. A batch of chunks is a thousand times as large as any other write.
CALL_SECONDS = 1.5
BATCH_SECONDS = 5.0


@contextmanager
def translated(seconds: float = CALL_SECONDS) -> Iterator[None]:
    """Bound the enclosed call, and replace the driver's errors.

    Raises:
        Unreachable: MongoDB does not respond, or has just failed.
        Busy: it accepts no writes now.
    """
    try:
        with pymongo.timeout(seconds):
            yield
    except STORE_FAILURES as error:
        raise Unreachable() from error
    except OperationFailure as error:
        if is_read_only(error):
            raise Busy() from error
        raise
