"""Real files through real ffmpeg."""

import re

import mux_python
import pytest

from tests.devstack.mux.conftest import make_token


@pytest.fixture
def real_sdk(real_mux, make_sdk):
    return make_sdk(real_mux)


@pytest.fixture
def encode(real_mux, real_sdk):
    """Return a sample's asset after its encoding."""

    def create(name, **settings):
        url = f"https://samples.test/{name}"
        request = mux_python.CreateAssetRequest(inputs=[{"url": url}], playback_policies=["signed"], **settings)
        created = real_sdk.assets.create_asset(request).data
        real_mux.settle()
        return real_sdk.assets.get_asset(created.id).data

    return create


def signed(emulator, asset, path, audience, **claims):
    playback_id = asset.playback_ids[0].id
    return f"{emulator.url}/{path.format(playback_id)}?token={make_token(emulator, playback_id, audience, **claims)}"


def decode(emulator, url):
    """Return ffmpeg's output for a stream that it plays over HTTP to the end."""
    status, output = emulator.context.encoder.run(["-i", url, "-f", "null", "-"])
    assert status == 0, output
    return output


def test_an_uploaded_video_plays_from_its_signed_url(real_mux, real_sdk, make_upload):
    upload = make_upload(real_sdk)
    real_mux.put_video(upload.url, real_mux.sample_video(10))
    real_mux.settle()
    asset = real_sdk.assets.list_assets(upload_id=upload.id).data[0]

    output = decode(real_mux, signed(real_mux, asset, "stream/{}.m3u8", "v"))

    assert (asset.status, asset.duration, asset.max_stored_resolution) == ("ready", 10.0, "SD")
    assert "Video: h264" in output
    assert "Audio: aac" in output
    assert int(re.findall(r"frame=\s*(\d+)", output)[-1]) == 250
    assert len(list((real_mux.context.media(asset.id) / "hls").glob("*.ts"))) == 3


def test_a_silent_video_has_one_track(real_mux, encode):
    asset = encode("silent.mp4")

    assert [track.type for track in asset.tracks] == ["video"]
    assert "Audio" not in decode(real_mux, signed(real_mux, asset, "stream/{}.m3u8", "v"))


def test_an_audio_file_is_an_asset_without_pictures(real_mux, encode, http):
    asset = encode("sound.m4a")

    assert (asset.max_stored_resolution, asset.resolution_tier, asset.aspect_ratio) == (
        "Audio only",
        "audio-only",
        None,
    )
    assert "Audio: aac" in decode(real_mux, signed(real_mux, asset, "stream/{}.m3u8", "v"))
    assert http.request("GET", signed(real_mux, asset, "image/{}/thumbnail.jpg", "t")).status == 404


def test_a_non_standard_codec_is_reported_and_transcoded(real_mux, encode):
    asset = encode("vp8.webm")

    reasons = asset.non_standard_input_reasons
    assert (reasons.video_codec, reasons.audio_codec) == ("vp8", "opus")
    assert "video.asset.non_standard_input_detected" in [event.type for event in real_mux.take_events()]
    assert "Video: h264" in decode(real_mux, signed(real_mux, asset, "stream/{}.m3u8", "v"))


def test_an_invalid_file_makes_asset_and_upload_errored(real_mux, real_sdk, make_upload, tmp_path):
    upload = make_upload(real_sdk)
    path = tmp_path / "notes.mp4"
    path.write_text("#EXTM3U\nfile:///etc/passwd\n")
    real_mux.put_video(upload.url, path)

    event_types = [event.type for event in real_mux.take_events()]
    upload = real_sdk.uploads.get_direct_upload(upload.id).data
    assert event_types[-2:] == ["video.asset.errored", "video.upload.errored"]
    assert (upload.status, upload.error.type) == ("errored", "invalid_input")
    assert real_sdk.assets.get_asset(upload.asset_id).data.errors.type == "invalid_input"


