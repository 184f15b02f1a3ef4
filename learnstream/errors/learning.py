"""Errors of the learning record."""

from learnstream.errors import Conflict, NotFound, Unavailable


class TooBusy(Unavailable):
    code, detail = "progress_busy", "Too many reports of this lesson at once: send it again, which does no harm."


class CompletesByItself(Conflict):
    code, detail = "completes_by_itself", "This lesson is completed by watching or opening it; see `completion`."


class AlreadyCompleted(Conflict):
    code, detail = "already_completed", "The learner has completed this lesson."


class NoSuchOverride(NotFound):
    detail = "Nothing was granted to this learner here."


class NothingToOverride(NotFound):
    detail = "There is no such lesson or module in this course."
