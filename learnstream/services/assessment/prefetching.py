"""The cache keys that operations on attempts will probably read, as far as this process knows."""

from learnstream.policies import entitlements
from learnstream.services.assessment import attempts
from learnstream.services.delivery import visibility


def start_keys(*, user_id: int, lesson_id: str) -> list[str]:
    """Return the keys for starting an attempt at a quiz, or listing them."""
    return visibility.prefetch_keys(user_id=user_id, lesson_id=lesson_id)


def attempt_keys(*, user_id: int, attempt_id: str) -> list[str]:
    """Return the keys for reading an attempt."""
    found = attempts.known.get(attempt_id)
    if found is None or found.user_id != user_id:
        return []
    return entitlements.seat_prefetch_keys(user_id=user_id, course_id=found.course_id)
