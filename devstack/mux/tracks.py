"""Tracks of an asset: the audio and video of its source, and added text tracks."""

from devstack.mux import samples, settings
from devstack.mux.encoder import Facts
from devstack.mux.shapes import in_webhook, new_id
from devstack.mux.store import Record
from devstack.mux.world import World

LANGUAGE_NAMES = {"en": "English", "es": "Spanish", "de": "German", "fr": "French", "it": "Italian", "pt": "Portuguese"}


def of_media(facts: Facts) -> list[Record]:
    found: list[Record] = []
    if facts.width:
        size = {"max_width": facts.width, "max_height": facts.height, "max_frame_rate": facts.frame_rate}
        found.append({"type": "video", "id": new_id(), "duration": facts.duration, **size})
    if facts.channels:
        sound = {"max_channels": facts.channels, "max_channel_layout": facts.channel_layout, "primary": True}
        found.append({"type": "audio", "id": new_id(), "duration": facts.duration, **sound})
    return found


def asked_for(wanted: Record) -> list[Record]:
    """Return the text tracks of a create-asset request: subtitles to generate, and additional inputs."""
    generated = [generated_text(subtitles) for subtitles in settings.generated_subtitles(wanted)]
    return generated + [uploaded_text(source) for source in settings.inputs(wanted)[1:] if source.get("type") == "text"]


def generated_text(subtitles: Record) -> Record:
    language: str = subtitles.get("language_code", "en")
    name: str = subtitles.get("name") or LANGUAGE_NAMES.get(language, language)
    return _text("generated_vod", language, name, passthrough=subtitles.get("passthrough"))


def uploaded_text(source: Record) -> Record:
    language: str = source.get("language_code", "en")
    captions = bool(source.get("closed_captions"))
    return _text(
        "uploaded",
        language,
        source.get("name") or language,
        passthrough=source.get("passthrough"),
        closed_captions=captions,
        _url=source.get("url"),
    )


def _text(source: str, language: str, name: str, **more: str | bool | None) -> Record:
    track = {"type": "text", "text_type": "subtitles", "text_source": source, "language_code": language, "name": name}
    return track | {"id": new_id(), "status": "preparing"} | {k: v for k, v in more.items() if v is not None}


def tell(world: World, asset_id: str, track: Record, event: str) -> None:
    world.webhooks.emit(f"video.asset.track.{event}", "track", in_webhook(track) | {"asset_id": asset_id})


def find(asset: Record, track_id: str) -> Record | None:
    return next((track for track in asset["tracks"] or [] if track["id"] == track_id), None)


def prepare(world: World, asset_id: str, track_id: str) -> None:
    """Write a text track's WebVTT, or mark it as errored."""
    asset = world.store.get("asset", asset_id)
    track = find(asset, track_id) if asset else None
    if asset is None or track is None or track["status"] != "preparing":
        return
    text = _fetched(world, track) if track["text_source"] == "uploaded" else _generated(asset, track)
    if text is not None:
        path = world.media(asset_id) / "text" / f"{track_id}.vtt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _finish(world, asset_id, track_id, "errored" if text is None else "ready")


def _finish(world: World, asset_id: str, track_id: str, status: str) -> None:
    with world.store.transaction():
        asset = world.store.get("asset", asset_id)
        track = find(asset, track_id) if asset else None
        if asset is None or track is None:
            return
        track["status"] = status
        if status == "errored":
            track["error"] = {"type": "invalid_input", "messages": ["The text could not be had."]}
        world.store.put("asset", asset_id, asset)
        tell(world, asset_id, track, status)
        world.webhooks.emit("video.asset.updated", "asset", in_webhook(asset))


def _fetched(world: World, track: Record) -> str | None:
    path = samples.by_url(world.encoder, world.samples(), track["_url"] or "")
    text = path.read_text(errors="replace") if path else ""
    return text if text.startswith("WEBVTT") else None


def _generated(asset: Record, track: Record) -> str | None:
    """Return one cue for every two seconds of audio; None for an asset without audio."""
    if not any(other["type"] == "audio" for other in asset["tracks"]):
        return None
    starts = range(0, max(1, int(asset["duration"])), 2)
    ends = [min(start + 2, max(1.0, asset["duration"])) for start in starts]
    cues = [
        f"{stamp(start)} --> {stamp(end)}\n{track['name']}, {start} s\n"
        for start, end in zip(starts, ends, strict=True)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def stamp(seconds: float) -> str:
    """Format a WebVTT time."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{rest:06.3f}"
