"""Tracks of an asset: the audio and video of its source, and added text tracks."""

from devstack.emulation.store import Record
from devstack.mux import samples, settings
from devstack.mux.context import Context
from devstack.mux.encoder import MediaInfo
from devstack.mux.shapes import as_webhook, new_id

LANGUAGE_NAMES = {"en": "English", "es": "Spanish", "de": "German", "fr": "French", "it": "Italian", "pt": "Portuguese"}


def source_tracks(media_info: MediaInfo) -> list[Record]:
    tracks: list[Record] = []
    if media_info.width:
        video_fields = {
            "max_width": media_info.width,
            "max_height": media_info.height,
            "max_frame_rate": media_info.frame_rate,
        }
        tracks.append({"type": "video", "id": new_id(), "duration": media_info.duration, **video_fields})
    if media_info.channels:
        audio_fields = {
            "max_channels": media_info.channels,
            "max_channel_layout": media_info.channel_layout,
            "primary": True,
        }
        tracks.append({"type": "audio", "id": new_id(), "duration": media_info.duration, **audio_fields})
    return tracks


def requested(payload: Record) -> list[Record]:
    """Return the text tracks of a create-asset request: subtitles to generate, and additional inputs."""
    generated = [generated_text(subtitles) for subtitles in settings.generated_subtitles(payload)]
    return generated + [
        uploaded_text(source) for source in settings.inputs(payload)[1:] if source.get("type") == "text"
    ]


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


def _text(source: str, language: str, name: str, **optional: str | bool | None) -> Record:
    track = {"type": "text", "text_type": "subtitles", "text_source": source, "language_code": language, "name": name}
    return track | {"id": new_id(), "status": "preparing"} | {k: v for k, v in optional.items() if v is not None}


def emit(context: Context, asset_id: str, track: Record, event: str) -> None:
    context.emit(f"video.asset.track.{event}", "track", as_webhook(track) | {"asset_id": asset_id})


def find(asset: Record, track_id: str) -> Record | None:
    return next((track for track in asset["tracks"] or [] if track["id"] == track_id), None)


def prepare(context: Context, asset_id: str, track_id: str) -> None:
    """Write a text track's WebVTT, or mark it as errored."""
    asset = context.store.get("asset", asset_id)
    track = find(asset, track_id) if asset else None
    if asset is None or track is None or track["status"] != "preparing":
        return
    text = _fetch_text(context, track) if track["text_source"] == "uploaded" else _generate_text(asset, track)
    if text is not None:
        path = context.media(asset_id) / "text" / f"{track_id}.vtt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _finish(context, asset_id, track_id, "errored" if text is None else "ready")


def _finish(context: Context, asset_id: str, track_id: str, status: str) -> None:
    with context.store.transaction():
        asset = context.store.get("asset", asset_id)
        track = find(asset, track_id) if asset else None
        if asset is None or track is None:
            return
        track["status"] = status
        if status == "errored":
            track["error"] = {"type": "invalid_input", "messages": ["The text could not be had."]}
        context.store.put("asset", asset_id, asset)
        emit(context, asset_id, track, status)
        context.emit("video.asset.updated", "asset", as_webhook(asset))


def _fetch_text(context: Context, track: Record) -> str | None:
    path = samples.by_url(context.encoder, context.samples(), track["_url"] or "")
    text = path.read_text(errors="replace") if path else ""
    return text if text.startswith("WEBVTT") else None


def _generate_text(asset: Record, track: Record) -> str | None:
    """Return one cue for every two seconds of audio; None for an asset without audio."""
    if not any(other["type"] == "audio" for other in asset["tracks"]):
        return None
    starts = range(0, max(1, int(asset["duration"])), 2)
    ends = [min(start + 2, max(1.0, asset["duration"])) for start in starts]
    cues = [
        f"{webvtt_time(start)} --> {webvtt_time(end)}\n{track['name']}, {start} s\n"
        for start, end in zip(starts, ends, strict=True)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def webvtt_time(seconds: float) -> str:
    """Format a WebVTT time."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{rest:06.3f}"
