"""Static renditions: MP4 files next to the stream. Every size is scaled from the one in the HLS."""

from devstack.emulation.store import Record
from devstack.mux.context import Context
from devstack.mux.shapes import as_webhook, new_id


def requested(payload: Record) -> Record | None:
    files = [new(source) for source in payload.get("static_renditions") or []]
    return {"status": "preparing", "files": files} if files else None


def new(source: Record) -> Record:
    resolution = source.get("resolution") or "highest"
    name = "audio.m4a" if resolution == "audio-only" else f"{resolution}.mp4"
    file = {"id": new_id(), "name": name, "ext": name[-3:], "type": "standard", "resolution": resolution}
    if source.get("passthrough") is not None:
        file["passthrough"] = source["passthrough"]
    return file | {"status": "preparing"}


def files(asset: Record) -> list[Record]:
    return (asset["static_renditions"] or {}).get("files", [])


def emit(context: Context, asset_id: str, file: Record, event: str) -> None:
    context.emit(f"video.asset.static_rendition.{event}", "static_rendition", as_webhook(file) | {"asset_id": asset_id})


def emit_all(context: Context, asset: Record, event: str) -> None:
    for file in files(asset):
        emit(context, asset["id"], file, event)


def prepare(context: Context, asset_id: str, file_id: str) -> None:
    """Write the file; a size above the source video's is skipped, as by Mux."""
    asset = context.store.get("asset", asset_id)
    file = next((file for file in files(asset or {"static_renditions": None}) if file["id"] == file_id), None)
    if asset is None or file is None or file["status"] != "preparing":
        return
    changes = _produced(context, asset, file)
    with context.store.transaction():
        asset = context.store.get("asset", asset_id)
        if asset is not None:
            _finish(context, asset, file_id, changes)


def _finish(context: Context, asset: Record, file_id: str, changes: Record) -> None:
    for file in files(asset):
        if file["id"] == file_id:
            file |= changes
            emit(context, asset["id"], file, changes["status"])
    if all(file["status"] != "preparing" for file in files(asset)):
        asset["static_renditions"]["status"] = "ready"
        context.emit("video.asset.static_renditions.ready", "asset", as_webhook(asset))
    context.store.put("asset", asset["id"], asset)


def _produced(context: Context, asset: Record, file: Record) -> Record:
    video = next((track for track in asset["tracks"] or [] if track["type"] == "video"), None)
    resolution = file["resolution"]
    height = min(video["max_width"], video["max_height"]) if video else 0
    if resolution.endswith("p") and int(resolution[:-1]) > height:
        return {"status": "skipped"}
    if context.fast:
        return {"status": "ready", "filesize": "0"}
    return write(context, asset, file)


def write(context: Context, asset: Record, file: Record) -> Record:
    """Create the file from existing HLS; return its new fields."""
    resolution = file["resolution"]
    codec_options = ["-vn", "-c", "copy"] if resolution == "audio-only" else ["-c", "copy"]
    if resolution.endswith("p"):
        codec_options = ["-c:a", "copy", "-c:v", "libx264", "-preset", "veryfast", "-vf", f"scale=-2:{resolution[:-1]}"]
    target = context.media(asset["id"]) / file["name"]
    status, _ = context.encoder.run(
        ["-v", "error", "-i", context.media(asset["id"]) / "hls" / "rendition.m3u8", *codec_options, target]
    )
    if status != 0:
        return {"status": "errored"}
    media_info = context.encoder.probe(target)
    size = {"width": media_info.width, "height": media_info.height} if media_info.width else {}
    return {"status": "ready", "filesize": str(target.stat().st_size), **size}
