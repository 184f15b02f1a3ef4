"""Authorization of media: playback tokens (RS256, issued by the application) and the signed paths in a manifest."""

import hmac
from hashlib import sha256
from typing import Any, NamedTuple

import jwt

from devstack.emulation.store import Record
from devstack.mux.context import Context
from devstack.mux.errors import MuxError, not_found

# Lifetime of the segment URLs in a public manifest.
PUBLIC_SECONDS = 24 * 3600


class Authorization(NamedTuple):
    """parameters: a token's claims or, for a public playback id, the query. expires: in Unix seconds."""

    asset: Record
    parameters: Record
    expires: int


def authorize(context: Context, playback_id: str, audience: str, query: dict[str, str]) -> Authorization:
    """Return the asset of a playback id, if the request is authorized.

    audience: `v` video, `t` thumbnail, `g` animated gif, `s` storyboard.

    Raises:
        MuxError: 404 unknown; 403 missing or invalid token; 400 parameters beside a token; 412 not ready.
    """
    playback = context.store.get("playback", playback_id)
    asset = context.store.get("asset", playback["asset_id"]) if playback else None
    if playback is None or asset is None:
        raise not_found()
    parameters: Record = {name: value for name, value in query.items() if name != "token"}
    expires = context.clock.now() + PUBLIC_SECONDS
    if playback["policy"] != "public":
        if "token" not in query:
            raise MuxError(403, "This playback id needs a token")
        if parameters:
            raise MuxError(400, "Parameters of a signed URL belong into its token")
        parameters = check_token(context, query["token"], playback_id, audience)
        expires = parameters["exp"]
    if asset["status"] != "ready":
        raise MuxError(412, f"The asset is {asset['status']}", kind="not_ready")
    return Authorization(asset, parameters, int(expires))


def check_token(context: Context, token: str, playback_id: str, audience: str) -> Record:
    """Return a token's claims.

    Raises:
        MuxError: 403, with the reason.
    """
    try:
        claims = _verify(context, token, audience)
    except (jwt.PyJWTError, ValueError) as error:
        raise MuxError(403, f"The token is refused: {error}") from None
    if claims["sub"] != playback_id:
        raise MuxError(403, "The token is for another playback id")
    if claims["exp"] <= context.clock.now():
        raise MuxError(403, "The token has expired")
    if claims.get("playback_restriction_id") is not None:
        raise MuxError(403, "The token names a playback restriction that does not exist")
    return claims


def _verify(context: Context, token: str, audience: str) -> dict[str, Any]:
    """Verify with one of our keys, named in the header or the payload; Mux's own SDKs differ on which."""
    header = jwt.get_unverified_header(token)
    unverified = jwt.decode(token, options={"verify_signature": False})
    key_ids = {str(kid) for kid in (header.get("kid"), unverified.get("kid")) if kid is not None}
    key = context.store.get("key", key_ids.pop()) if len(key_ids) == 1 else None
    if key is None:
        raise ValueError("it names no signing key, or one that does not exist")
    # The expiry is checked by the emulator's clock, not by the library's.
    options: Any = {"require": ["sub", "aud", "exp"], "verify_exp": False}
    claims: dict[str, Any] = jwt.decode(token, key["_public"], algorithms=["RS256"], audience=audience, options=options)
    if not isinstance(claims["exp"], int | float):
        raise ValueError("exp is not a time")
    return claims


def sign_path(context: Context, playback_id: str, expires: int) -> str:
    """Return the signed path segment of a manifest's URLs: they carry no token, and expire with it."""
    return f"{expires}-{_path_signature(context, playback_id, expires)}"


def check_path(context: Context, playback_id: str, signature: str) -> Record:
    """Return the asset of a URL from a manifest.

    Raises:
        MuxError: 403 forged or expired; 404 deleted meanwhile.
    """
    expires, _, digest = signature.partition("-")
    if not expires.isdecimal() or not hmac.compare_digest(digest, _path_signature(context, playback_id, int(expires))):
        raise MuxError(403, "The URL's signature does not match")
    if int(expires) <= context.clock.now():
        raise MuxError(403, "The URL has expired")
    playback = context.store.get("playback", playback_id)
    asset = context.store.get("asset", playback["asset_id"]) if playback else None
    if asset is None:
        raise not_found()
    return asset


def _path_signature(context: Context, playback_id: str, expires: int) -> str:
    return hmac.new(context.playback_secret.encode(), f"{playback_id}.{expires}".encode(), sha256).hexdigest()
