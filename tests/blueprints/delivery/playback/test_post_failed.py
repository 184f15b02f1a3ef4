from datetime import timedelta

import pytest
from bson import ObjectId
from limits import parse

from learnstream.blueprints.delivery import playback
from learnstream.clock import now
from learnstream.documents import LessonKind, Video
from learnstream.integrations import video as port
from learnstream.services.media import videos
from learnstream.services.media.reconciliation import review_due
from tests.factories import make_course, make_ready_video, show_video


@pytest.fixture
def video(course, mux):
    """The video of `course`'s video lesson, of an asset that exists at the video service."""
    made = port.service().create_asset("https://samples.test/sample.mp4", passthrough="", title="", subtitles=())
    video_id = make_ready_video(asset_id=made.id)
    show_video(course, course.video, video_id)
    return video_id


@pytest.fixture
def deleted_asset_video(video):
    """The same, and the asset was deleted without a webhook."""
    port.service().delete_asset(stored(video)["asset_id"])
    return video


@pytest.fixture
def vendor_calls(monkeypatch):
    """The requests sent to the video service."""
    made = []
    monkeypatch.setattr(port.service(), "get_asset", watched(port.service().get_asset, made))
    return made


def watched(call, made):
    def watched(asset_id):
        made.append(asset_id)
        return call(asset_id)

    return watched


def stored(video_id):
    return Video.collection().find_one({"_id": ObjectId(video_id)})


def report(client, person, lesson):
    return client.post(f"/lessons/{lesson.id}/playback/failed", auth=person)


def play(client, person, lesson):
    return client.get(f"/lessons/{lesson.id}/playback", auth=person)


def test_playback_reports_a_deleted_asset_after_a_review(client, course, learner, deleted_asset_video, vendor_calls):
    assert play(client, learner, course.video).status_code == 200

    assert report(client, learner, course.video).status_code == 202
    assert vendor_calls == []
    review_due()

    response = play(client, learner, course.video)
    assert (response.status_code, response.json["code"]) == (409, "video_deleted")
    assert report(client, learner, course.video).json["code"] == "video_deleted"


def test_an_existing_asset_keeps_playing(client, course, learner, video):
    report(client, learner, course.video)
    review_due()

    assert play(client, learner, course.video).status_code == 200
    assert stored(video)["review_at"] > now() + timedelta(hours=1)


def test_an_asset_is_reviewed_once_in_ten_minutes(client, course, learner, owner, video, vendor_calls):
    for _ in range(2):
        for person in (learner, owner):
            report(client, person, course.video)
        review_due()
    assert len(vendor_calls) == 1

    Video.collection().update_one({}, {"$set": {"checked_at": now() - videos.RECHECK_AFTER}})
    report(client, learner, course.video)
    review_due()
    assert len(vendor_calls) == 2


def test_a_failed_review_is_repeated(client, course, learner, deleted_asset_video, mux):
    report(client, learner, course.video)
    mux.misbehave(api={"kind": "status", "status": 503})
    review_due()
    assert stored(deleted_asset_video)["status"] == "ready"

    Video.collection().update_one({}, {"$set": {"review_at": now()}})
    review_due()

    assert stored(deleted_asset_video)["status"] == "deleted"


def test_a_user_may_report_ten_times_a_minute(rate_limits, client, course, learner, owner, video):
    most = parse(playback.FAILURE_REPORTS).amount

    responses = [report(client, learner, course.video).status_code for _ in range(most + 1)]

    assert responses == [202] * most + [429]
    assert report(client, owner, course.video).status_code == 202


def test_a_guest_reports_a_free_preview(client, owner):
    course = make_course(owner, [{"title": "Trailer", "kind": LessonKind.VIDEO, "free_preview": True}])
    show_video(course, course.lessons[0], make_ready_video())

    assert report(client, None, course.lessons[0]).status_code == 202


def test_users_without_access_cannot_report(client, course, stranger, video):
    assert report(client, stranger, course.video).status_code == 403
    assert report(client, None, course.video).status_code == 401
    assert stored(video).get("doubted_at") is None


def test_a_text_lesson_cannot_be_reported(client, course, learner):
    response = report(client, learner, course.text)

    assert (response.status_code, response.json["code"]) == (404, "not_a_video")
