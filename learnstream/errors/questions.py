"""Errors of questions and their answers."""

from typing import Any, Self

from learnstream.errors import Conflict, NotFound, Unprocessable

MAX_QUESTIONS = 10_000  # of a course


class NoSuchQuestion(NotFound):
    detail = "The question does not exist."


class NoSuchQuestionVersion(NotFound):
    detail = "The question has no such version."


class NoSuchQuestionImport(NotFound):
    detail = "The course has no such import."


class TooManyQuestions(Conflict):
    code, detail = "too_many_questions", f"A course can have at most {MAX_QUESTIONS:,} questions."


class QuestionKeyTaken(Conflict):
    code, detail = "question_key_taken", "Another question of the course has this key."


class InvalidPart(Unprocessable):
    """A part of the body is not valid; `problem` is a message, or messages by field, and `path` leads to the part."""

    path: tuple[str | int, ...] = ()

    def __init__(self, problem: Any = "Not valid.", path: tuple[str | int, ...] | None = None) -> None:
        self.problem = [problem] if isinstance(problem, str) else problem
        self.path = type(self).path if path is None else path
        super().__init__(errors={"json": _nested(self.path, self.problem)})

    def under(self, *path: str | int) -> Self:
        """Return the same error for a part that is deeper in the body."""
        return type(self)(self.problem, (*path, *self.path))


class InvalidContent(InvalidPart):
    """The content of a question is not valid for its kind."""

    path = ("content",)


class InvalidMedia(InvalidPart):
    """A file cannot be shown with a question."""

    path = ("media",)


class InvalidAnswer(InvalidPart):
    """An answer is not one to this question. It says nothing about which answer is right."""

    path = ("answer",)


def _nested(path: tuple[str | int, ...], problem: Any) -> Any:
    for name in reversed(path):
        problem = {name: problem}
    return problem