def test_a_truncated_video_is_errored(real_mux, real_sdk, make_upload, tmp_path):
    upload = make_upload(real_sdk)
    path = tmp_path / "half.mp4"
    path.write_bytes(real_mux.sample_video().read_bytes()[:2000])
    real_mux.put_video(upload.url, path)
    real_mux.settle()

    assert real_sdk.uploads.get_direct_upload(upload.id).data.status == "errored"


def test_thumbnails_follow_the_claims_of_the_token(real_mux, encode, http):
    asset = encode("sample.mp4")
    claims = {"time": 1, "width": 64, "height": 64, "fit_mode": "crop"}

    thumbnail = http.request("GET", signed(real_mux, asset, "image/{}/thumbnail.png", "t", **claims))

    assert thumbnail.headers["Content-Type"] == "image/png"
    assert size(real_mux, thumbnail.data) == (64, 64)


def test_an_animated_gif_has_more_than_one_frame(real_mux, encode, http):
    asset = encode("sample.mp4")

    gif = http.request("GET", signed(real_mux, asset, "image/{}/animated.gif", "g", start=0, end=1, fps=5, width=100))

    assert gif.data.startswith(b"GIF89a")
    assert int(re.findall(r"frame=\s*(\d+)", inspect(real_mux, gif.data))[-1]) == 5


def test_storyboard_tiles_cover_the_picture(real_mux, encode, http):
    asset = encode("sample-7s.mp4")

    storyboard = http.request("GET", signed(real_mux, asset, "image/{}/storyboard.vtt", "s")).data.decode()
    picture_url = re.search(r"http\S+(?=#)", storyboard)[0]
    tiles = [tuple(map(int, tile)) for tile in re.findall(r"#xywh=(\d+),(\d+),(\d+),(\d+)", storyboard)]

    width, height = size(real_mux, http.request("GET", picture_url).data)
    assert storyboard.startswith("WEBVTT\n")
    assert "00:00:06.000 --> 00:00:07.000" in storyboard
    assert len(tiles) == len(set(tiles)) == 7
    assert max(x + w for x, y, w, h in tiles) == width
    assert max(y + h for x, y, w, h in tiles) == height


def test_a_static_rendition_is_an_mp4_file(real_mux, real_sdk, encode):
    asset = encode("sample.mp4", static_renditions=[{"resolution": "highest"}, {"resolution": "1080p"}])
    real_mux.settle()

    files = {file.resolution: file for file in real_sdk.assets.get_asset(asset.id).data.static_renditions.files}
    event_types = [event.type for event in real_mux.take_events()]
    assert {resolution: file.status for resolution, file in files.items()} == {"highest": "ready", "1080p": "skipped"}
    assert (files["highest"].width, files["highest"].height) == (320, 180)
    assert event_types.count("video.asset.static_rendition.created") == 2
    assert {"video.asset.static_rendition.ready", "video.asset.static_rendition.skipped"} <= set(event_types)
    assert event_types[-1] == "video.asset.static_renditions.ready"
    assert "Video: h264" in decode(real_mux, signed(real_mux, asset, "stream/{}/highest.mp4", "v"))


def test_a_static_rendition_can_be_added_and_removed(real_mux, real_sdk, encode, http):
    asset = encode("sample.mp4")
    request = mux_python.CreateStaticRenditionRequest(resolution="audio-only")

    added = real_sdk.assets.create_asset_static_rendition(asset.id, request).data
    real_mux.settle()
    url = signed(real_mux, asset, "stream/{}/audio.m4a", "v")
    assert (added.name, http.request("GET", url).status) == ("audio.m4a", 200)

    real_sdk.assets.delete_asset_static_rendition(asset.id, added.id)
    assert http.request("GET", url).status == 404


def inspect(emulator, data):
    path = emulator.context.data_dir / "looked-at"
    path.write_bytes(data)
    return emulator.context.encoder.run(["-i", path, "-f", "null", "-"])[1]


def size(emulator, data):
    match = re.search(r"Video: .*?, (\d+)x(\d+)", inspect(emulator, data))
    return int(match[1]), int(match[2])
