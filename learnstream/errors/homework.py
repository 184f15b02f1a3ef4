"""Errors of homework that learners hand in."""

from learnstream.errors import Conflict, NotFound, Unavailable
from learnstream.errors.assessment import ClaimedByAnother


class NotAnAssignment(NotFound):
    code, detail = "not_an_assignment", "This lesson is not an assignment."


class NoSuchSubmission(NotFound):
    detail = "The submission does not exist."


class SubmissionClosed(Conflict):
    code, detail = "submission_closed", "This assignment accepts no more submissions."


class SubmissionsExhausted(Conflict):
    code, detail = "submissions_exhausted", "You have used all submissions for this assignment."


class NotOpenAgain(Conflict):
    code, detail = "not_open_again", "You have handed in this assignment, and it is not open for another submission."


class NothingToSubmit(Conflict):
    code, detail = "nothing_to_submit", "There is no draft to hand in, or it is empty."


class Superseded(Conflict):
    code, detail = "superseded", "The learner has handed in a later submission."


class BeingGraded(ClaimedByAnother):
    detail = "Another user is grading this submission."


class SubmissionBusy(Unavailable):
    code = "submission_busy"
    detail = "Too many concurrent changes of this submission; sending the request again is safe."


class ArchiveTooLarge(Conflict):
    code, detail = "archive_too_large", "An archive has at most 10,000 files. Use filters to get some at a time."


class ArchivesBusy(Unavailable):
    code, detail = "archives_busy", "Other archives are being downloaded; try again shortly."


class NoSuchGradeImport(NotFound):
    detail = "The lesson has no such import."
