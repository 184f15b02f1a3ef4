"""ffmpeg: probe a file, create its HLS, and pictures of it."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import imageio_ffmpeg

# Formats that Mux accepts. Playlists, pictures and text, which ffmpeg would read as well, are excluded.
ACCEPTED_CONTAINERS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,mp3,wav,aac,flac"
CHANNELS = {"mono": 1, "stereo": 2, "2.1": 3, "quad": 4, "5.0": 5, "5.1": 6, "7.1": 8}
MAX_SIDE = {"1080p": 1920, "1440p": 2560, "2160p": 3840}


class BrokenMediaError(Exception):
    """The file is not readable as video or audio."""


@dataclass(frozen=True)
class MediaInfo:
    """duration in seconds; without width it is audio only, without channels silent; codecs by ffmpeg's names."""

    duration: float
    width: int = 0
    height: int = 0
    frame_rate: float = -1
    channels: int = 0
    channel_layout: str = ""
    video_codec: str = ""
    audio_codec: str = ""


class Encoder:
    """Starts ffmpeg processes and kills those still running when it is stopped."""

    def __init__(self) -> None:
        self._program = imageio_ffmpeg.get_ffmpeg_exe()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self._stopped = False

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
        self.abort()

    def abort(self) -> None:
        """Kill the running processes; more may be started."""
        with self._lock:
            for process in self._running:
                process.kill()

    def run(self, arguments: Sequence[str | Path]) -> tuple[int, str]:
        """Return the exit status and the output on stderr."""
        command = [self._program, "-hide_banner", "-nostdin", "-y", *map(str, arguments)]
        with self._lock:
            if self._stopped:
                return -1, "the encoder is stopped"
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            self._running.add(process)
        try:
            stderr = process.communicate()[1].decode(errors="replace")
        finally:
            with self._lock:
                self._running.discard(process)
        return process.returncode, stderr

    @property
    def stopped(self) -> bool:
        return self._stopped

    def probe(self, source: Path) -> MediaInfo:
        """Read the media info from a file's header.

        Raises:
            BrokenMediaError: it has neither video nor audio.
        """
        stderr = self.run(["-format_whitelist", ACCEPTED_CONTAINERS, "-i", source])[1]
        streams = [
            line for line in stderr.splitlines() if re.match(r"\s+Stream #", line) and "attached pic" not in line
        ]
        video = next((line for line in streams if ": Video: " in line), "")
        audio = next((line for line in streams if ": Audio: " in line), "")
        if not video and not audio:
            raise BrokenMediaError("The input file could not be read. It may be corrupt or not a video.")
        return MediaInfo(duration=_parse_duration(stderr), **_parse_video(video), **_parse_audio(audio))

    def encode(self, source: Path, target: Path, *, tier: str = "1080p") -> MediaInfo:
        """Create a file's HLS: `main.m3u8`, `rendition.m3u8` and segments in `target`.

        Raises:
            BrokenMediaError: it cannot be decoded.
        """
        media_info = self.probe(source)
        target.mkdir(parents=True, exist_ok=True)
        side = MAX_SIDE[tier]
        scale = f"scale='min({side},iw)':'min({side},ih)'"
        scale += ":force_original_aspect_ratio=decrease:force_divisible_by=2"
        video_options: list[str | Path] = [
            "-map",
            "0:V:0",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-pix_fmt",
            "yuv420p",
            "-vf",
            scale,
        ]
        video_options += ["-force_key_frames", "expr:gte(t,n_forced*4)"]
        audio_options: list[str | Path] = ["-map", "0:a:0", "-c:a", "aac", "-ac", str(min(2, media_info.channels))]
        hls_options: list[str | Path] = [
            "-f",
            "hls",
            "-hls_time",
            "4",
            "-hls_playlist_type",
            "vod",
            "-hls_flags",
            "independent_segments",
        ]
        hls_options += [
            "-hls_segment_filename",
            target / "%d.ts",
            "-master_pl_name",
            "main.m3u8",
            target / "rendition.m3u8",
        ]
        stream_options = (video_options if media_info.width else []) + (audio_options if media_info.channels else [])
        status, stderr = self.run(
            ["-v", "error", "-format_whitelist", ACCEPTED_CONTAINERS, "-i", source, *stream_options, *hls_options]
        )
        if status != 0 or not (target / "main.m3u8").exists():
            raise BrokenMediaError(f"The input file could not be decoded. {stderr.strip()[-200:]}".strip())
        return _encoded_info(media_info, target)


def _parse_duration(stderr: str) -> float:
    match = re.search(r"Duration: (\d+):(\d+):([\d.]+)", stderr)
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else 0.0


def _parse_video(line: str) -> dict[str, Any]:
    size = re.search(r", (\d+)x(\d+)", line)
    if not size:
        return {}
    rate = re.search(r"([\d.]+) fps", line)
    codec = line.split(": Video: ")[1].split()[0].rstrip(",")
    frame_rate = float(rate[1]) if rate else -1
    return {"width": int(size[1]), "height": int(size[2]), "frame_rate": frame_rate, "video_codec": codec}


def _parse_audio(line: str) -> dict[str, Any]:
    match = re.search(r": Audio: (\w+).*? Hz, ([^,(]+)", line)
    if not match:
        return {}
    layout = match[2].strip()
    return {"channels": CHANNELS.get(layout, 2), "channel_layout": layout, "audio_codec": match[1]}


def _encoded_info(media_info: MediaInfo, target: Path) -> MediaInfo:
    """Return the real size (a rotated video's header has them swapped), and the duration if the header has none."""
    size = re.search(r"RESOLUTION=(\d+)x(\d+)", (target / "main.m3u8").read_text())
    seconds = re.findall(r"#EXTINF:([\d.]+)", (target / "rendition.m3u8").read_text())
    changes: dict[str, Any] = {"duration": media_info.duration or sum(map(float, seconds))}
    if size:
        changes |= {"width": int(size[1]), "height": int(size[2])}
    return MediaInfo(**{**vars(media_info), **changes})
