import pytest

from learnstream.documents import LessonKind
from tests.factories import make_course, make_person, make_seat
from tests.files import make_document_with_bytes, show_document


@pytest.fixture
def handout(owner):
    """A published course whose first lesson is a document, and whose second is a free preview of another one."""
    course = make_course(
        owner,
        [
            {"title": "Handout", "kind": LessonKind.DOCUMENT},
            {"title": "Taste", "kind": LessonKind.DOCUMENT, "free_preview": True},
        ],
    )
    show_document(course, course.lessons[0], make_document_with_bytes(owner, name="Moon.pdf", pages=4))
    show_document(course, course.lessons[1], make_document_with_bytes(owner, name="Taste.pdf"))
    return course


@pytest.fixture
def lesson(handout):
    return handout.lessons[0]


@pytest.fixture
def reader(handout):
    """A student who is enrolled in the course."""
    person = make_person()
    make_seat(person, handout)
    return person
