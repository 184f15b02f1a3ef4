import pytest
from bson import ObjectId

from learnstream.documents import LessonKind
from learnstream.services.authoring import lessons, removal
from learnstream.services.media import document_use
from learnstream.stores.sql import db
from tests.factories import make_course, publish
from tests.files import make_document, put_document, show_document

HANDOUT = {"title": "Handout", "kind": LessonKind.DOCUMENT}


@pytest.fixture
def file_id(owner):
    return make_document(owner)


@pytest.fixture
def draft(owner, file_id):
    """An unpublished course that shows the file."""
    course = make_course(owner, [HANDOUT, {"title": "Text"}], published=False)
    put_document(course.lessons[0], file_id)
    return course


def is_named(file_id):
    return document_use.named([ObjectId(file_id), ObjectId()]) == {ObjectId(file_id)}


def delete(course):
    removal.delete(course_id=course.id, deleted_by=1)
    removal.purge(course.id)
    db.session.commit()


def test_a_file_without_references_is_not_named(file_id):
    assert not is_named(file_id)


def test_a_draft_names_its_document(draft, file_id):
    assert is_named(file_id)
    assert document_use.courses_naming(file_id) == [draft.id]


def test_a_deleted_lesson_names_nothing(draft, file_id):
    lessons.delete(lesson_id=draft.lessons[0].id)

    assert not is_named(file_id)


def test_a_version_names_its_document_even_when_it_is_no_longer_current(draft, file_id):
    publish(draft)
    lessons.delete(lesson_id=draft.lessons[0].id)
    publish(draft)

    assert is_named(file_id)


def test_a_file_survives_a_course_as_long_as_another_one_shows_it(owner, draft, file_id):
    other = make_course(owner, [HANDOUT])
    show_document(other, other.lessons[0], file_id)
    publish(draft)

    delete(draft)
    shown_by_other = is_named(file_id)
    delete(other)

    assert (shown_by_other, is_named(file_id)) == (True, False)
