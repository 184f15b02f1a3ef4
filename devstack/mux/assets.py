"""Assets: the REST resource with its tracks, playback ids and static renditions."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.mux import lifecycle, renditions, settings, tracks
from devstack.mux.context import current_context
from devstack.mux.errors import MuxError, not_found
from devstack.mux.jobs import Job
from devstack.mux.shapes import as_rest, as_webhook, new_id

blp = Blueprint("assets", __name__, url_prefix="/video/v1")


@blp.post("/assets")
def create_asset() -> ResponseReturnValue:
    payload = settings.check_asset(settings.body())
    sources = settings.inputs(payload)
    if not sources or not isinstance(sources[0].get("url"), str):
        raise MuxError(400, "An input with a url is required")
    context = current_context()
    with context.store.transaction():
        asset = lifecycle.create(context, payload, ingest_type="on_demand_url")
    context.jobs.submit(Job("asset", asset["id"]))
    return jsonify(data=as_rest(asset)), 201


@blp.get("/assets")
def list_assets() -> ResponseReturnValue:
    start, end = settings.paging()
    filters = {name: request.args[name] for name in ("upload_id", "live_stream_id") if name in request.args}
    before = settings.cursor()
    position: Record = {"skip": start} if before is None else {"before": before}
    page, remaining = current_context().store.newest("asset", end - start, equals=filters, **position)
    return jsonify(data=[as_rest(asset) for asset in page], next_cursor=settings.cursor_for(remaining))


@blp.get("/assets/<asset_id>")
def get_asset(asset_id: str) -> ResponseReturnValue:
    return jsonify(data=as_rest(current_context().load("asset", asset_id)))


@blp.patch("/assets/<asset_id>")
def update_asset(asset_id: str) -> ResponseReturnValue:
    payload = settings.body()
    settings.check_metadata(payload)
    with current_context().store.transaction():
        asset = current_context().load("asset", asset_id)
        asset |= {name: payload[name] for name in ("passthrough", "meta") if name in payload}
        lifecycle.save(current_context(), asset, "updated")
    return jsonify(data=as_rest(asset))


@blp.delete("/assets/<asset_id>")
def delete_asset(asset_id: str) -> ResponseReturnValue:
    lifecycle.delete(current_context(), asset_id)
    return "", 204


@blp.get("/assets/<asset_id>/input-info")
def get_input_info(asset_id: str) -> ResponseReturnValue:
    asset = current_context().load("asset", asset_id)
    return jsonify(data=[{"settings": source} for source in asset["_inputs"]])


@blp.post("/assets/<asset_id>/playback-ids")
def create_playback_id(asset_id: str) -> ResponseReturnValue:
    payload = settings.body()
    settings.check_choice(payload, "policy", settings.POLICIES)
    playback_id = {"id": new_id(), "policy": payload.get("policy", "public")}
    with current_context().store.transaction():
        asset = current_context().load("asset", asset_id)
        asset["playback_ids"] = [*(asset["playback_ids"] or []), playback_id]
        current_context().store.put("playback", playback_id["id"], playback_id | {"asset_id": asset_id})
        lifecycle.save(current_context(), asset, "updated")
    return jsonify(data=playback_id), 201


@blp.get("/assets/<asset_id>/playback-ids/<playback_id>")
def get_playback_id(asset_id: str, playback_id: str) -> ResponseReturnValue:
    asset = current_context().load("asset", asset_id)
    return jsonify(data=_find_item(asset["playback_ids"], playback_id))


@blp.delete("/assets/<asset_id>/playback-ids/<playback_id>")
def delete_playback_id(asset_id: str, playback_id: str) -> ResponseReturnValue:
    with current_context().store.transaction():
        asset = current_context().load("asset", asset_id)
        asset["playback_ids"].remove(_find_item(asset["playback_ids"], playback_id))
        current_context().store.delete("playback", playback_id)
        lifecycle.save(current_context(), asset, "updated")
    return "", 204


@blp.get("/playback-ids/<playback_id>")
def get_asset_of_playback_id(playback_id: str) -> ResponseReturnValue:
    found = current_context().load("playback", playback_id)
    asset_object = {"id": found.pop("asset_id"), "type": "asset"}
    return jsonify(data=found | {"object": asset_object})


@blp.post("/assets/<asset_id>/tracks")
def create_track(asset_id: str) -> ResponseReturnValue:
    payload = settings.body()
    settings.check_text(payload, "passthrough", 255)
    if payload.get("type") != "text":
        raise MuxError(400, "Only text tracks can be added here")
    for field in ("url", "language_code", "text_type"):
        if not isinstance(payload.get(field), str):
            raise MuxError(400, f"{field} is required")
    return jsonify(data=as_rest(_add_text_tracks(asset_id, [tracks.uploaded_text(payload)])[0])), 201


@blp.post("/assets/<asset_id>/tracks/<track_id>/generate-subtitles")
def generate_subtitles(asset_id: str, track_id: str) -> ResponseReturnValue:
    audio = _find_item(current_context().load("asset", asset_id)["tracks"], track_id)
    requested = settings.body().get("generated_subtitles")
    if audio["type"] != "audio" or not isinstance(requested, list) or not requested:
        raise MuxError(400, "generated_subtitles of an audio track are required")
    for subtitles in requested:
        settings.check_subtitles(subtitles)
    text_tracks = _add_text_tracks(asset_id, [tracks.generated_text(subtitles) for subtitles in requested])
    return jsonify(data=[as_rest(track) for track in text_tracks]), 201


def _add_text_tracks(asset_id: str, text_tracks: list[Record]) -> list[Record]:
    context = current_context()
    with context.store.transaction():
        asset = context.load("asset", asset_id)
        if asset["status"] != "ready":
            raise MuxError(400, "The asset is not ready")
        asset["tracks"] = asset["tracks"] + text_tracks
        context.store.put("asset", asset_id, asset)
        for track in text_tracks:
            tracks.emit(context, asset_id, track, "created")
    for track in text_tracks:
        context.jobs.submit(Job("track", asset_id, track["id"]))
    return text_tracks


@blp.delete("/assets/<asset_id>/tracks/<track_id>")
def delete_track(asset_id: str, track_id: str) -> ResponseReturnValue:
    context = current_context()
    with context.store.transaction():
        asset = context.load("asset", asset_id)
        track = _find_item(asset["tracks"], track_id)
        if track["type"] != "text":
            raise MuxError(400, "Only text tracks can be deleted")
        asset["tracks"].remove(track)
        tracks.emit(context, asset_id, track, "deleted")
        lifecycle.save(context, asset, "updated")
    return "", 204


@blp.post("/assets/<asset_id>/static-renditions")
def create_static_rendition(asset_id: str) -> ResponseReturnValue:
    payload = settings.body()
    settings.check_choice(payload, "resolution", settings.RESOLUTIONS)
    context, file = current_context(), renditions.new(payload)
    with context.store.transaction():
        asset = context.load("asset", asset_id)
        asset["static_renditions"] = {"status": "preparing", "files": [*renditions.files(asset), file]}
        context.store.put("asset", asset_id, asset)
        renditions.emit(context, asset_id, file, "created")
    if asset["status"] == "ready":
        context.jobs.submit(Job("rendition", asset_id, file["id"]))
    return jsonify(data=as_webhook(file)), 201


@blp.delete("/assets/<asset_id>/static-renditions/<rendition_id>")
def delete_static_rendition(asset_id: str, rendition_id: str) -> ResponseReturnValue:
    context = current_context()
    with context.store.transaction():
        asset = context.load("asset", asset_id)
        file = _find_item(renditions.files(asset), rendition_id)
        renditions.files(asset).remove(file)
        context.store.put("asset", asset_id, asset)
        renditions.emit(context, asset_id, file, "deleted")
    (context.media(asset_id) / file["name"]).unlink(missing_ok=True)
    return "", 204


def _find_item(items: list[Record] | None, item_id: str) -> Record:
    found = next((item for item in items or [] if item["id"] == item_id), None)
    if found is None:
        raise not_found()
    return found
