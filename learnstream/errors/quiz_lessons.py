"""Errors of lessons' quizzes: their settings, and publishing them."""

import enum
from typing import Any

from learnstream.errors import Conflict, NotFound, Unprocessable


class Fault(enum.StrEnum):
    """Why a quiz cannot be published."""

    NOTHING_TO_ANSWER = "nothing_to_answer"
    UNKNOWN_QUESTION = "unknown_question"
    QUESTION_ARCHIVED = "question_archived"
    QUESTION_TWICE = "question_twice"
    DRAW_TOO_LARGE = "draw_too_large"
    POOL_TOO_LARGE = "pool_too_large"


class NotAQuizLesson(Conflict):
    code, detail = "not_a_quiz_lesson", "Only lessons of kind `quiz` can have a quiz."


class NoQuiz(NotFound):
    code, detail = "no_quiz", "This lesson has no quiz yet."


class InvalidQuiz(Unprocessable):
    """The course does not have the questions that the settings of a quiz ask for."""

    def __init__(self, errors: dict[str, Any] | None = None) -> None:
        super().__init__(errors={"json": errors or {}})


class NothingToAnswer(Conflict):
    """`lessons` are the quizzes without questions, by id and title."""

    code, detail = "nothing_to_answer", "A quiz has no questions yet."


class QuizNotPublishable(Unprocessable):
    """`quizzes` are the problems, each with its lesson, a code and a message."""

    code = "quiz_not_publishable"
    detail = "The course does not have the questions that a quiz needs any more."
