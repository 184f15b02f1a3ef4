"""The lifecycle of an asset: created, prepared, ready or errored, deleted; each step writes its events."""

import shutil
from math import gcd, inf
from pathlib import Path

from devstack.emulation.store import Record
from devstack.mux import renditions, samples, settings, tracks
from devstack.mux.context import Context
from devstack.mux.encoder import BrokenMediaError, MediaInfo
from devstack.mux.errors import MuxError
from devstack.mux.jobs import Job
from devstack.mux.shapes import as_webhook, epoch, new_id

# Every video's media info in a fast emulator; it matches the plain sample.
FAST_MEDIA_INFO = MediaInfo(
    duration=2.0,
    width=320,
    height=180,
    frame_rate=25,
    channels=1,
    channel_layout="mono",
    video_codec="h264",
    audio_codec="aac",
)

# Types of the first box in a QuickTime or MP4 file.
QUICKTIME_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free")

# By the shorter side and by the number of pixels, inclusive.
STORED_RESOLUTIONS = ((0, "Audio only"), (719, "SD"), (1079, "HD"), (1439, "FHD"), (inf, "UHD"))
RESOLUTION_TIERS = ((0, "audio-only"), (921_600, "720p"), (2_073_600, "1080p"), (4_194_304, "1440p"), (inf, "2160p"))


def create(
    context: Context, payload: Record, *, ingest_type: str, asset_id: str | None = None, upload_id: str | None = None
) -> Record:
    """Write a new asset from a create-asset request; the caller submits its job, after the transaction."""
    policies = settings.policies(payload)
    asset: Record = {
        "id": asset_id or new_id(),
        "status": "preparing",
        "created_at": epoch(),
        "upload_id": upload_id,
        "playback_ids": [{"id": new_id(), "policy": policy} for policy in policies] or None,
        "passthrough": payload.get("passthrough"),
        "meta": payload.get("meta"),
        "mp4_support": "none",
        "master_access": "none",
        "encoding_tier": "smart" if payload.get("video_quality", "basic") != "basic" else "baseline",
        "video_quality": payload.get("video_quality", "basic"),
        "max_resolution_tier": payload.get("max_resolution_tier", "1080p"),
        "normalize_audio": payload.get("normalize_audio"),
        "ingest_type": ingest_type,
        "test": payload.get("test") or None,
        "progress": {"state": "ingesting", "progress": 0},
        "tracks": tracks.requested(payload) or None,
        "static_renditions": renditions.requested(payload),
        "_inputs": settings.inputs(payload),
    }
    save(context, asset, "created")
    for playback_id in asset["playback_ids"] or []:
        context.store.put("playback", playback_id["id"], playback_id | {"asset_id": asset["id"]})
    for track in asset["tracks"] or []:
        tracks.emit(context, asset["id"], track, "created")
    renditions.emit_all(context, asset, "created")
    return asset


def save(context: Context, asset: Record, event: str) -> None:
    """Write an asset and the event for it."""
    context.save("asset", asset, event, as_webhook(asset))


def source_of(context: Context, asset: Record) -> Path:
    """Return an asset's source file.

    Raises:
        BrokenMediaError: its URL cannot be resolved.
    """
    uploaded = context.media(asset["id"]) / "source"
    if uploaded.exists():
        return uploaded
    url = asset["_inputs"][0]["url"] if asset["_inputs"] else ""
    # An upload completed without a file has no URL either: use the plain sample.
    sample = samples.by_url(context.encoder, context.samples(), url or samples.ORIGIN + "sample.mp4")
    if sample is None:
        raise BrokenMediaError(f"The input file could not be downloaded from {url}")
    return sample


def prepare(context: Context, asset_id: str) -> None:
    """Encode an asset and write the result; discard it if the asset was deleted meanwhile."""
    asset = context.store.get("asset", asset_id)
    if asset is None or asset["status"] != "preparing":
        return
    try:
        media_info = _fast_media_info(context, asset) if context.fast else _encode(context, asset)
    except BrokenMediaError as error:
        if not context.encoder.stopped:
            fail(context, asset_id, str(error))
    else:
        become_ready(context, asset_id, media_info)
    if context.store.get("asset", asset_id) is None:
        shutil.rmtree(context.media(asset_id), ignore_errors=True)


