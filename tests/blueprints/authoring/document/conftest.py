import pytest

from learnstream.documents import LessonKind
from tests.factories import make_course


@pytest.fixture
def handout(owner):
    """A published course with a document lesson that has no document yet."""
    return make_course(owner, [{"title": "Handout", "kind": LessonKind.DOCUMENT}])


@pytest.fixture
def lesson(handout):
    return handout.lessons[0]
