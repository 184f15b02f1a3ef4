import pytest
from bson import ObjectId

from learnstream.documents import Course
from tests.factories import make_person


@pytest.fixture
def courses(application):
    with application.app_context():
        yield Course.collection()


def test_a_snapshot_names_and_undoes_changes(dataset, snapshot, courses):
    course_id = ObjectId(dataset.objects["own"]["course_id"])
    before = courses.find_one({"_id": course_id})
    courses.update_one({"_id": course_id}, {"$set": {"title": "Another"}})
    make_person()

    assert snapshot.restore() == ["users", "sessions", "courses"]
    assert snapshot.restore() == []
    assert courses.find_one({"_id": course_id}) == before


@pytest.fixture
def new_collection(courses):
    """A collection that is dropped afterwards, since other tests list them all."""
    yield courses.database["newly_made"]
    courses.database.drop_collection("newly_made")


def test_a_snapshot_undoes_insertions_into_an_empty_collection(snapshot, new_collection):
    new_collection.insert_one({})

    assert snapshot.restore() == ["newly_made"]
    assert snapshot.restore() == []
