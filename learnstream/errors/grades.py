"""Errors of grades."""

from learnstream.errors import NotFound


class NotGraded(NotFound):
    code, detail = "not_graded", "The learner's version of the course has no such lesson that is graded."
