"""Errors of reviews."""

from learnstream.errors import Conflict, Denied, NotFound, Retry
from learnstream.errors.enrollment import NotEnrolled


class NoSuchReview(NotFound):
    detail = "The review does not exist."


class ReviewNeedsSeat(NotEnrolled):
    detail = "Only those who are or were enrolled in a course can review it."


class ReviewNeedsProgress(Denied):
    code, detail = "review_needs_progress", "A course can be reviewed from a progress of 10% on."


class OwnCourse(Denied):
    code, detail = "own_course", "The staff of a course cannot review it."
    retry = Retry.NEVER


class OwnBook(Denied):
    code, detail = "own_book", "You added this book, and so cannot review it."
    retry = Retry.NEVER


class OwnReviewMarked(Denied):
    code, detail = "own_review", "This review is your own."
    retry = Retry.NEVER


class ReviewNotHidden(Conflict):
    code, detail = "review_not_hidden", "The review is not hidden."
