"""The jobs under their scheduled task names, each run twice, because a broker may deliver a task twice."""

import json
from datetime import timedelta

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import ScheduleBeat, Video, WebhookEvent
from learnstream.extensions import celery
from learnstream.services.media import uploads, webhooks
from tests.factories import make_video


def run_twice(task):
    for _ in range(2):
        celery.tasks[task]()


def test_webhook_events_are_retried(app):
    payload = {"id": "e1", "type": "video.asset.ready", "created_at": "2026-03-01T12:00:00Z"}
    payload["data"] = {"id": "as1", "status": "ready", "duration": 4.0}
    webhooks.receive(json.dumps(payload).encode(), payload)
    video_id = make_video(asset_id="as1")
    WebhookEvent.collection().update_many({}, {"$set": {"next_try_at": now() - timedelta(seconds=1)}})

    run_twice("learnstream.retry_webhook_events")

    video = Video.collection().find_one({"_id": ObjectId(video_id)})
    assert (video["status"], video["revision"]) == ("ready", 2)


def test_videos_are_reviewed(app, mux):
    requested = uploads.request_upload(created_by=1, title="", cors_origin="*")
    Video.collection().update_many({}, {"$set": {"review_at": now() - timedelta(seconds=1)}})

    run_twice("learnstream.review_videos")

    assert Video.collection().find_one({"_id": ObjectId(requested.video_id)})["status"] == "cancelled"


def test_the_beat_is_recorded(app):
    run_twice("learnstream.note_beat")

    [beat] = ScheduleBeat.collection().find()
    assert now() - beat["at"] < timedelta(seconds=5)


def test_every_job_of_the_schedule_exists(app):
    scheduled = {entry["task"] for entry in celery.conf.beat_schedule.values()}

    assert scheduled <= celery.tasks.keys()
