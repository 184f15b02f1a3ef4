import pytest

from learnstream.documents import LessonKind
from tests.factories import make_course


@pytest.fixture
def assigned(owner):
    """An unpublished course with an assignment lesson that has no assignment yet."""
    return make_course(owner, [{"title": "Homework", "kind": LessonKind.ASSIGNMENT}], published=False)


@pytest.fixture
def lesson(assigned):
    return assigned.lessons[0]
