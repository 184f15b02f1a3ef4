"""Encryption of second factors' secrets at rest: the first key in `SECOND_FACTOR_KEYS` encrypts, all decrypt."""

import base64
import hashlib
import logging
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app

from learnstream import tokens
from learnstream.errors.accounts import SecondFactorUnconfigured

log = logging.getLogger(__name__)


def encrypt(secret: str) -> bytes:
    """Return a secret encrypted with the current key.

    Raises:
        SecondFactorUnconfigured: there is no key.
    """
    return _box().encrypt(secret.encode())


def decrypt(encrypted: bytes) -> str:
    """Return a secret.

    Raises:
        SecondFactorUnconfigured: its key is no longer in the configuration.
    """
    try:
        return _box().decrypt(encrypted).decode()
    except InvalidToken:
        log.error("a second factor's secret was encrypted with a key that is not in SECOND_FACTOR_KEYS")
        raise SecondFactorUnconfigured() from None


def current_key_id() -> str:
    """Return the id of the key that encrypts.

    Raises:
        SecondFactorUnconfigured: there is no key.
    """
    return tokens.key_id(_keys()[0])


def _keys() -> tuple[str, ...]:
    if not (keys := current_app.config["SECOND_FACTOR_KEYS"]):
        raise SecondFactorUnconfigured()
    return tuple(keys)


def _box() -> MultiFernet:
    return _box_with(_keys())


@cache
def _box_with(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])