def _encode(context: Context, asset: Record) -> MediaInfo:
    source = source_of(context, asset)
    return context.encoder.encode(source, context.media(asset["id"]) / "hls", tier=asset["max_resolution_tier"])


def _fast_media_info(context: Context, asset: Record) -> MediaInfo:
    """Return the invented media info, unless the file does not even begin like a video."""
    with source_of(context, asset).open("rb") as file:
        header = file.read(12)
    if header[4:8] not in QUICKTIME_BOXES and not header.startswith((b"\x1aE\xdf\xa3", b"RIFF", b"ID3")):
        raise BrokenMediaError("The input file could not be read. It may be corrupt or not a video.")
    return FAST_MEDIA_INFO


def become_ready(context: Context, asset_id: str, media_info: MediaInfo) -> None:
    with context.store.transaction():
        asset = context.store.get("asset", asset_id)
        if asset is None or asset["status"] != "preparing":
            return
        asset |= {"status": "ready", "progress": {"state": "completed", "progress": 100}} | derived_fields(media_info)
        asset["tracks"] = tracks.source_tracks(media_info) + (asset["tracks"] or [])
        save(context, asset, "ready")
        if asset.get("non_standard_input_reasons"):
            context.emit("video.asset.non_standard_input_detected", "asset", as_webhook(asset))
    for job in follow_ups(asset):
        context.jobs.submit(job)


def follow_ups(asset: Record) -> list[Job]:
    """Return the remaining jobs of an asset that is ready."""
    texts = [track for track in asset["tracks"] or [] if track.get("status") == "preparing"]
    files = [file for file in renditions.files(asset) if file["status"] == "preparing"]
    jobs = [Job("track", asset["id"], track["id"]) for track in texts]
    return jobs + [Job("rendition", asset["id"], file["id"]) for file in files]


def derived_fields(media_info: MediaInfo) -> Record:
    """Return the fields that Mux derives from a file."""
    reasons = {"video_codec": media_info.video_codec} if media_info.video_codec not in {"h264", ""} else {}
    reasons |= {"audio_codec": media_info.audio_codec} if media_info.audio_codec not in {"aac", ""} else {}
    divisor = gcd(media_info.width, media_info.height)
    return {
        "duration": media_info.duration,
        "max_stored_resolution": next(
            name for limit, name in STORED_RESOLUTIONS if min(media_info.width, media_info.height) <= limit
        ),
        "resolution_tier": next(
            name for limit, name in RESOLUTION_TIERS if media_info.width * media_info.height <= limit
        ),
        "max_stored_frame_rate": media_info.frame_rate,
        "aspect_ratio": f"{media_info.width // divisor}:{media_info.height // divisor}" if divisor else None,
        "non_standard_input_reasons": reasons or None,
    }


def fail(context: Context, asset_id: str, message: str) -> None:
    """Mark an asset as errored, and its upload as well."""
    with context.store.transaction():
        asset = context.store.get("asset", asset_id)
        if asset is None:
            return
        asset |= {"status": "errored", "errors": {"type": "invalid_input", "messages": [message]}}
        save(context, asset | {"progress": {"state": "errored", "progress": -1}}, "errored")
        upload = context.store.get("upload", asset["upload_id"] or "")
        if upload is not None:
            upload |= {"status": "errored", "error": {"type": "invalid_input", "message": message}}
            context.store.put("upload", upload["id"], upload)
            # The REST upload has an `error`, the webhook's does not.
            context.emit("video.upload.errored", "upload", as_webhook(upload | {"error": None}))


def delete(context: Context, asset_id: str) -> None:
    """
    Raises:
        MuxError: 404; or 400 while the asset is being prepared.
    """
    with context.store.transaction():
        asset = context.load("asset", asset_id)
        if asset["status"] == "preparing" and not context.behavior.delete_while_preparing:
            raise MuxError(400, "The asset is still being prepared and cannot be deleted yet")
        for playback_id in asset["playback_ids"] or []:
            context.store.delete("playback", playback_id["id"])
        context.store.delete("asset", asset_id)
        context.emit("video.asset.deleted", "asset", as_webhook(asset))
    shutil.rmtree(context.media(asset_id), ignore_errors=True)
