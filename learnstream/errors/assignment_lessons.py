"""Errors of lessons' assignments: their settings, and publishing them."""

import enum
from typing import Any

from learnstream.errors import Conflict, NotFound, Unprocessable


class Fault(enum.StrEnum):
    """Why an assignment cannot be published."""

    NO_ASSIGNMENT = "no_assignment"
    DUE_BEFORE_RELEASE = "due_before_release"


class NotAnAssignmentLesson(Conflict):
    code, detail = "not_an_assignment_lesson", "Only lessons of kind `assignment` can have an assignment."


class NoAssignment(NotFound):
    code, detail = "no_assignment", "This lesson has no assignment yet."


class InvalidAssignment(Unprocessable):
    """The settings of an assignment do not fit together, or to the course."""

    def __init__(self, errors: dict[str, Any] | None = None) -> None:
        super().__init__(errors={"json": errors or {}})


class NoAssignmentToPublish(Conflict):
    """`lessons` are those without an assignment, by id and title."""

    code, detail = "no_assignment", "A lesson has no assignment yet."


class AssignmentNotPublishable(Unprocessable):
    """`assignments` are the problems, each with its lesson, a code and a message."""

    code, detail = "assignment_not_publishable", "An assignment is due before its lesson opens."
