import pytest
from bson import ObjectId

from learnstream.documents import Course
from tests.factories import make_person


@pytest.fixture
def courses(application):
    with application.app_context():
        yield Course.collection()


def test_what_was_changed_is_named_and_undone(world, snapshot, courses):
    course_id = ObjectId(world.things["own"]["course_id"])
    before = courses.find_one({"_id": course_id})
    courses.update_one({"_id": course_id}, {"$set": {"title": "Another"}})
    make_person()

    assert snapshot.restore() == ["users", "sessions", "courses"]
    assert snapshot.restore() == []
    assert courses.find_one({"_id": course_id}) == before


def test_what_is_new_in_an_empty_collection_is_undone(snapshot, courses):
    courses.database["newly_made"].insert_one({})

    assert snapshot.restore() == ["newly_made"]
    assert snapshot.restore() == []
