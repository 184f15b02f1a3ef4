"""Access codes of quizzes, which learners get where a quiz is supervised. Guessing them is throttled."""

from learnstream.errors.assessment import AccessCodeWrong
from learnstream.services.accounts import throttle
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.assessment.quizzes import FrozenQuiz
from learnstream.services.quizzes import access_codes

LIMIT = Limit("access_code", failures=5, seconds=300)


def require(quiz: FrozenQuiz, given: str | None, *, user_id: int) -> None:
    """Require a quiz's access code, if it has one.

    Raises:
        AccessCodeWrong: it is missing or wrong.
        TooManyFailures: the learner has tried too many codes.
    """
    if quiz.access_code is None:
        return
    counter = Counter(LIMIT, f"{user_id}:{quiz.lesson_id}")
    throttle.require_not_paused(counter)
    if given is None:
        raise AccessCodeWrong()
    if not access_codes.matches(quiz.access_code, given):
        throttle.count_failure(counter)
        raise AccessCodeWrong()
    throttle.record_success(counter, resetting=counter)
