"""Direct uploads: the REST resource. The bytes themselves are handled by `ingest`."""

import secrets

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.mux import lifecycle, settings
from devstack.mux.context import Context, current_context
from devstack.mux.errors import MuxError
from devstack.mux.jobs import Job
from devstack.mux.shapes import as_rest, as_webhook, epoch, new_id

blp = Blueprint("uploads", __name__, url_prefix="/video/v1/uploads")


@blp.post("")
def create_upload() -> ResponseReturnValue:
    payload = settings.body()
    timeout = payload.get("timeout", 3600)
    if not isinstance(timeout, int) or not 60 <= timeout <= 604_800:
        raise MuxError(400, "timeout must be between 60 and 604800 seconds")
    settings.check_text(payload, "cors_origin", 2048)
    asset_settings = settings.check_asset(payload.get("new_asset_settings") or {})
    upload = _create(current_context(), payload, timeout, asset_settings)
    return jsonify(data=as_response(upload)), 201


def _create(context: Context, payload: Record, timeout: int, asset_settings: Record) -> Record:
    upload_id, key = new_id(), secrets.token_urlsafe(32)
    upload: Record = {
        "id": upload_id,
        "timeout": timeout,
        "status": "waiting",
        "new_asset_settings": asset_settings,
        "cors_origin": payload.get("cors_origin"),
        "url": f"{context.base_url}/upload/{upload_id}?upload_key={key}",
        "test": payload.get("test") or None,
        "_key": key,
        "_until": context.clock.now() + timeout,
        "_created_at": epoch(),
    }
    save(context, upload, "created")
    return upload


@blp.get("")
def list_uploads() -> ResponseReturnValue:
    start, end = settings.paging()
    newest_first = current_context().store.find("upload")[::-1]
    return jsonify(data=[as_response(_with_timeout(current_context(), upload)) for upload in newest_first[start:end]])


@blp.get("/<upload_id>")
def get_upload(upload_id: str) -> ResponseReturnValue:
    return jsonify(data=as_response(load(current_context(), upload_id)))


@blp.put("/<upload_id>/cancel")
def cancel_upload(upload_id: str) -> ResponseReturnValue:
    context = current_context()
    with context.store.transaction():
        upload = load(context, upload_id)
        if upload["status"] != "waiting":
            raise MuxError(403, "Only an upload that is waiting can be cancelled")
        upload["status"] = "cancelled"
        save(context, upload, "cancelled")
    context.part(upload_id).unlink(missing_ok=True)
    return jsonify(data=as_response(upload))


def as_response(upload: Record) -> Record:
    return as_rest(upload)


def save(context: Context, upload: Record, event: str) -> None:
    """Write an upload and the event for it."""
    context.save("upload", upload, event, as_webhook(upload))


def load(context: Context, upload_id: str) -> Record:
    """
    Raises:
        MuxError: 404.
    """
    return _with_timeout(context, context.load("upload", upload_id))


def _with_timeout(context: Context, upload: Record) -> Record:
    """Return the upload, marked as timed out if it is. Mux sends no event for that."""
    if upload["status"] == "waiting" and context.clock.now() >= upload["_until"]:
        upload["status"] = "timed_out"
        context.store.put("upload", upload["id"], upload)
    return upload


def complete(context: Context, upload_id: str) -> str:
    """Create the asset of an upload whose bytes have arrived; return its id. The caller submits its job.

    Raises:
        MuxError: 403, it is no longer waiting.
    """
    asset_id = new_id()
    with context.store.transaction():
        upload = load(context, upload_id)
        if upload["status"] != "waiting":
            raise MuxError(403, f"The upload is {upload['status']}")
        upload |= {"status": "asset_created", "asset_id": asset_id, "url": None}
        save(context, upload, "asset_created")
        payload = upload["new_asset_settings"] | {"test": upload["test"]}
        lifecycle.create(
            context, payload, ingest_type="on_demand_direct_upload", asset_id=asset_id, upload_id=upload_id
        )
        part = context.part(upload_id)
        if part.exists():
            context.media(asset_id).mkdir(parents=True)
            part.replace(context.media(asset_id) / "source")
    return asset_id


def submit(context: Context, asset_id: str) -> None:
    context.jobs.submit(Job("asset", asset_id))
