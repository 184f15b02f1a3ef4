"""Reviews make up for lost webhooks and interrupted requests."""

from datetime import timedelta

import mux_python
from bson import ObjectId

from devstack.mux import ApiFault
from learnstream.clock import now
from learnstream.documents import Lesson, Video
from learnstream.integrations import video as port
from learnstream.services.authoring import lessons
from learnstream.services.media import reconciliation, uploads
from learnstream.services.media.reconciliation import review_due
from tests.factories import make_video
from tests.services.media.reconciliation.reviews import make_due, request_from_url, request_upload, review_all, stored


def test_an_upload_whose_webhooks_were_lost_becomes_ready(app, mux, create_lesson):
    requested = request_upload()
    create_lesson(requested)
    mux.make_ready(requested.upload.id)

    assert review_all() == 1

    video = stored(requested)
    assert (video["status"], video["duration"], bool(video["playback_id"])) == ("ready", 2.0, True)


def test_an_asset_whose_webhook_was_lost_becomes_ready(app, mux, create_lesson):
    mux.pause_encoding()
    requested = request_from_url()
    create_lesson(requested)
    mux.resume_encoding()

    review_all()

    assert stored(requested)["status"] == "ready"


def test_an_asset_whose_failure_webhook_was_lost_is_errored(app, mux, create_lesson):
    requested = uploads.request_from_url(created_by=1, title="", url="https://samples.test/broken.mp4")
    create_lesson(requested)

    review_all()

    assert (stored(requested)["status"], stored(requested)["error"]["type"]) == ("errored", "invalid_input")


def test_an_asset_that_was_deleted_elsewhere_is_deleted(app, mux, create_lesson):
    requested = request_from_url()
    create_lesson(requested)
    mux_python.AssetsApi(port.service()._client).delete_asset(requested.video["asset_id"])

    review_all()

    assert stored(requested)["status"] == "deleted"


def test_an_abandoned_upload_times_out_and_its_lesson_without_a_course_is_deleted(app, mux, create_lesson):
    requested = request_upload()
    lesson = create_lesson(requested)
    mux.advance(uploads.UPLOAD_SECONDS + 1)

    review_all()

    assert (stored(requested)["status"], stored(requested)["review_at"]) == ("timed_out", None)
    assert Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["deleted_at"] is not None


def test_an_abandoned_upload_leaves_a_courses_lesson_alone(app, mux, create_lesson, draft_course):
    requested = request_upload()
    lesson = create_lesson(requested, draft_course.id)
    mux.advance(uploads.UPLOAD_SECONDS + 1)

    review_all()

    assert stored(requested)["status"] == "timed_out"
    assert Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["deleted_at"] is None


def test_an_upload_canceled_at_mux_deletes_its_lesson_without_a_course(app, mux, deliver, create_lesson):
    requested = request_upload()
    lesson = create_lesson(requested)
    port.service().cancel_upload(requested.upload.id)
    deliver(*mux.take_events())

    review_all()

    assert (stored(requested)["status"], stored(requested)["review_at"]) == ("cancelled", None)
    assert Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["deleted_at"] is not None


def test_an_edited_lesson_without_a_course_is_kept(app, mux, create_lesson):
    requested = request_upload()
    lesson = create_lesson(requested)
    lessons.update(lesson_id=lesson.id, changes={"title": "Precious"})
    mux.advance(uploads.UPLOAD_SECONDS + 1)

    review_all()

    assert stored(requested)["status"] == "timed_out"
    assert Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["deleted_at"] is None


def test_a_running_upload_is_left_unchanged(app, mux, create_lesson):
    requested = request_upload()
    lesson = create_lesson(requested)

    review_all()

    assert stored(requested)["status"] == "waiting"
    assert stored(requested)["review_at"] > now()
    assert Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["deleted_at"] is None


def test_a_ready_video_without_a_signed_playback_id_gets_one(app, mux, create_lesson):
    requested = request_from_url()
    create_lesson(requested)
    review_all()
    then = {"asset_facts.at": now() - timedelta(hours=1), "asset_facts.playback_id": None, "playback_id": None}
    Video.collection().update_one({}, {"$set": then})

    review_all()

    assert stored(requested)["playback_id"]


def test_a_playback_id_that_was_deleted_elsewhere_is_replaced(app, mux, create_lesson):
    requested = request_from_url()
    create_lesson(requested)
    review_all()
    api, asset_id, lost = mux_python.AssetsApi(port.service()._client), requested.video["asset_id"], stored(requested)
    api.delete_asset_playback_id(asset_id, lost["playback_id"])
    long_ago = {"asset_facts.at": now() - timedelta(hours=1)}

    for _ in range(2):
        make_due(**long_ago, doubted_at=now())
        review_due()

    assert stored(requested)["status"] == "ready"
    assert [each.id for each in api.get_asset(asset_id).data.playback_ids] == [stored(requested)["playback_id"]]
    assert stored(requested)["playback_id"] != lost["playback_id"]


def test_a_failing_service_stops_the_run_and_loses_nothing(app, mux, create_lesson):
    requests = [request_from_url(), request_from_url()]
    make_due()
    mux.misbehave(api=ApiFault("status", status=503))

    assert review_due() == 0
    assert review_due() == 1
    make_due()
    assert review_due() == 1

    assert {stored(requested)["status"] for requested in requests} == {"deleted"}


def test_without_a_video_service_reviews_wait(app, mux, monkeypatch):
    request_from_url()
    make_due()
    monkeypatch.setitem(app.extensions, port.EXTENSION, lambda: None)

    assert review_due() == 0


def test_a_video_that_is_not_due_is_not_reviewed(app, mux):
    request_from_url()

    assert review_due() == 0


def test_unsettled_videos_are_reviewed_though_not_due(app, mux, create_lesson):
    requested, recent = request_upload(), request_upload()
    create_lesson(requested)
    mux.make_ready(requested.upload.id)
    long_ago = {"$set": {"updated_at": now() - timedelta(hours=1)}}
    Video.collection().update_one({"_id": ObjectId(requested.video_id)}, long_ago)

    assert (reconciliation.review_unsettled(), reconciliation.review_unsettled()) == (1, 0)

    assert (stored(requested)["status"], stored(recent)["status"]) == ("ready", "waiting")


def test_stuck_videos_are_counted(app, mux):
    long_ago = now() - timedelta(hours=2)
    stuck = {
        make_video(status="preparing", status_at=long_ago),
        make_video(upload_expires_at=long_ago),
        make_video(status="ready", purging=True, updated_at=long_ago),
    }
    make_video(status="preparing")
    make_video(upload_expires_at=now())
    make_video(status="ready", status_at=long_ago, updated_at=long_ago)
    make_video(status="deleted", purging=True, purged_at=long_ago, updated_at=long_ago)

    count, found = reconciliation.stuck()

    assert (count, {str(video["_id"]) for video in found}) == (3, stuck)
