"""Count reviews that the requests that wrote them did not count."""

from learnstream.extensions import celery
from learnstream.services.reviews import counting


@celery.task(name=counting.TASK)
def count_reviews() -> None:
    """Bring the ratings of courses and books up to date."""
    counting.count_waiting()
