"""Submissions whose change was not followed, because the process that made it ended (see `completing`)."""

import logging

from learnstream.services.homework import completing, submissions
from learnstream.stores.breaker import STORE_FAILURES

log = logging.getLogger(__name__)

BATCH = 100  # submissions


def follow_changes() -> int:
    """Follow changes of submissions until none is left; return how many were. Several workers may do so at once."""
    followed = 0
    for batch in submissions.OWN.batches({"completion_due": True}, BATCH):
        for submission in batch:
            try:
                completing.follow(submission)
                followed += 1
            except STORE_FAILURES:
                raise
            except Exception:
                # One that cannot be followed must not keep the others waiting.
                log.exception("submission %s could not be followed", submission["_id"])
    return followed
