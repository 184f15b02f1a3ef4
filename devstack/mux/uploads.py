"""Direct uploads: the REST resource. The bytes themselves are handled by `ingest`."""

import secrets

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from devstack.mux import lifecycle, settings
from devstack.mux.errors import MuxError, not_found
from devstack.mux.jobs import Job
from devstack.mux.shapes import epoch, in_rest, in_webhook, new_id
from devstack.mux.store import Record
from devstack.mux.world import World, world

blp = Blueprint("uploads", __name__, url_prefix="/video/v1/uploads")


@blp.post("")
def create_upload() -> ResponseReturnValue:
    wanted = settings.body()
    timeout = wanted.get("timeout", 3600)
    if not isinstance(timeout, int) or not 60 <= timeout <= 604_800:
        raise MuxError(400, "timeout must be between 60 and 604800 seconds")
    settings.check_text(wanted, "cors_origin", 2048)
    asset_settings = settings.check_asset(wanted.get("new_asset_settings") or {})
    upload = _new(world(), wanted, timeout, asset_settings)
    return jsonify(data=shown(upload)), 201


def _new(here: World, wanted: Record, timeout: int, asset_settings: Record) -> Record:
    upload_id, key = new_id(), secrets.token_urlsafe(32)
    upload: Record = {
        "id": upload_id,
        "timeout": timeout,
        "status": "waiting",
        "new_asset_settings": asset_settings,
        "cors_origin": wanted.get("cors_origin"),
        "url": f"{here.base_url}/upload/{upload_id}?upload_key={key}",
        "test": wanted.get("test") or None,
        "_key": key,
        "_until": here.clock.now() + timeout,
        "_created_at": epoch(),
    }
    save(here, upload, "created")
    return upload


@blp.get("")
def list_uploads() -> ResponseReturnValue:
    start, end = settings.paging()
    newest_first = world().store.find("upload")[::-1]
    return jsonify(data=[shown(_timed(world(), upload)) for upload in newest_first[start:end]])


@blp.get("/<upload_id>")
def get_upload(upload_id: str) -> ResponseReturnValue:
    return jsonify(data=shown(load(world(), upload_id)))


@blp.put("/<upload_id>/cancel")
def cancel_upload(upload_id: str) -> ResponseReturnValue:
    here = world()
    with here.store.transaction():
        upload = load(here, upload_id)
        if upload["status"] != "waiting":
            raise MuxError(403, "Only an upload that is waiting can be cancelled")
        upload["status"] = "cancelled"
        save(here, upload, "cancelled")
    here.part(upload_id).unlink(missing_ok=True)
    return jsonify(data=shown(upload))


def shown(upload: Record) -> Record:
    return in_rest(upload)


def save(here: World, upload: Record, event: str) -> None:
    """Write an upload and the event for it."""
    here.save("upload", upload, event, in_webhook(upload))


def load(here: World, upload_id: str) -> Record:
    """
    Raises:
        MuxError: 404.
    """
    upload = here.store.get("upload", upload_id)
    if upload is None:
        raise not_found()
    return _timed(here, upload)


def _timed(here: World, upload: Record) -> Record:
    """Return the upload, marked as timed out if it is. Mux sends no event for that."""
    if upload["status"] == "waiting" and here.clock.now() >= upload["_until"]:
        upload["status"] = "timed_out"
        here.store.put("upload", upload["id"], upload)
    return upload


def complete(here: World, upload_id: str) -> str:
    """Create the asset of an upload whose bytes have arrived; return its id. The caller submits its job.

    Raises:
        MuxError: 403, it is no longer waiting.
    """
    asset_id = new_id()
    with here.store.transaction():
        upload = load(here, upload_id)
        if upload["status"] != "waiting":
            raise MuxError(403, f"The upload is {upload['status']}")
        upload |= {"status": "asset_created", "asset_id": asset_id, "url": None}
        save(here, upload, "asset_created")
        wanted = upload["new_asset_settings"] | {"test": upload["test"]}
        lifecycle.create(here, wanted, ingest_type="on_demand_direct_upload", asset_id=asset_id, upload_id=upload_id)
        part = here.part(upload_id)
        if part.exists():
            here.media(asset_id).mkdir(parents=True)
            part.replace(here.media(asset_id) / "source")
    return asset_id


def submit(here: World, asset_id: str) -> None:
    here.jobs.submit(Job("asset", asset_id))
