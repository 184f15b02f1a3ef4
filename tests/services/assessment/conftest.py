import pytest

from learnstream.documents import Attempt
from learnstream.policies import entitlements
from learnstream.policies.views import Caller
from learnstream.services.assessment import starting
from learnstream.services.delivery import visibility
from tests.factories import make_question, make_quiz_lesson


@pytest.fixture
def question(course):
    return make_question(course, "true_false")


@pytest.fixture
def make_quiz(course, question):
    """Return a function that adds a published quiz to the course: by default, of the question."""

    def make_quiz(*questions, **settings):
        return make_quiz_lesson(course, questions or [question], **settings)

    return make_quiz


@pytest.fixture
def start(course, learner):
    """Return a function that starts an attempt, by default the learner's."""

    def start(lesson, person=learner):
        caller = Caller(person.id, person.role, person.session_id, 0)
        seat = entitlements.seat(person.id, course.id)
        return starting.start(lesson=visibility.resolve(lesson.id, caller), seat=seat)

    return start


@pytest.fixture
def stored():
    """Return a function that reads an attempt anew."""
    return lambda attempt: Attempt.collection().find_one({"_id": attempt["_id"]})
