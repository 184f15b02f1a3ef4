"""Tiny real media files, created on first use: for tests, demo data, and `https://samples.test/<name>`."""

import re
from pathlib import Path

from devstack.mux.encoder import Encoder

ORIGIN = "https://samples.test/"
PICTURE_INPUT = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration={seconds}"]
SOUND_INPUT = ["-f", "lavfi", "-i", "sine=frequency=440:duration={seconds}"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
SAMPLE_ARGUMENTS = {
    "sample.mp4": [*PICTURE_INPUT, *SOUND_INPUT, *H264, "-c:a", "aac", "-movflags", "+faststart"],
    "silent.mp4": [*PICTURE_INPUT, *H264],
    "sound.m4a": [*SOUND_INPUT, "-c:a", "aac"],
    "vp8.webm": [*PICTURE_INPUT, *SOUND_INPUT, "-c:v", "libvpx", "-c:a", "libopus"],
}
SUBTITLES = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nThis is a sample.\n"
TEXT_FILES = {"broken.mp4": "This is not a video.\n", "subtitles.vtt": SUBTITLES}


def create(encoder: Encoder, directory: Path, name: str, *, seconds: int = 2) -> Path | None:
    """Return the sample's file, or None if there is no sample of that name.

    `sample-<n>s.mp4` is `sample.mp4` of another length; other files in the directory are samples, too.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    if not path.exists() and name in TEXT_FILES:
        path.write_text(TEXT_FILES[name])
    elif not path.exists():
        match = re.fullmatch(r"sample-(\d{1,4})s\.mp4", name)
        arguments = SAMPLE_ARGUMENTS.get("sample.mp4" if match else name)
        if arguments is None:
            return None
        _encode_sample(encoder, path, arguments, seconds=int(match[1]) if match else seconds)
    return path


def _encode_sample(encoder: Encoder, path: Path, arguments: list[str], *, seconds: int) -> None:
    draft = path.with_name(f"draft-{path.name}")
    status, stderr = encoder.run(["-v", "error", *[part.format(seconds=seconds) for part in arguments], draft])
    if status != 0:
        raise RuntimeError(f"ffmpeg could not make {path.name}: {stderr}")
    draft.replace(path)


def by_url(encoder: Encoder, directory: Path, url: str) -> Path | None:
    """Return the file for a URL; only samples exist, and nothing is ever downloaded."""
    name = url.removeprefix(ORIGIN)
    if name == url or not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        return None
    return create(encoder, directory, name)
