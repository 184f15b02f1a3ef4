"""Static renditions: MP4 files next to the stream. Every size is scaled from the one in the HLS."""

from devstack.mux.shapes import in_webhook, new_id
from devstack.mux.store import Record
from devstack.mux.world import World


def asked_for(wanted: Record) -> Record | None:
    files = [new(source) for source in wanted.get("static_renditions") or []]
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


def tell(world: World, asset_id: str, file: Record, event: str) -> None:
    world.webhooks.emit(
        f"video.asset.static_rendition.{event}", "static_rendition", in_webhook(file) | {"asset_id": asset_id}
    )


def tell_all(world: World, asset: Record, event: str) -> None:
    for file in files(asset):
        tell(world, asset["id"], file, event)


def prepare(world: World, asset_id: str, file_id: str) -> None:
    """Write the file; a size above the source video's is skipped, as by Mux."""
    asset = world.store.get("asset", asset_id)
    file = next((file for file in files(asset or {"static_renditions": None}) if file["id"] == file_id), None)
    if asset is None or file is None or file["status"] != "preparing":
        return
    changes = _produced(world, asset, file)
    with world.store.transaction():
        asset = world.store.get("asset", asset_id)
        if asset is not None:
            _finish(world, asset, file_id, changes)


def _finish(world: World, asset: Record, file_id: str, changes: Record) -> None:
    for file in files(asset):
        if file["id"] == file_id:
            file |= changes
            tell(world, asset["id"], file, changes["status"])
    if all(file["status"] != "preparing" for file in files(asset)):
        asset["static_renditions"]["status"] = "ready"
        world.webhooks.emit("video.asset.static_renditions.ready", "asset", in_webhook(asset))
    world.store.put("asset", asset["id"], asset)


def _produced(world: World, asset: Record, file: Record) -> Record:
    video = next((track for track in asset["tracks"] or [] if track["type"] == "video"), None)
    wanted = file["resolution"]
    height = min(video["max_width"], video["max_height"]) if video else 0
    if wanted.endswith("p") and int(wanted[:-1]) > height:
        return {"status": "skipped"}
    if world.fast:
        return {"status": "ready", "filesize": "0"}
    return write(world, asset, file)


def write(world: World, asset: Record, file: Record) -> Record:
    """Create the file from existing HLS; return its new fields."""
    wanted = file["resolution"]
    chosen = ["-vn", "-c", "copy"] if wanted == "audio-only" else ["-c", "copy"]
    if wanted.endswith("p"):
        chosen = ["-c:a", "copy", "-c:v", "libx264", "-preset", "veryfast", "-vf", f"scale=-2:{wanted[:-1]}"]
    target = world.media(asset["id"]) / file["name"]
    status, _ = world.encoder.run(
        ["-v", "error", "-i", world.media(asset["id"]) / "hls" / "rendition.m3u8", *chosen, target]
    )
    if status != 0:
        return {"status": "errored"}
    facts = world.encoder.probe(target)
    size = {"width": facts.width, "height": facts.height} if facts.width else {}
    return {"status": "ready", "filesize": str(target.stat().st_size), **size}
