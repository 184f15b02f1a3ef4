"""Signed URLs at which clients upload an object to this application."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, has_request_context, request
from itsdangerous import BadData, URLSafeSerializer

from learnstream.clock import now
from learnstream.errors.file_storage import UploadUrlExpired, UploadUrlInvalid

PATH = "/uploads/"
SALT = "file-upload"


@dataclass(frozen=True, slots=True)
class Claims:
    """The permission that a URL gives: to write the object of this name, with exactly `size` bytes."""

    name: str
    size: int


def mint(name: str, size: int, expires_at: datetime) -> str:
    """Return a URL that is valid until `expires_at`."""
    token = _serializer().dumps([name, size, int(expires_at.timestamp())])
    return f"{_base()}{PATH}{token}"


def read(token: str) -> Claims:
    """Return what a URL permits, by the token at its end.

    Raises:
        UploadUrlInvalid: this application did not sign it.
        UploadUrlExpired: it is too old.
    """
    try:
        name, size, expires_at = _serializer().loads(token)
    except (BadData, ValueError):
        raise UploadUrlInvalid() from None
    if expires_at <= now().timestamp():
        raise UploadUrlExpired()
    return Claims(name, size)


def _base() -> str:
    """Return where clients reach this application: as configured, else as the present one does."""
    if configured := current_app.config["PUBLIC_URL"]:
        return str(configured)
    return request.root_url.rstrip("/") if has_request_context() else ""


def _serializer() -> URLSafeSerializer:
    signer = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT, signer_kwargs=signer)
