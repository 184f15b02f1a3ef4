"""Errors of lessons' assignments: their settings, and publishing them."""

from typing import Any

from learnstream.errors import Conflict, NotFound, Unprocessable


class NotAnAssignmentLesson(Conflict):
    code, detail = "not_an_assignment_lesson", "Only lessons of kind `assignment` can have an assignment."


class NoAssignment(NotFound):
    code, detail = "no_assignment", "This lesson has no assignment yet."


class InvalidAssignment(Unprocessable):
    """The settings of an assignment do not fit together, or to the course."""

    def __init__(self, errors: dict[str, Any] | None = None) -> None:
        super().__init__(errors={"json": errors or {}})
