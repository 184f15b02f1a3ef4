import mux_python
import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Lesson, LessonKind, Video
from learnstream.integrations import video as port
from learnstream.services.authoring import publishing
from learnstream.services.media import reconciliation
from learnstream.stores.sql import db
from tests.factories import make_lesson


@pytest.fixture
def lesson(draft_course):
    """A draft that waits for its video."""
    return draft_course.video


@pytest.fixture
def draft():
    """Return the stored draft of a lesson."""
    return lambda lesson: Lesson.collection().find_one({"_id": ObjectId(lesson.id)})


@pytest.fixture
def assets(mux):
    """Return the ids of all assets at the video service."""
    return lambda: {asset.id for asset in mux_python.AssetsApi(port.service()._client).list_assets().data}


@pytest.fixture
def foreign_asset(mux):
    """Create an asset directly at the video service, bypassing the application."""

    def make(policy="public", url="https://samples.test/sample.mp4"):
        asset = {"inputs": [{"url": url}], "playback_policies": [policy]}
        return mux_python.AssetsApi(port.service()._client).create_asset(asset).data.id

    return make


@pytest.fixture
def give_video(client, owner, mux, deliver):
    """Give a lesson a video, ready unless encoding is paused; return the video of the response."""

    def give_video(lesson, auth=owner):
        body = {"video_url": "https://samples.test/sample.mp4"}
        response = client.post(f"/lessons/{lesson.id}/video/from-url", json=body, auth=auth)
        assert response.status_code == 201, response.text
        deliver(*mux.take_events())
        return response.json["video"]

    return give_video


@pytest.fixture
def publish(owner):
    """Publish a course's draft and move its learners."""

    def publish(course):
        publishing.publish(course_id=course.id, published_by=owner.id)
        db.session.commit()

    return publish


@pytest.fixture
def review():
    """Review all videos now, as the schedule does when they are due."""

    def review():
        Video.collection().update_many({"review_at": {"$ne": None}}, {"$set": {"review_at": now()}})
        reconciliation.review_due()

    return review


@pytest.fixture
def another_video_lesson(owner, draft_course):
    return make_lesson(owner, draft_course.id, kind=LessonKind.VIDEO)
