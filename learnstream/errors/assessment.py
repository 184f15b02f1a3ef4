"""Errors of attempts at quizzes."""

from learnstream.errors import Conflict, Denied, NotFound, TooLarge, TooManyRequests, Unavailable


class NotAQuiz(NotFound):
    code, detail = "not_a_quiz", "This lesson is not a quiz."


class NoSuchAttempt(NotFound):
    detail = "The attempt does not exist."


class AttemptsExhausted(Conflict):
    code, detail = "attempts_exhausted", "You have used all attempts at this quiz."


class QuizClosed(Conflict):
    code, detail = "quiz_closed", "This quiz is closed."


class WaitBeforeRetry(TooManyRequests):
    code, detail = "wait_before_retry", "Wait before you start another attempt at this quiz."


class AccessCodeWrong(Denied):
    code, detail = "access_code_wrong", "This quiz needs an access code, and this is not it."


class AttemptOver(Conflict):
    """Answers came after the end of the attempt. They are stored for the course's staff, and do not count."""

    code = "attempt_over"
    detail = "The attempt is over. These answers do not count, unless the course's staff accept them."


class AttemptBusy(Unavailable):
    code, detail = "attempt_busy", "Too many concurrent changes of this attempt; sending the request again is safe."


class AnswersTooLarge(TooLarge):
    code, detail = "answers_too_large", "All answers of the attempt together are too large."


class NotAsked(NotFound):
    detail = "The attempt has no such question."


class AttemptInProgress(Conflict):
    code, detail = "attempt_in_progress", "The attempt has not been submitted yet."


class AttemptVoided(Conflict):
    code, detail = "attempt_voided", "The attempt was given back to the learner and does not count."


class ClaimedByAnother(Conflict):
    code, detail = "claimed_by_another", "Another user is marking this answer."


class NoLateAnswers(Conflict):
    code, detail = "no_late_answers", "No answers arrived after the end of the attempt."


class NoSuchRegrade(NotFound):
    detail = "The question has no such regrade."
