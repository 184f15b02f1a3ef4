"""Keep accounts as this release knows them."""

from learnstream.extensions import celery
from learnstream.services.accounts import derivation

TASK = "learnstream.derive_missing"


@celery.task(name=TASK)
def derive_missing() -> None:
    """Derive keys and words of accounts that a process of the release before has written."""
    derivation.derive_missing()
