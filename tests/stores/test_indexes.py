"""MongoDB's indexes, as the release step builds them."""

from learnstream import documents
from learnstream.documents import Course, Lesson


def test_building_them_again_changes_nothing(app):
    before = Course.collection().index_information()

    documents.ensure_indexes()

    assert Course.collection().index_information() == before


def test_an_index_that_was_declared_otherwise_is_built_anew(app):
    before = Course.collection().index_information()
    Course.collection().drop_index("slug_1")
    Course.collection().create_index("slug", sparse=True)

    documents.ensure_indexes()

    assert Course.collection().index_information() == before


def test_so_is_the_index_that_words_are_searched_in(app):
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
