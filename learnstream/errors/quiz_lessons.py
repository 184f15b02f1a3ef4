"""Errors of quizzes' settings."""

from learnstream.errors import Conflict, NotFound


class NotAQuizLesson(Conflict):
    code, detail = "not_a_quiz_lesson", "Only lessons of kind `quiz` can have a quiz."


class NoQuiz(NotFound):
    code, detail = "no_quiz", "This lesson has no quiz yet."
