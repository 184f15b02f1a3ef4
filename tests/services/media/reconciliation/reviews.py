"""Helpers that request and review videos."""

from datetime import timedelta

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Video
from learnstream.services.media import uploads
from learnstream.services.media.reconciliation import review_due

SAMPLE = "https://samples.test/sample.mp4"


def request_upload():
    return uploads.request_upload(created_by=1, title="", cors_origin="*")


def request_from_url():
    return uploads.request_from_url(created_by=1, title="", url=SAMPLE)


def stored(requested):
    return Video.collection().find_one({"_id": ObjectId(requested.video_id)})


def make_due(**fields):
    Video.collection().update_many(
        {"review_at": {"$ne": None}}, {"$set": {"review_at": now() - timedelta(seconds=1), **fields}}
    )


def review_all():
    """Review all due videos, twice: the second run must find nothing to do."""
    make_due()
    reviewed = review_due()
    before = list(Video.collection().find({}, {"review_at": 0, "updated_at": 0}))
    make_due()
    review_due()
    assert list(Video.collection().find({}, {"review_at": 0, "updated_at": 0})) == before
    return reviewed
