from bson import ObjectId
from sqlalchemy import select

from learnstream.documents import Course
from learnstream.extensions import db
from learnstream.models import User
from tests.factories import make_person


def test_what_was_changed_is_named_and_undone(world, snapshot):
    course_id = ObjectId(world.things["own"]["course_id"])
    before = Course.collection().find_one({"_id": course_id})
    Course.collection().update_one({"_id": course_id}, {"$set": {"title": "Another"}})
    newcomer = make_person()

    assert {"users", "courses"} <= set(snapshot.restore())
    assert snapshot.restore() == []
    assert Course.collection().find_one({"_id": course_id}) == before
    assert db.session.scalar(select(User.id).where(User.id == newcomer.id)) is None


def test_what_is_new_in_an_empty_collection_is_undone(world, snapshot):
    Course.collection().database["newly_made"].insert_one({})

    assert snapshot.restore() == ["newly_made"]
    assert snapshot.restore() == []
