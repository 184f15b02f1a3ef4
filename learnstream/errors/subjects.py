"""Errors of subjects."""

from learnstream.errors import Conflict, NotFound


class NoSuchSubject(NotFound):
    detail = "The subject does not exist."


class SubjectExists(Conflict):
    code, detail = "subject_exists", "Another subject has this name or this code."
