"""Tiny real media files, created on first use: for tests, demo data, and `https://samples.test/<name>`."""

import re
from pathlib import Path

from devstack.mux.encoder import Encoder

ORIGIN = "https://samples.test/"
PICTURE = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration={seconds}"]
SOUND = ["-f", "lavfi", "-i", "sine=frequency=440:duration={seconds}"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
RECIPES = {
    "sample.mp4": [*PICTURE, *SOUND, *H264, "-c:a", "aac", "-movflags", "+faststart"],
    "silent.mp4": [*PICTURE, *H264],
    "sound.m4a": [*SOUND, "-c:a", "aac"],
    "vp8.webm": [*PICTURE, *SOUND, "-c:v", "libvpx", "-c:a", "libopus"],
}
SUBTITLES = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nThis is a sample.\n"
TEXTS = {"broken.mp4": "This is not a video.\n", "subtitles.vtt": SUBTITLES}


def make(encoder: Encoder, directory: Path, name: str, *, seconds: int = 2) -> Path | None:
    """Return the sample's file, or None if there is no sample of that name.

    `sample-<n>s.mp4` is `sample.mp4` of another length; other files in the directory are samples, too.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    if not path.exists() and name in TEXTS:
        path.write_text(TEXTS[name])
    elif not path.exists():
        longer = re.fullmatch(r"sample-(\d{1,4})s\.mp4", name)
        recipe = RECIPES.get("sample.mp4" if longer else name)
        if recipe is None:
            return None
        _produce(encoder, path, recipe, seconds=int(longer[1]) if longer else seconds)
    return path


def _produce(encoder: Encoder, path: Path, recipe: list[str], *, seconds: int) -> None:
    draft = path.with_name(f"draft-{path.name}")
    status, said = encoder.run(["-v", "error", *[part.format(seconds=seconds) for part in recipe], draft])
    if status != 0:
        raise RuntimeError(f"ffmpeg could not make {path.name}: {said}")
    draft.replace(path)


def by_url(encoder: Encoder, directory: Path, url: str) -> Path | None:
    """Return the file for a URL; only samples exist, and nothing is ever downloaded."""
    name = url.removeprefix(ORIGIN)
    if name == url or not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        return None
    return make(encoder, directory, name)
