"""Keep the search index up to date."""

from learnstream.extensions import celery
from learnstream.services.search import index

CATCH_UP_TASK, COMPARE_TASK = "learnstream.catch_up_search", "learnstream.compare_search"


@celery.task(name=CATCH_UP_TASK)
def catch_up() -> None:
    """Index what has changed."""
    index.catch_up()


@celery.task(name=COMPARE_TASK)
def compare() -> None:
    """Find what the index has missed."""
    index.compare()
