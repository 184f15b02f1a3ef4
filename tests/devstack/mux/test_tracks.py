import mux_python
import pytest

from tests.devstack.mux.conftest import make_token

ENGLISH = {"inputs": [{"generated_subtitles": [{"name": "English", "language_code": "en"}]}]}


def add_text(sdk, asset_id, url="https://samples.test/subtitles.vtt"):
    request = mux_python.CreateTrackRequest(
        url=url, type="text", text_type="subtitles", language_code="de", name="Deutsch", closed_captions=True
    )
    return sdk.assets.create_asset_track(asset_id, request).data


def texts(sdk, asset_id):
    return [track for track in sdk.assets.get_asset(asset_id).data.tracks if track.type == "text"]


def test_requested_subtitles_become_ready_after_the_asset(mux, sdk, make_upload):
    mux.make_ready(make_upload(sdk, **ENGLISH).id)

    event_types = [event.type.removeprefix("video.asset.") for event in mux.take_events()]

    assert event_types[2:] == ["created", "track.created", "ready", "track.ready", "updated"]


def test_generated_subtitles_are_a_text_track(mux, sdk, make_upload):
    asset_id = mux.make_ready(make_upload(sdk, **ENGLISH).id)

    (track,) = texts(sdk, asset_id)

    assert (track.status, track.text_source, track.text_type) == ("ready", "generated_vod", "subtitles")
    assert (track.language_code, track.name) == ("en", "English")


def test_generated_subtitles_are_valid_webvtt(mux, sdk, make_upload, http):
    asset = sdk.assets.get_asset(mux.make_ready(make_upload(sdk, **ENGLISH).id)).data
    playback_id = asset.playback_ids[0].id

    url = f"{mux.url}/stream/{playback_id}/text/{asset.tracks[-1].id}.vtt?token={make_token(mux, playback_id, 'v')}"
    response = http.request("GET", url)

    assert response.headers["Content-Type"].startswith("text/vtt")
    assert response.data.decode() == "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nEnglish, 0 s\n"


def test_subtitles_of_a_silent_video_are_errored(real_mux, make_sdk):
    sdk = make_sdk(real_mux)
    source = {"url": "https://samples.test/silent.mp4"} | ENGLISH["inputs"][0]

    created = sdk.assets.create_asset(mux_python.CreateAssetRequest(inputs=[source])).data
    event_types = [event.type for event in real_mux.take_events()]

    assert [track.status for track in texts(sdk, created.id)] == ["errored"]
    assert "video.asset.track.errored" in event_types


def test_a_text_track_can_be_added_and_removed(mux, sdk, asset):
    mux.take_events()
    added = add_text(sdk, asset.id)

    (track,) = texts(sdk, asset.id)
    assert (added.status, track.status, track.text_source, track.closed_captions) == (
        "preparing",
        "ready",
        "uploaded",
        True,
    )

    sdk.assets.delete_asset_track(asset.id, added.id)
    event_types = [event.type.removeprefix("video.asset.") for event in mux.take_events()]
    assert texts(sdk, asset.id) == []
    assert event_types == ["track.created", "track.ready", "updated", "track.deleted", "updated"]


def test_a_text_track_that_cannot_be_downloaded_is_errored(mux, sdk, asset):
    add_text(sdk, asset.id, url="https://samples.test/nothing.vtt")

    assert [track.status for track in texts(sdk, asset.id)] == ["errored"]
    assert "video.asset.track.errored" in [event.type for event in mux.take_events()]


def test_subtitles_can_be_generated_later(sdk, asset):
    audio = next(track for track in asset.tracks if track.type == "audio")
    request = mux_python.GenerateTrackSubtitlesRequest(
        generated_subtitles=[mux_python.AssetGeneratedSubtitleSettings(language_code="fr", name="Français")]
    )

    (created,) = sdk.assets.generate_asset_track_subtitles(asset.id, audio.id, request).data

    assert (created.language_code, created.name, created.text_source) == ("fr", "Français", "generated_vod")
    assert [track.status for track in texts(sdk, asset.id)] == ["ready"]


def test_audio_tracks_cannot_be_added_or_removed(sdk, asset):
    audio = next(track for track in asset.tracks if track.type == "audio")
    request = {"url": "https://samples.test/sound.m4a", "type": "audio", "language_code": "en"}

    for call in (
        lambda: sdk.assets.create_asset_track(asset.id, request),
        lambda: sdk.assets.delete_asset_track(asset.id, audio.id),
    ):
        with pytest.raises(mux_python.exceptions.ApiException) as error:
            call()
        assert error.value.status == 400


def test_the_source_url_of_a_text_track_is_not_exposed(mux, sdk, asset):
    add_text(sdk, asset.id)

    assert b"_url" not in b"".join(event.body for event in mux.take_events())
