"""Assets: the REST resource with its tracks, playback ids and static renditions."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from devstack.mux import lifecycle, renditions, settings, tracks
from devstack.mux.errors import MuxError, not_found
from devstack.mux.jobs import Job
from devstack.mux.shapes import in_rest, in_webhook, new_id
from devstack.mux.store import Record
from devstack.mux.world import world

blp = Blueprint("assets", __name__, url_prefix="/video/v1")


@blp.post("/assets")
def create_asset() -> ResponseReturnValue:
    wanted = settings.check_asset(settings.body())
    sources = settings.inputs(wanted)
    if not sources or not isinstance(sources[0].get("url"), str):
        raise MuxError(400, "An input with a url is required")
    here = world()
    with here.store.transaction():
        asset = lifecycle.create(here, wanted, ingest_type="on_demand_url")
    here.jobs.submit(Job("asset", asset["id"]))
    return jsonify(data=in_rest(asset)), 201


@blp.get("/assets")
def list_assets() -> ResponseReturnValue:
    start, end = settings.paging()
    filters = {name: request.args[name] for name in ("upload_id", "live_stream_id") if name in request.args}
    before = settings.cursor()
    place: Record = {"skip": start} if before is None else {"before": before}
    page, rest = world().store.newest("asset", end - start, equals=filters, **place)
    return jsonify(data=[in_rest(asset) for asset in page], next_cursor=settings.cursor_for(rest))


@blp.get("/assets/<asset_id>")
def get_asset(asset_id: str) -> ResponseReturnValue:
    return jsonify(data=in_rest(lifecycle.load(world(), asset_id)))


@blp.patch("/assets/<asset_id>")
def update_asset(asset_id: str) -> ResponseReturnValue:
    wanted = settings.body()
    settings.check_labels(wanted)
    with world().store.transaction():
        asset = lifecycle.load(world(), asset_id)
        asset |= {name: wanted[name] for name in ("passthrough", "meta") if name in wanted}
        lifecycle.save(world(), asset, "updated")
    return jsonify(data=in_rest(asset))


@blp.delete("/assets/<asset_id>")
def delete_asset(asset_id: str) -> ResponseReturnValue:
    lifecycle.delete(world(), asset_id)
    return "", 204


@blp.get("/assets/<asset_id>/input-info")
def get_input_info(asset_id: str) -> ResponseReturnValue:
    asset = lifecycle.load(world(), asset_id)
    return jsonify(data=[{"settings": source} for source in asset["_inputs"]])


@blp.post("/assets/<asset_id>/playback-ids")
def create_playback_id(asset_id: str) -> ResponseReturnValue:
    wanted = settings.body()
    settings.check_choice(wanted, "policy", settings.POLICIES)
    playback_id = {"id": new_id(), "policy": wanted.get("policy", "public")}
    with world().store.transaction():
        asset = lifecycle.load(world(), asset_id)
        asset["playback_ids"] = [*(asset["playback_ids"] or []), playback_id]
        world().store.put("playback", playback_id["id"], playback_id | {"asset_id": asset_id})
        lifecycle.save(world(), asset, "updated")
    return jsonify(data=playback_id), 201


@blp.get("/assets/<asset_id>/playback-ids/<playback_id>")
def get_playback_id(asset_id: str, playback_id: str) -> ResponseReturnValue:
    asset = lifecycle.load(world(), asset_id)
    return jsonify(data=_one(asset["playback_ids"], playback_id))


@blp.delete("/assets/<asset_id>/playback-ids/<playback_id>")
def delete_playback_id(asset_id: str, playback_id: str) -> ResponseReturnValue:
    with world().store.transaction():
        asset = lifecycle.load(world(), asset_id)
        asset["playback_ids"].remove(_one(asset["playback_ids"], playback_id))
        world().store.delete("playback", playback_id)
        lifecycle.save(world(), asset, "updated")
    return "", 204


@blp.get("/playback-ids/<playback_id>")
def get_asset_of_playback_id(playback_id: str) -> ResponseReturnValue:
    found = world().store.get("playback", playback_id)
    if found is None:
        raise not_found()
    owner = {"id": found.pop("asset_id"), "type": "asset"}
    return jsonify(data=found | {"object": owner})


@blp.post("/assets/<asset_id>/tracks")
def create_track(asset_id: str) -> ResponseReturnValue:
    wanted = settings.body()
    settings.check_text(wanted, "passthrough", 255)
    if wanted.get("type") != "text":
        raise MuxError(400, "Only text tracks can be added here")
    for field in ("url", "language_code", "text_type"):
        if not isinstance(wanted.get(field), str):
            raise MuxError(400, f"{field} is required")
    return jsonify(data=in_rest(_add_texts(asset_id, [tracks.uploaded_text(wanted)])[0])), 201


@blp.post("/assets/<asset_id>/tracks/<track_id>/generate-subtitles")
def generate_subtitles(asset_id: str, track_id: str) -> ResponseReturnValue:
    audio = _one(lifecycle.load(world(), asset_id)["tracks"], track_id)
    wanted = settings.body().get("generated_subtitles")
    if audio["type"] != "audio" or not isinstance(wanted, list) or not wanted:
        raise MuxError(400, "generated_subtitles of an audio track are required")
    for subtitles in wanted:
        settings.check_subtitles(subtitles)
    texts = _add_texts(asset_id, [tracks.generated_text(subtitles) for subtitles in wanted])
    return jsonify(data=[in_rest(text) for text in texts]), 201


def _add_texts(asset_id: str, texts: list[Record]) -> list[Record]:
    here = world()
    with here.store.transaction():
        asset = lifecycle.load(here, asset_id)
        if asset["status"] != "ready":
            raise MuxError(400, "The asset is not ready")
        asset["tracks"] = asset["tracks"] + texts
        here.store.put("asset", asset_id, asset)
        for text in texts:
            tracks.tell(here, asset_id, text, "created")
    for text in texts:
        here.jobs.submit(Job("track", asset_id, text["id"]))
    return texts


@blp.delete("/assets/<asset_id>/tracks/<track_id>")
def delete_track(asset_id: str, track_id: str) -> ResponseReturnValue:
    here = world()
    with here.store.transaction():
        asset = lifecycle.load(here, asset_id)
        track = _one(asset["tracks"], track_id)
        if track["type"] != "text":
            raise MuxError(400, "Only text tracks can be deleted")
        asset["tracks"].remove(track)
        tracks.tell(here, asset_id, track, "deleted")
        lifecycle.save(here, asset, "updated")
    return "", 204


@blp.post("/assets/<asset_id>/static-renditions")
def create_static_rendition(asset_id: str) -> ResponseReturnValue:
    wanted = settings.body()
    settings.check_choice(wanted, "resolution", settings.RESOLUTIONS)
    here, file = world(), renditions.new(wanted)
    with here.store.transaction():
        asset = lifecycle.load(here, asset_id)
        asset["static_renditions"] = {"status": "preparing", "files": [*renditions.files(asset), file]}
        here.store.put("asset", asset_id, asset)
        renditions.tell(here, asset_id, file, "created")
    if asset["status"] == "ready":
        here.jobs.submit(Job("rendition", asset_id, file["id"]))
    return jsonify(data=in_webhook(file)), 201


@blp.delete("/assets/<asset_id>/static-renditions/<rendition_id>")
def delete_static_rendition(asset_id: str, rendition_id: str) -> ResponseReturnValue:
    here = world()
    with here.store.transaction():
        asset = lifecycle.load(here, asset_id)
        file = _one(renditions.files(asset), rendition_id)
        renditions.files(asset).remove(file)
        here.store.put("asset", asset_id, asset)
        renditions.tell(here, asset_id, file, "deleted")
    (here.media(asset_id) / file["name"]).unlink(missing_ok=True)
    return "", 204


def _one(items: list[Record] | None, item_id: str) -> Record:
    found = next((item for item in items or [] if item["id"] == item_id), None)
    if found is None:
        raise not_found()
    return found
