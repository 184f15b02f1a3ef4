import pytest

from learnstream.policies import entitlements
from learnstream.policies.views import Caller
from learnstream.services.delivery import visibility
from learnstream.services.homework import saving, submitting
from tests.homework import make_assignment_lesson


@pytest.fixture
def homework(course):
    return make_assignment_lesson(course)


@pytest.fixture
def where(course, learner):
    """Return a function that looks up a lesson and the learner's seat, as routes do."""

    def where(lesson, person=learner):
        reader = Caller(person.id, person.role, person.session_id, 0)
        return {"lesson": visibility.resolve(lesson.id, reader), "seat": entitlements.seat(person.id, course.id)}

    return where


@pytest.fixture
def save(where):
    """Return a function that saves the learner's draft."""

    def save(lesson, text="The sun lights it.", *, file_ids=(), **options):
        given = {"text": text, "url": None, "file_ids": [*file_ids]}
        return saving.save(**where(lesson), given=given, **options)

    return save


@pytest.fixture
def submit(where):
    """Return a function that hands in the learner's draft."""
    return lambda lesson, **options: submitting.submit(**where(lesson), **options)
