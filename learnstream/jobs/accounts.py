"""Fill in the derived columns of accounts."""

from learnstream.extensions import celery
from learnstream.services.accounts import derivation

TASK = "learnstream.derive_missing"


@celery.task(name=TASK)
def derive_missing() -> None:
    """Derive e-mail keys and search words of accounts that a process of the previous release has written."""
    derivation.derive_missing()
