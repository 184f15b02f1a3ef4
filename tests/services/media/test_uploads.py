from concurrent.futures import ThreadPoolExecutor

import mux_python
import pytest
from bson import ObjectId

from devstack.mux import ApiFault
from learnstream.clock import now
from learnstream.documents import Video
from learnstream.errors.media import SourceRefused, SubtitlesTooEarly, UnknownAsset, VideoDeleted, VideoErrored
from learnstream.errors.video_service import VideoServiceError
from learnstream.integrations import video as port
from learnstream.integrations.mux import adapter
from learnstream.services.media import uploads, video_facts

SAMPLE = "https://samples.test/sample.mp4"


def stored():
    return list(Video.collection().find())


def request_upload(**changes):
    return uploads.request_upload(**{"created_by": 1, "title": "Waves", "cors_origin": "*"} | changes)


@pytest.fixture
def create_foreign_asset(mux):
    """Return a function that creates an asset outside LearnStream."""

    def make(policy="public", url=SAMPLE):
        asset = {"inputs": [{"url": url}], "playback_policies": [policy], "passthrough": "theirs"}
        return mux_python.AssetsApi(port.service()._client).create_asset(asset).data.id

    return make


def import_asset(asset_id, **changes):
    return uploads.import_asset(**{"created_by": 1, "asset_id": asset_id} | changes)


def test_an_upload_is_found_by_its_passthrough(app, mux):
    requested = request_upload()

    [video] = stored()
    assert (video["upload_id"], video["status"], video["source"]) == (requested.upload.id, "waiting", "upload")
    assert port.service().get_upload(requested.upload.id).passthrough == requested.video_id
    assert video["upload_expires_at"] > now()


def test_the_video_is_written_before_the_service_is_called(app, mux, monkeypatch):
    seen = []
    monkeypatch.setattr(adapter.MuxVideo, "create_upload", lambda *_, **__: seen.extend(stored()) or 1 / 0)

    with pytest.raises(ZeroDivisionError):
        request_upload()

    assert len(seen) == 1


def test_a_rejected_request_leaves_nothing(app, mux):
    mux.misbehave(api=ApiFault("status", status=422))

    with pytest.raises(VideoServiceError):
        request_upload()

    assert stored() == []


def test_after_a_request_that_may_have_taken_effect_the_review_handles_the_video(app, mux):
    mux.misbehave(api=ApiFault("status", status=502, carried_out=True))

    with pytest.raises(VideoServiceError):
        uploads.request_from_url(created_by=1, title="", url=SAMPLE)

    [video] = stored()
    assert video["status"] == "waiting"
    assert [event.data["passthrough"] for event in mux.take_events()] == [str(video["_id"])] * 2


def test_a_request_is_not_repeated(app, mux):
    mux.misbehave(api=ApiFault("status", status=502, carried_out=True, times=5))

    with pytest.raises(VideoServiceError):
        uploads.request_from_url(created_by=1, title="", url=SAMPLE)

    mux.behave()
    assert len(mux_python.AssetsApi(port.service()._client).list_assets().data) == 1


def test_a_file_at_a_url_is_fetched_by_the_service(app, mux):
    requested = uploads.request_from_url(created_by=1, title="Waves", url=SAMPLE, subtitles=["en"])

    assert (requested.video["status"], requested.upload) == ("preparing", None)
    assert port.service().get_asset(requested.video["asset_id"]).passthrough == requested.video_id


def test_a_rejected_url_sends_no_request(app, mux):
    with pytest.raises(SourceRefused):
        uploads.request_from_url(created_by=1, title="", url="https://127.0.0.1/a.mp4")

    assert stored() == []
    assert mux.take_events() == []


def test_a_public_asset_that_is_imported_gets_a_signed_playback_id(app, mux, create_foreign_asset):
    requested = import_asset(create_foreign_asset())

    assert (requested.video["status"], requested.video["duration"]) == ("ready", 2.0)
    assert requested.video["playback_id"] == port.service().get_asset(requested.video["asset_id"]).playback_id


def test_an_asset_imported_twice_is_one_video(app, mux, create_foreign_asset):
    asset_id = create_foreign_asset("signed")

    assert import_asset(asset_id).video_id == import_asset(asset_id).video_id
    assert len(stored()) == 1


def test_an_asset_of_an_upload_of_ours_is_its_video(app, mux):
    requested = request_upload()
    asset_id = mux.make_ready(requested.upload.id)

    assert import_asset(asset_id).video_id == requested.video_id


def test_an_asset_imported_concurrently_is_one_video(app, mux, create_foreign_asset):
    asset_id = create_foreign_asset("signed")

    def work(_):
        with app.app_context():
            return import_asset(asset_id).video_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(work, range(16)))) == 1


def test_the_second_of_two_concurrent_imports_uses_the_video_of_the_first(app, mux, create_foreign_asset, monkeypatch):
    asset_id = create_foreign_asset("signed")
    winner = import_asset(asset_id)
    find, too_early = video_facts.find, iter([True])
    monkeypatch.setattr(video_facts, "find", lambda update: None if next(too_early, False) else find(update))

    assert import_asset(asset_id).video_id == winner.video_id


def test_an_unknown_asset_is_not_imported(app, mux):
    with pytest.raises(UnknownAsset):
        import_asset("nothing")

    assert stored() == []


def test_an_asset_that_cannot_play_is_not_imported(app, mux, create_foreign_asset):
    with pytest.raises(VideoErrored):
        import_asset(create_foreign_asset(url="https://samples.test/broken.mp4"))


def test_an_asset_that_is_being_deleted_is_not_imported(app, mux, create_foreign_asset):
    asset_id = create_foreign_asset()
    import_asset(asset_id)
    Video.collection().update_one({"asset_id": asset_id}, {"$set": {"purging": True}})

    with pytest.raises(VideoDeleted):
        import_asset(asset_id)


def test_missing_subtitles_are_generated_on_import(app, mux, create_foreign_asset):
    requested = import_asset(create_foreign_asset(), subtitles=["en", "de"])
    import_asset(requested.video["asset_id"], subtitles=["en", "de"])

    tracks = port.service().get_asset(requested.video["asset_id"]).tracks
    assert sorted(track.language_code for track in tracks if track.type == "text") == ["de", "en"]


def test_subtitles_of_an_asset_that_is_being_prepared_come_too_early(app, mux, create_foreign_asset):
    mux.pause_encoding()
    asset_id = create_foreign_asset()

    with pytest.raises(SubtitlesTooEarly):
        import_asset(asset_id, subtitles=["en"])
    assert import_asset(asset_id).video["status"] == "preparing"


def test_an_import_postpones_the_review(app, mux, create_foreign_asset):
    asset_id = create_foreign_asset()
    import_asset(asset_id)
    Video.collection().update_one({"asset_id": asset_id}, {"$set": {"review_at": now()}})

    video = import_asset(asset_id).video

    assert Video.collection().find_one({"_id": ObjectId(video["_id"])})["review_at"] > now()
