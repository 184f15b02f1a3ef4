"""Assets that were deleted without a webhook are detected in the list of assets."""

from datetime import timedelta

import pytest
from bson import ObjectId

from devstack.mux import ApiFault
from learnstream.clock import now
from learnstream.documents import RollupState, Video
from learnstream.integrations import video as port
from learnstream.integrations.mux import adapter
from learnstream.services.foundation import lease
from learnstream.services.media import inventory
from learnstream.services.media.reconciliation import review_due
from tests.factories import make_lesson, make_ready_video, put_video


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(adapter, "PAGE", 2)
    monkeypatch.setattr(inventory, "PAGES", 1)


@pytest.fixture
def create_videos(mux, owner):
    """Return a function that creates a number of lessons with ready videos and returns the videos' ids."""

    def create_videos(count=1):
        return [hold() for _ in range(count)]

    def hold():
        made = port.service().create_asset("https://samples.test/sample.mp4", passthrough="", title="", subtitles=())
        video_id = make_ready_video(asset_id=made.id, status_at=now() - timedelta(hours=1))
        put_video(make_lesson(owner, None), video_id)
        return video_id

    return create_videos


def stored(video_id):
    return Video.collection().find_one({"_id": ObjectId(video_id)})


def delete_asset(video_id):
    """Delete an asset without delivering its webhook event."""
    port.service().delete_asset(stored(video_id)["asset_id"])


def missing_since(video_ids):
    return [video_id for video_id in video_ids if stored(video_id).get("doubted_at")]


def pass_a_day():
    RollupState.collection().update_one({"_id": inventory.NAME}, {"$set": {"began_at": now() - inventory.EVERY}})


def test_a_deleted_asset_is_detected_and_the_others_are_not_fetched(app, create_videos, monkeypatch):
    gone, there = create_videos(2)
    delete_asset(gone)

    assert inventory.compare()
    assert missing_since([gone, there]) == [gone]
    review_due()

    assert (stored(gone)["status"], stored(there)["status"]) == ("deleted", "ready")
    assert stored(there).get("checked_at") is None


def test_the_list_is_compared_once_a_day(app, create_videos):
    [gone] = create_videos()
    inventory.compare()
    delete_asset(gone)

    assert not inventory.compare()
    assert missing_since([gone]) == []

    pass_a_day()
    assert inventory.compare()
    assert missing_since([gone]) == [gone]


def test_an_interrupted_comparison_resumes(app, create_videos, small_pages, mux):
    videos = create_videos(5)
    delete_asset(videos[0])

    assert not inventory.compare()
    mux.misbehave(api=ApiFault("status", status=503))
    assert not inventory.compare()
    assert [bool(stored(each).get("listed_at")) for each in videos] == [False, False, False, True, True]

    assert inventory.compare()
    assert missing_since(videos) == videos[:1]


def test_after_a_cursor_has_expired_the_list_is_read_from_its_beginning(app, create_videos, small_pages):
    videos = create_videos(3)
    inventory.compare()
    RollupState.collection().update_one({"_id": inventory.NAME}, {"$set": {"cursor": "outworn"}})

    assert [inventory.compare() for _ in range(4)] == [False, False, True, False]
    assert missing_since(videos) == []


def test_a_rejected_list_is_requested_again_the_next_day(app, create_videos, mux):
    mux.misbehave(api=ApiFault("status", status=400))

    assert [inventory.compare() for _ in range(2)] == [False, False]
    pass_a_day()
    assert inventory.compare()


def test_a_list_without_most_assets_is_ignored(app, create_videos, mux, caplog):
    videos = create_videos(inventory.FEW + 1)
    mux.reset()

    assert inventory.compare()

    assert missing_since(videos) == []
    assert "does the access token belong to their environment" in caplog.text


def test_a_video_that_became_ready_meanwhile_is_not_marked_missing(app, create_videos, small_pages):
    old = create_videos(3)
    inventory.compare()
    [new] = create_videos()
    Video.collection().update_one({"_id": ObjectId(new)}, {"$set": {"status_at": now()}})

    assert inventory.compare()

    assert missing_since([*old, new]) == []


def test_one_worker_compares_at_a_time(app, create_videos):
    with lease.hold(inventory.NAME):
        assert not inventory.compare()

    assert inventory.compare()


def test_without_a_video_service_nothing_is_compared(app, mux, monkeypatch):
    monkeypatch.setitem(app.extensions, port.EXTENSION, lambda: None)

    assert not inventory.compare()
