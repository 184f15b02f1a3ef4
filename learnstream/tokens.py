"""JSON Web Tokens, signed with the first key in `JWT_SECRET_KEYS` and accepted with any of them."""

import hashlib
from typing import Any

import jwt as pyjwt
from flask import current_app

from learnstream.errors.accounts import TokenExpired, TokenInvalid
from learnstream.extensions import jwt

REQUIRED_CLAIMS = frozenset({"aud", "exp", "iat", "iss", "jti", "sid", "sub", "type"})


def key_id(secret: str) -> str:
    """Return an id for a key that does not reveal it."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


def current_key_id() -> str:
    return key_id(current_app.config["JWT_SECRET_KEYS"][0])


def mint(claims: dict[str, Any], key: str | None = None) -> str:
    """Sign claims with the key of this id (default: the current one). The result is deterministic.

    Raises:
        KeyError: the key has been removed from the configuration.
    """
    key = key or current_key_id()
    # Sorted, because a JSON column does not preserve the order of claims.
    return pyjwt.encode(dict(sorted(claims.items())), _keys()[key], algorithm="HS256", headers={"kid": key})


def decode(token: str, *, kind: str) -> dict[str, Any]:
    """Verify a token of the given `type` claim and return its claims.

    Raises:
        TokenExpired: it has expired.
        TokenInvalid: it is malformed, signed with an unknown key, or of another type.
    """
    try:
        return _decode(token, kind)
    except pyjwt.ExpiredSignatureError:
        raise TokenExpired() from None
    except (pyjwt.PyJWTError, ValueError, TypeError):
        raise TokenInvalid() from None


def _decode(token: str, kind: str) -> dict[str, Any]:
    key = _keys().get(str(pyjwt.get_unverified_header(token).get("kid")))
    if key is None:
        raise pyjwt.InvalidKeyError("unknown key")
    claims = pyjwt.decode(
        token,
        key,
        algorithms=["HS256"],
        audience=current_app.config["JWT_DECODE_AUDIENCE"],
        issuer=current_app.config["JWT_DECODE_ISSUER"],
        leeway=current_app.config["JWT_DECODE_LEEWAY"],
        options={"require": sorted(REQUIRED_CLAIMS)},
    )
    if claims["type"] != kind:
        raise pyjwt.InvalidTokenError("another type of token")
    return claims


def _keys() -> dict[str, str]:
    return {key_id(secret): secret for secret in current_app.config["JWT_SECRET_KEYS"]}


@jwt.decode_key_loader
def _key_of(header: dict[str, Any], payload: dict[str, Any]) -> str:
    # Check here, because Flask-JWT-Extended fills in a missing `jti` or `type` itself afterwards.
    if not payload.keys() >= REQUIRED_CLAIMS:
        raise pyjwt.InvalidTokenError("a claim is missing")
    if (key := _keys().get(str(header.get("kid")))) is None:
        raise pyjwt.InvalidKeyError("unknown key")
    return key


@jwt.encode_key_loader
def _current_key(_: Any) -> str:
    return current_app.config["JWT_SECRET_KEYS"][0]
