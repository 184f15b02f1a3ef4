import pytest

from tests.attempts import start
from tests.factories import make_question, make_quiz_lesson


@pytest.fixture
def question(course):
    """A question whose answer is true."""
    return make_question(course, "true_false")


@pytest.fixture
def make_quiz(course, question):
    """Return a function that adds a published quiz to the course: by default, of the question, with any number of attempts."""

    def make_quiz(*questions, **settings):
        return make_quiz_lesson(course, questions or [question], **{"attempts_allowed": None} | settings)

    return make_quiz


@pytest.fixture
def begin(client, make_quiz):
    """Return a function that has somebody start an attempt at a new quiz."""

    def begin(person, *questions, **settings):
        return start(client, person, make_quiz(*questions, **settings))

    return begin
