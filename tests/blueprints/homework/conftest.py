import pytest

from tests.homework import make_assignment_lesson


@pytest.fixture
def make_homework(course):
    """Return a function that adds a published assignment to the course."""

    def make_homework(**settings):
        return make_assignment_lesson(course, **settings)

    return make_homework


@pytest.fixture
def homework(make_homework):
    return make_homework()
