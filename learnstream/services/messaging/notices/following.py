"""Follows the events of which people are told."""

from collections.abc import Callable, Mapping, Sequence

from learnstream.models import EventType
from learnstream.services.foundation.followers import FeedEvent, follows_in_batches
from learnstream.services.messaging.notices import (
    of_announcements,
    of_courses,
    of_learners,
    of_payments,
    of_reviews,
    of_system,
    of_work,
)

Handlers = Mapping[EventType, Callable[[FeedEvent], None]]

# What concerns few people at once: learners, and the staff of a course.
PERSONAL: Handlers = {
    EventType.ENROLLMENT_CREATED: of_learners.seat_given,
    EventType.SEAT_ENDING: of_learners.seat_ending,
    EventType.WORK_DUE: of_learners.work_due,
    EventType.GRADES_RELEASED: of_learners.grades_released,
    EventType.ATTEMPT_MARKED: of_learners.grades_released,
    EventType.GRADE_CHANGED: of_learners.grade_changed,
    EventType.SUBMISSION_SUBMITTED: of_work.submitted,
    EventType.ATTEMPT_SUBMITTED: of_work.attempt_submitted,
    EventType.REVIEW_REPLIED: of_reviews.replied,
    EventType.REVIEW_HIDDEN: of_reviews.hidden,
    EventType.IMPORT_FINISHED: of_system.import_finished,
    EventType.MAIL_FAILING: of_system.mail_failing,
    EventType.ORDER_PAID: of_payments.received,
    EventType.ORDER_REFUNDED: of_payments.refunded,
    EventType.PAYMENT_DISPUTED: of_payments.disputed,
    EventType.PAYMENT_WARNED: of_payments.warned,
}
# What concerns whole courses: telling thousands of people delays none of the others.
GENERAL: Handlers = {
    EventType.COURSE_PUBLISHED: of_courses.published,
    EventType.ANNOUNCEMENT_PUBLISHED: of_announcements.published,
    EventType.ANNOUNCEMENT_WITHDRAWN: of_announcements.withdrawn,
}


@follows_in_batches(*PERSONAL, name="notices", batch=100)
def follow(events: Sequence[FeedEvent]) -> None:
    """Tell people of events that concern them."""
    for event in events:
        PERSONAL[event.type](event)


@follows_in_batches(*GENERAL, name="general-notices", batch=1)
def follow_general(events: Sequence[FeedEvent]) -> None:
    """Tell all learners of a course of events that concern them."""
    for event in events:
        GENERAL[event.type](event)
