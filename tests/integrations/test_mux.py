import pytest

from devstack.mux import ApiFault
from learnstream.clock import now
from learnstream.errors.video_service import Busy, Refused, Unconfigured, Unknown, VideoServiceError
from learnstream.integrations import video
from learnstream.integrations.mux import adapter
from learnstream.integrations.video import Stage


@pytest.fixture
def service(app, mux):
    return video.service()


@pytest.fixture
def upload(service):
    return service.create_upload(passthrough="abc", title="Waves", cors_origin="*", timeout=600, subtitles=["en"])


@pytest.fixture
def asset(mux, service, upload):
    return service.get_asset(mux.make_ready(upload.id))


def test_an_upload_has_a_url_that_accepts_a_file(mux, service, upload):
    assert (upload.stage, upload.timeout, upload.passthrough) == (Stage.WAITING, 600, "abc")

    assert mux.put_video(upload.url, mux.sample_video()) == 200

    assert service.get_upload(upload.id).stage is Stage.PREPARING


def test_an_upload_may_be_used_from_its_origin(mux, service):
    service.create_upload(passthrough="x", title="", cors_origin="https://app.example.com", timeout=600, subtitles=[])

    assert mux.events()[0]["payload"]["data"]["cors_origin"] == "https://app.example.com"


def test_an_asset_has_its_metadata_and_a_signed_playback_id(asset):
    assert (asset.stage, asset.duration, asset.aspect_ratio, asset.passthrough) == (Stage.READY, 2.0, "16:9", "abc")
    assert asset.playback_id
    assert {track.type for track in asset.tracks} == {"video", "audio", "text"}
    assert [track.language_code for track in asset.tracks if track.type == "text"] == ["en"]


def test_an_asset_has_the_time_of_muxs_clock(asset):
    assert abs((now() - asset.as_of).total_seconds()) < 5


def test_an_asset_is_created_from_a_url(service):
    made = service.create_asset("https://samples.test/sample.mp4", passthrough="abc", title="Waves", subtitles=["en"])

    assert made.stage is Stage.PREPARING
    assert service.get_asset(made.id).stage is Stage.READY


def test_a_broken_file_is_an_errored_asset(service):
    made = service.create_asset("https://samples.test/broken.mp4", passthrough="abc", title="", subtitles=[])

    broken = service.get_asset(made.id)

    assert broken.stage is Stage.ERRORED
    assert broken.error["type"] == "invalid_input"


def test_a_waiting_upload_is_canceled(service, upload):
    service.cancel_upload(upload.id)

    assert service.get_upload(upload.id).stage is Stage.CANCELLED


def test_an_upload_that_is_over_cannot_be_canceled(service, upload, asset):
    with pytest.raises(Refused):
        service.cancel_upload(upload.id)


def test_a_public_asset_gets_a_signed_playback_id(mux, service, asset, monkeypatch):
    monkeypatch.setattr(adapter, "_asset_settings", lambda **_: {"playback_policies": ["public"]})
    public = service.create_asset("https://samples.test/sample.mp4", passthrough="", title="", subtitles=[])
    assert public.playback_id is None

    added = service.add_signed_playback_id(public.id)

    assert service.get_asset(public.id).playback_id == added


def test_subtitles_are_generated_for_a_ready_asset(service, asset):
    sound = next(track for track in asset.tracks if track.type == "audio")

    service.generate_subtitles(asset.id, sound.id, ["de"])

    texts = {track.language_code for track in service.get_asset(asset.id).tracks if track.type == "text"}
    assert texts == {"de", "en"}


def test_a_deleted_asset_is_unknown(service, asset):
    service.delete_asset(asset.id)

    with pytest.raises(Unknown) as error:
        service.get_asset(asset.id)
    assert error.value.permanent


def test_a_preparing_asset_cannot_be_deleted(mux, service):
    mux.pause_encoding()
    made = service.create_asset("https://samples.test/sample.mp4", passthrough="", title="", subtitles=[])

    with pytest.raises(Busy) as error:
        service.delete_asset(made.id)
    assert not error.value.permanent


