"""Whether a learner sees their score in a quiz, as its review policy says."""

from learnstream.clock import now
from learnstream.policies import entitlements
from learnstream.services.assessment import review
from learnstream.services.delivery import syllabus


def shows_score(course_id: str, user_id: int, lesson_id: str) -> bool:
    """Return whether a learner may see their score in a quiz; not if their version of the course has it no more."""
    seat = entitlements.seat(user_id, course_id)
    lesson = syllabus.get(course_id, seat.course_version).by_id.get(lesson_id) if seat else None
    if seat is None or lesson is None or lesson.quiz_id is None:
        return False
    return review.to_learner(seat, lesson_id, lesson.quiz_id, now())["score"]
