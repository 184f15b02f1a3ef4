"""MongoDB's indexes, as the release step builds them."""

from learnstream import documents
from learnstream.documents import Course, Lesson


def test_rebuilding_indexes_changes_nothing(app):
    before = Course.collection().index_information()

    documents.ensure_indexes()

    assert Course.collection().index_information() == before


def test_an_index_with_another_definition_is_rebuilt(app):
    before = Course.collection().index_information()
    Course.collection().drop_index("slug_1")
    Course.collection().create_index("slug", sparse=True)

    documents.ensure_indexes()

    assert Course.collection().index_information() == before


def test_an_outdated_search_index_is_rebuilt(app):
    before = Course.collection().index_information()
    Course.collection().drop_index("search")
    Course.collection().create_index([("title", "text")], name="search")

    documents.ensure_indexes()

    assert Course.collection().index_information() == before


def test_a_missing_index_is_built(app):
    before = Lesson.collection().index_information()
    Lesson.collection().drop_indexes()

    documents.ensure_indexes()

    assert Lesson.collection().index_information() == before
