"""Signing keys. The private key is returned once and not stored."""

import base64

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record, Store
from devstack.mux import settings
from devstack.mux.context import current_context
from devstack.mux.shapes import as_rest, epoch, new_id

blp = Blueprint("keys", __name__, url_prefix="/system/v1/signing-keys")


def create(store: Store) -> Record:
    """Create a key; only this record has its `private_key`, the base64 of a PKCS#1 PEM."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    key: Record = {"id": new_id(), "created_at": epoch(), "_public": public.decode()}
    store.put("key", key["id"], key)
    return key | {"private_key": base64.b64encode(secret).decode()}


@blp.post("")
def create_signing_key() -> ResponseReturnValue:
    return jsonify(data=as_rest(create(current_context().store))), 201


@blp.get("")
def list_signing_keys() -> ResponseReturnValue:
    start, end = settings.paging()
    return jsonify(data=[as_rest(key) for key in current_context().store.find("key")[::-1][start:end]])


@blp.get("/<key_id>")
def get_signing_key(key_id: str) -> ResponseReturnValue:
    return jsonify(data=as_rest(current_context().load("key", key_id)))


@blp.delete("/<key_id>")
def delete_signing_key(key_id: str) -> ResponseReturnValue:
    current_context().load("key", key_id)
    current_context().store.delete("key", key_id)
    return "", 204
