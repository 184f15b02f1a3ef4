"""Removing the reviews of what is deleted."""

from learnstream.documents import Review
from learnstream.services.reviews import subjects
from learnstream.services.reviews.subjects import Subject


def delete_all(subject: Subject) -> None:
    """Delete all reviews of a course or book that does not exist any more."""
    Review.collection().delete_many(subject.query)
    subjects.reviews_changed(subject)
