"""Unused assets and uploads are deleted eventually."""

from datetime import timedelta

import mux_python
import pytest
from bson import ObjectId

from devstack.mux import ApiFault
from learnstream.clock import now
from learnstream.documents import Video
from learnstream.errors.video_service import Unknown, VideoServiceError
from learnstream.integrations import video as port
from learnstream.services.media import reconciliation, uploads
from learnstream.services.media.reconciliation import review_due
from tests.factories import make_video
from tests.services.media.reconciliation.reviews import make_due, request_from_url, request_upload, review_all, stored


def assets():
    return [asset.id for asset in mux_python.AssetsApi(port.service()._client).list_assets().data]


def test_an_unused_asset_is_deleted(app, mux, create_lesson):
    needed, unneeded = request_from_url(), request_from_url()
    create_lesson(needed)

    review_all()

    assert (stored(needed)["status"], stored(unneeded)["status"]) == ("ready", "deleted")
    assert stored(unneeded)["purged_at"] is not None
    assert assets() == [needed.video["asset_id"]]


def test_an_unused_upload_is_canceled(app, mux):
    requested = request_upload()

    review_all()

    assert stored(requested)["status"] == "cancelled"
    assert port.service().get_upload(requested.upload.id).stage == "cancelled"


def test_a_file_that_arrives_late_is_deleted_too(app, mux):
    requested = request_upload()
    mux.make_ready(requested.upload.id)

    review_all()

    assert stored(requested)["status"] == "deleted"
    assert assets() == []


def test_an_asset_whose_request_was_interrupted_is_found_and_deleted(app, mux, deliver):
    mux.misbehave(api=ApiFault("status", status=502, carried_out=True))
    with pytest.raises(VideoServiceError):
        request_from_url()
    deliver(*mux.take_events())
    assert len(assets()) == 1

    review_all()

    assert assets() == []


def test_a_request_without_effect_is_given_up_after_a_while(app, mux):
    video_id = make_video(source="url")
    review_all()
    assert Video.collection().find_one({"_id": ObjectId(video_id)})["status"] == "waiting"

    make_due(created_at=now() - timedelta(hours=2))
    review_due()

    video = Video.collection().find_one({"_id": ObjectId(video_id)})
    assert (video["status"], video["review_at"]) == ("timed_out", None)


def test_deleting_a_busy_asset_is_retried_until_it_succeeds(app, mux):
    mux.pause_encoding()
    requested = request_from_url()

    for _ in range(12):
        make_due()
        assert review_due() == 1
        assert stored(requested)["purging"]
    mux.resume_encoding()
    review_all()

    assert (stored(requested)["status"], assets()) == ("deleted", [])


def test_an_asset_released_during_encoding_is_deleted_a_minute_after_it_is_ready(app, mux, deliver):
    mux.pause_encoding()
    requested = request_from_url()
    deliver(*mux.context.webhooks.take())
    make_due()
    review_due()

    mux.resume_encoding()
    deliver(*mux.take_events())

    assert stored(requested)["status"] == "ready"
    assert stored(requested)["review_at"] <= now() + timedelta(minutes=1)


def test_an_asset_that_was_deleted_already_counts_as_deleted(app, mux):
    requested = request_from_url()
    port.service().delete_asset(requested.video["asset_id"])

    review_all()

    assert stored(requested)["status"] == "deleted"
    with pytest.raises(Unknown):
        port.service().get_asset(requested.video["asset_id"])


def test_a_video_that_is_imported_again_is_not_deleted(app, mux, monkeypatch):
    requested = request_from_url()

    def meanwhile(video):
        uploads.import_asset(created_by=1, asset_id=requested.video["asset_id"])
        return False

    monkeypatch.setattr(reconciliation, "_is_used", meanwhile)
    make_due()
    review_due()

    assert not stored(requested)["purging"]
    assert assets() == [requested.video["asset_id"]]


def test_a_video_that_a_lesson_uses_at_the_last_moment_is_not_deleted(app, mux, monkeypatch):
    requested = request_from_url()
    answers = iter([False, True])
    monkeypatch.setattr(reconciliation, "_is_used", lambda _: next(answers))

    make_due()
    review_due()

    assert not stored(requested)["purging"]
    assert assets() == [requested.video["asset_id"]]
