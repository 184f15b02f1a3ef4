import pytest
from bson import ObjectId

from learnstream.documents import Lesson
from tests.factories import make_lesson


@pytest.fixture
def create_lesson(owner):
    """Return a function that creates a lesson with a video, so that the video is in use."""

    def create_lesson(requested, course_id=None):
        lesson = make_lesson(owner, course_id)
        video_id = ObjectId(requested.video_id)
        Lesson.collection().update_one({"_id": ObjectId(lesson.id)}, {"$set": {"video_id": video_id}})
        return lesson

    return create_lesson
