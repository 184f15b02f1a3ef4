"""The files behind the stream and image hosts. A fast emulator creates them on first use."""

from pathlib import Path
from threading import RLock

from devstack.emulation.store import Record
from devstack.mux import lifecycle, renditions
from devstack.mux.context import Context
from devstack.mux.encoder import BrokenMediaError
from devstack.mux.errors import MuxError, not_found

# Two ffmpeg processes writing the same file would corrupt it.
_write_lock = RLock()


def hls(context: Context, asset: Record) -> Path:
    """Return the directory of an asset's HLS."""
    target = context.media(asset["id"]) / "hls"
    with _write_lock:
        if not (target / "main.m3u8").exists():
            _encode(context, asset, target)
    return target


def _encode(context: Context, asset: Record, target: Path) -> None:
    """
    Raises:
        MuxError: 412, the file only began like a video.
    """
    try:
        context.encoder.encode(lifecycle.source_of(context, asset), target, tier=asset["max_resolution_tier"])
    except BrokenMediaError as error:
        raise MuxError(412, str(error), kind="not_ready") from None


def static_rendition(context: Context, asset: Record, file: Record) -> Path:
    path = context.media(asset["id"]) / file["name"]
    with _write_lock:
        if not path.exists():
            hls(context, asset)
            renditions.write(context, asset, file)
    return path


def ready_texts(asset: Record) -> list[Record]:
    return [track for track in asset["tracks"] if track["type"] == "text" and track["status"] == "ready"]


def picture(context: Context, asset: Record, name: str, options: list[str]) -> Path:
    """Return a file that ffmpeg creates from the asset's HLS with these options, cached under `name`."""
    if not any(track["type"] == "video" for track in asset["tracks"]):
        raise not_found()
    playlist = hls(context, asset) / "rendition.m3u8"
    target = context.media(asset["id"]) / "pictures" / name
    target.parent.mkdir(exist_ok=True)
    with _write_lock:
        if not target.exists():
            draft = target.with_name(f"draft-{name}")
            status, _ = context.encoder.run(["-v", "error", "-i", playlist, *options, draft])
            if status != 0 or not draft.exists():
                raise not_found()
            draft.replace(target)
    return target
