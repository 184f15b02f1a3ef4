"""RS256 tokens for signed playback, and the URLs that contain them. Signing is local and needs no network.

A token does not identify a viewer: all requests within the same window get the same one, so that it can be cached and
shared (see `expiry_for`). Access is checked before a token is issued.
"""

import enum
import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import current_app

from learnstream.errors.delivery import SigningUnconfigured

WINDOW = timedelta(minutes=15)
# The time that a viewer may spend on pauses before the token expires during playback.
SLACK = timedelta(minutes=30)


class Audience(enum.StrEnum):
    """The resource that a token gives access to."""

    VIDEO = "v"
    THUMBNAIL = "t"
    GIF = "g"
    STORYBOARD = "s"


def sign(playback_id: str, audience: Audience, expires_at: datetime, **claims: Any) -> str:
    """Return a token for a playback id, valid until `expires_at`. The same arguments give the same token.

    claims: image parameters (`time`, `width`, …) and `playback_restriction_id`, which Mux rejects in a signed URL's
    query.

    Raises:
        SigningUnconfigured: no signing key is configured.
    """
    key_id = current_app.config["MUX_SIGNING_KEY_ID"]
    if not key_id:
        raise SigningUnconfigured()
    payload = claims | {
        "sub": playback_id,
        "aud": audience.value,
        "exp": int(expires_at.timestamp()),
        # Mux's SDKs put it either here or into the header, so both have it.
        "kid": key_id,
    }
    key = _private_key(current_app.config["MUX_SIGNING_PRIVATE_KEY"])
    return jwt.encode(payload, key, algorithm="RS256", headers={"kid": key_id})


def expiry_for(duration: float, at: datetime) -> datetime:
    """Return the expiry of tokens issued at `at` for a video of `duration` seconds.

    It leaves enough time to watch the whole video with pauses, and is rounded up to a whole window, so that all
    requests within the same window get the same token.
    """
    window = WINDOW.total_seconds()
    least = at.timestamp() + duration + SLACK.total_seconds()
    return datetime.fromtimestamp(math.ceil(least / window) * window, UTC)


def manifest_url(playback_id: str, token: str) -> str:
    """Return the URL of the video's HLS manifest, for a token of `Audience.VIDEO`."""
    return f"{current_app.config['MUX_STREAM_URL']}/{quote(playback_id)}.m3u8?token={token}"


def thumbnail_url(playback_id: str, token: str) -> str:
    """Return the URL of a thumbnail, for a token of `Audience.THUMBNAIL`."""
    return f"{current_app.config['MUX_IMAGE_URL']}/{quote(playback_id)}/thumbnail.jpg?token={token}"


def storyboard_url(playback_id: str, token: str) -> str:
    """Return the URL of the storyboard for the seek bar, for a token of `Audience.STORYBOARD`."""
    return f"{current_app.config['MUX_IMAGE_URL']}/{quote(playback_id)}/storyboard.vtt?token={token}"


def text_url(playback_id: str, track_id: str, token: str) -> str:
    """Return the URL of a text track as WebVTT, for a token of `Audience.VIDEO`."""
    return f"{current_app.config['MUX_STREAM_URL']}/{quote(playback_id)}/text/{quote(track_id)}.vtt?token={token}"


@lru_cache(maxsize=4)
def _private_key(pem: str) -> RSAPrivateKey:
    # Parsing and checking the key takes 27 ms, signing with it 0.2 ms.
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise SigningUnconfigured()
    return key
