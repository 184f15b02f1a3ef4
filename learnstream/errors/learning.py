"""Errors of progress records and overrides."""

from learnstream.errors import Conflict, NotFound, Unavailable


class TooBusy(Unavailable):
    code, detail = "progress_busy", "Too many concurrent reports for this lesson; sending the report again is safe."


class CompletesByItself(Conflict):
    code, detail = "completes_by_itself", "This lesson is completed by watching or opening it; see `completion`."


class AlreadyCompleted(Conflict):
    code, detail = "already_completed", "The learner has completed this lesson."


class NoSuchOverride(NotFound):
    detail = "This learner has no override here."


class NothingToOverride(NotFound):
    detail = "The course has no such lesson or module."
