import pytest

from learnstream.documents import LessonKind
from tests.factories import make_course


@pytest.fixture
def examined(owner):
    """An unpublished course with a quiz lesson that has no quiz yet."""
    return make_course(owner, [{"title": "Quiz", "kind": LessonKind.QUIZ}], published=False)


@pytest.fixture
def lesson(examined):
    return examined.lessons[0]