def test_a_signing_key_is_created(service):
    key = service.create_signing_key()

    assert key.id
    assert len(key.private_key) > 1000


def test_a_request_that_mux_rejects_fails_permanently(service):
    with pytest.raises(Refused) as error:
        service.create_upload(passthrough="x" * 300, title="", cors_origin="*", timeout=600, subtitles=[])

    assert (error.value.permanent, error.value.uncertain) == (True, False)
    assert "passthrough" in error.value.reason


FAULTS = {
    "server error": (ApiFault("status", status=503), True),
    "rate limit": (ApiFault("status", status=429), False),
    "bad credentials": (ApiFault("status", status=401), False),
    "no answer": (ApiFault("hang", seconds=2), True),
    "another page": (ApiFault("text"), True),
    "no record": (ApiFault("status", status=200), True),
    "a newer status": (ApiFault("enum"), True),
}


@pytest.mark.parametrize(("fault", "uncertain"), FAULTS.values(), ids=FAULTS)
def test_an_error_tells_whether_it_is_permanent_and_whether_the_request_may_have_taken_effect(
    mux, service, monkeypatch, fault, uncertain
):
    monkeypatch.setattr(adapter, "TIMEOUT", (0.5, 0.5))
    mux.misbehave(api=fault)

    with pytest.raises(VideoServiceError) as failure:
        service.create_asset("https://samples.test/sample.mp4", passthrough="", title="", subtitles=[])

    assert (failure.value.permanent, failure.value.uncertain) == (False, uncertain)


def test_muxs_error_message_is_logged(mux, service, caplog):
    mux.misbehave(api=ApiFault("status", status=429))

    with pytest.raises(VideoServiceError):
        service.get_asset("nothing")

    assert "get_asset: VideoServiceError: 429" in caplog.text


def test_a_request_that_the_sdk_rejects_is_rejected(service):
    with pytest.raises(Refused):
        service.get_asset(None)


def test_a_request_is_never_retried(mux, service):
    mux.misbehave(api=ApiFault("status", status=503, times=2))

    for _ in range(2):
        with pytest.raises(VideoServiceError):
            service.get_asset("nothing")
    with pytest.raises(Unknown):
        service.get_asset("nothing")


def test_a_failed_connection_had_no_effect(app):
    away = adapter.MuxVideo("http://127.0.0.1:9", "x", "y")

    with pytest.raises(VideoServiceError) as failure:
        away.create_asset("https://samples.test/sample.mp4", passthrough="", title="", subtitles=[])

    assert (failure.value.permanent, failure.value.uncertain) == (False, False)


def test_an_unknown_enum_value_is_tolerated(service, asset, monkeypatch):
    whole = service._call

    def newer(*args, **kwargs):
        response = whole(*args, **kwargs)
        return response._replace(data=response.data | {"max_stored_resolution": "16K", "video_quality": "ultra"})

    monkeypatch.setattr(service, "_call", newer)

    assert service.get_asset(asset.id).max_resolution == "16K"


def test_without_an_access_token_video_is_unconfigured(app, monkeypatch):
    monkeypatch.setitem(app.extensions, video.EXTENSION, lambda: None)

    with pytest.raises(Unconfigured) as error:
        video.service()

    assert (error.value.status, error.value.code) == (503, "video_unconfigured")


def test_assets_are_listed_page_by_page(service, monkeypatch):
    monkeypatch.setattr(adapter, "PAGE", 2)
    made = [
        service.create_asset("https://samples.test/sample.mp4", passthrough="", title="", subtitles=[]).id
        for _ in range(3)
    ]

    first = service.list_assets(None)
    last = service.list_assets(first.next_cursor)

    assert (first.asset_ids, last.asset_ids) == ((made[2], made[1]), (made[0],))
    assert last.next_cursor is None


def test_an_expired_cursor_is_rejected(service):
    with pytest.raises(Refused):
        service.list_assets("outworn")


def test_an_unreadable_list_is_an_error(service, mux):
    mux.misbehave(api=ApiFault("text"))

    with pytest.raises(VideoServiceError):
        service.list_assets(None)
