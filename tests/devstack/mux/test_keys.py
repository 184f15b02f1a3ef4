import base64

import mux_python
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def test_a_signing_keys_private_key_is_returned_once(sdk):
    key = sdk.keys.create_signing_key().data

    pem = base64.b64decode(key.private_key)
    assert pem.startswith(b"-----BEGIN RSA PRIVATE KEY-----")
    assert load_pem_private_key(pem, None).key_size == 2048
    assert sdk.keys.get_signing_key(key.id).data.private_key is None
    assert [listed.private_key for listed in sdk.keys.list_signing_keys().data if listed.id == key.id] == [None]


def test_a_deleted_signing_key_is_not_found(sdk):
    key = sdk.keys.create_signing_key().data

    sdk.keys.delete_signing_key(key.id)

    with pytest.raises(mux_python.exceptions.NotFoundException):
        sdk.keys.get_signing_key(key.id)


def test_the_environment_contains_an_existing_key_id(mux, sdk):
    key_id = mux.environment()["MUX_SIGNING_KEY_ID"]

    assert sdk.keys.get_signing_key(key_id).data.id == key_id
