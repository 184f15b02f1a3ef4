"""The lifecycle of an asset: created, prepared, ready or errored, deleted; each step writes its events."""

import shutil
from math import gcd, inf
from pathlib import Path

from devstack.mux import renditions, samples, settings, tracks
from devstack.mux.encoder import BrokenMediaError, Facts
from devstack.mux.errors import MuxError, not_found
from devstack.mux.jobs import Job
from devstack.mux.shapes import epoch, in_webhook, new_id
from devstack.mux.store import Record
from devstack.mux.world import World

# Every video's facts in a fast emulator; they match the plain sample.
FAST_FACTS = Facts(
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
QUICKTIME = (b"ftyp", b"moov", b"mdat", b"wide", b"free")

# By the shorter side and by the number of pixels, inclusive.
STORED = ((0, "Audio only"), (719, "SD"), (1079, "HD"), (1439, "FHD"), (inf, "UHD"))
TIERS = ((0, "audio-only"), (921_600, "720p"), (2_073_600, "1080p"), (4_194_304, "1440p"), (inf, "2160p"))


def create(
    world: World, wanted: Record, *, ingest_type: str, asset_id: str | None = None, upload_id: str | None = None
) -> Record:
    """Write a new asset from a create-asset request; the caller submits its job, after the transaction."""
    policies = settings.policies(wanted)
    asset: Record = {
        "id": asset_id or new_id(),
        "status": "preparing",
        "created_at": epoch(),
        "upload_id": upload_id,
        "playback_ids": [{"id": new_id(), "policy": policy} for policy in policies] or None,
        "passthrough": wanted.get("passthrough"),
        "meta": wanted.get("meta"),
        "mp4_support": "none",
        "master_access": "none",
        "encoding_tier": "smart" if wanted.get("video_quality", "basic") != "basic" else "baseline",
        "video_quality": wanted.get("video_quality", "basic"),
        "max_resolution_tier": wanted.get("max_resolution_tier", "1080p"),
        "normalize_audio": wanted.get("normalize_audio"),
        "ingest_type": ingest_type,
        "test": wanted.get("test") or None,
        "progress": {"state": "ingesting", "progress": 0},
        "tracks": tracks.asked_for(wanted) or None,
        "static_renditions": renditions.asked_for(wanted),
        "_inputs": settings.inputs(wanted),
    }
    save(world, asset, "created")
    for playback_id in asset["playback_ids"] or []:
        world.store.put("playback", playback_id["id"], playback_id | {"asset_id": asset["id"]})
    for track in asset["tracks"] or []:
        tracks.tell(world, asset["id"], track, "created")
    renditions.tell_all(world, asset, "created")
    return asset


def load(world: World, asset_id: str) -> Record:
    """
    Raises:
        MuxError: 404.
    """
    asset = world.store.get("asset", asset_id)
    if asset is None:
        raise not_found()
    return asset


def save(world: World, asset: Record, event: str) -> None:
    """Write an asset and the event for it."""
    world.save("asset", asset, event, in_webhook(asset))


def source_of(world: World, asset: Record) -> Path:
    """Return an asset's source file.

    Raises:
        BrokenMediaError: its URL cannot be resolved.
    """
    uploaded = world.media(asset["id"]) / "source"
    if uploaded.exists():
        return uploaded
    url = asset["_inputs"][0]["url"] if asset["_inputs"] else ""
    # An upload completed without a file has no URL either: use the plain sample.
    sample = samples.by_url(world.encoder, world.samples(), url or samples.ORIGIN + "sample.mp4")
    if sample is None:
        raise BrokenMediaError(f"The input file could not be downloaded from {url}")
    return sample


def prepare(world: World, asset_id: str) -> None:
    """Encode an asset and write the result; discard it if the asset was deleted meanwhile."""
    asset = world.store.get("asset", asset_id)
    if asset is None or asset["status"] != "preparing":
        return
    try:
        facts = _fast_facts(world, asset) if world.fast else _encode(world, asset)
    except BrokenMediaError as error:
        if not world.encoder.stopped:
            fail(world, asset_id, str(error))
    else:
        become_ready(world, asset_id, facts)
    if world.store.get("asset", asset_id) is None:
        shutil.rmtree(world.media(asset_id), ignore_errors=True)


def _encode(world: World, asset: Record) -> Facts:
    source = source_of(world, asset)
    return world.encoder.encode(source, world.media(asset["id"]) / "hls", tier=asset["max_resolution_tier"])


def _fast_facts(world: World, asset: Record) -> Facts:
    """Return the invented facts, unless the file does not even begin like a video."""
    with source_of(world, asset).open("rb") as file:
        head = file.read(12)
    if head[4:8] not in QUICKTIME and not head.startswith((b"\x1aE\xdf\xa3", b"RIFF", b"ID3")):
        raise BrokenMediaError("The input file could not be read. It may be corrupt or not a video.")
    return FAST_FACTS


def become_ready(world: World, asset_id: str, facts: Facts) -> None:
    with world.store.transaction():
        asset = world.store.get("asset", asset_id)
        if asset is None or asset["status"] != "preparing":
            return
        asset |= {"status": "ready", "progress": {"state": "completed", "progress": 100}} | described(facts)
        asset["tracks"] = tracks.of_media(facts) + (asset["tracks"] or [])
        save(world, asset, "ready")
        if asset.get("non_standard_input_reasons"):
            world.webhooks.emit("video.asset.non_standard_input_detected", "asset", in_webhook(asset))
    for job in follow_ups(asset):
        world.jobs.submit(job)


def follow_ups(asset: Record) -> list[Job]:
    """Return the remaining jobs of an asset that is ready."""
    texts = [track for track in asset["tracks"] or [] if track.get("status") == "preparing"]
    files = [file for file in renditions.files(asset) if file["status"] == "preparing"]
    jobs = [Job("track", asset["id"], track["id"]) for track in texts]
    return jobs + [Job("rendition", asset["id"], file["id"]) for file in files]


def described(facts: Facts) -> Record:
    """Return the fields that Mux derives from a file."""
    reasons = {"video_codec": facts.video_codec} if facts.video_codec not in {"h264", ""} else {}
    reasons |= {"audio_codec": facts.audio_codec} if facts.audio_codec not in {"aac", ""} else {}
    shape = gcd(facts.width, facts.height)
    return {
        "duration": facts.duration,
        "max_stored_resolution": next(name for most, name in STORED if min(facts.width, facts.height) <= most),
        "resolution_tier": next(name for most, name in TIERS if facts.width * facts.height <= most),
        "max_stored_frame_rate": facts.frame_rate,
        "aspect_ratio": f"{facts.width // shape}:{facts.height // shape}" if shape else None,
        "non_standard_input_reasons": reasons or None,
    }


def fail(world: World, asset_id: str, message: str) -> None:
    """Mark an asset as errored, and its upload as well."""
    with world.store.transaction():
        asset = world.store.get("asset", asset_id)
        if asset is None:
            return
        asset |= {"status": "errored", "errors": {"type": "invalid_input", "messages": [message]}}
        save(world, asset | {"progress": {"state": "errored", "progress": -1}}, "errored")
        upload = world.store.get("upload", asset["upload_id"] or "")
        if upload is not None:
            upload |= {"status": "errored", "error": {"type": "invalid_input", "message": message}}
            world.store.put("upload", upload["id"], upload)
            # The REST upload has an `error`, the webhook's does not.
            world.webhooks.emit("video.upload.errored", "upload", in_webhook(upload | {"error": None}))


def delete(world: World, asset_id: str) -> None:
    """
    Raises:
        MuxError: 404; or 400 while the asset is being prepared.
    """
    with world.store.transaction():
        asset = load(world, asset_id)
        if asset["status"] == "preparing" and not world.behaviour.delete_while_preparing:
            raise MuxError(400, "The asset is still being prepared and cannot be deleted yet")
        for playback_id in asset["playback_ids"] or []:
            world.store.delete("playback", playback_id["id"])
        world.store.delete("asset", asset_id)
        world.webhooks.emit("video.asset.deleted", "asset", in_webhook(asset))
    shutil.rmtree(world.media(asset_id), ignore_errors=True)
