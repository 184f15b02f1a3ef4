"""What opens a signed video: RS256 tokens made by ourselves, and the URLs that carry them. No network is asked.

A token names no viewer: it is the same for everybody who asks within the same window, so that it can be cached and
shared (see `expiry_for`). Who may have one is decided before it is handed out.
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
# What a viewer may spend on pauses before the token ends in mid-play.
SLACK = timedelta(minutes=30)


class Audience(enum.StrEnum):
    """What a token opens."""

    VIDEO = "v"
    THUMBNAIL = "t"
    GIF = "g"
    STORYBOARD = "s"


def sign(playback_id: str, audience: Audience, expires_at: datetime, **claims: Any) -> str:
    """Return the token that opens a playback id until `expires_at`. The same arguments give the same token.

    claims: image parameters (`time`, `width`, …) and `playback_restriction_id`; in a signed URL's query they would be
    refused.

    Raises:
        SigningUnconfigured: there is no signing key.
    """
    key_id = current_app.config["MUX_SIGNING_KEY_ID"]
    if not key_id:
        raise SigningUnconfigured()
    payload = claims | {
        "sub": playback_id,
        "aud": audience.value,
        "exp": int(expires_at.timestamp()),
        # Mux's own SDKs put it here, or into the header: it stands in both.
        "kid": key_id,
    }
    key = _private_key(current_app.config["MUX_SIGNING_PRIVATE_KEY"])
    return jwt.encode(payload, key, algorithm="RS256", headers={"kid": key_id})


def expiry_for(duration: float, at: datetime) -> datetime:
    """Return when the tokens of a video of `duration` seconds end that are handed out at `at`.

    That is late enough to watch it to its end with pauses, and rounded up to a whole window, so that all who ask
    within the same window are given the same.
    """
    window = WINDOW.total_seconds()
    least = at.timestamp() + duration + SLACK.total_seconds()
    return datetime.fromtimestamp(math.ceil(least / window) * window, UTC)


def manifest_url(playback_id: str, token: str) -> str:
    """Return where the video's HLS manifest is, for a token of `Audience.VIDEO`."""
    return f"{current_app.config['MUX_STREAM_URL']}/{quote(playback_id)}.m3u8?token={token}"


def thumbnail_url(playback_id: str, token: str) -> str:
    """Return where a still picture is, for a token of `Audience.THUMBNAIL`."""
    return f"{current_app.config['MUX_IMAGE_URL']}/{quote(playback_id)}/thumbnail.jpg?token={token}"


def storyboard_url(playback_id: str, token: str) -> str:
    """Return where the pictures for the seek bar are, for a token of `Audience.STORYBOARD`."""
    return f"{current_app.config['MUX_IMAGE_URL']}/{quote(playback_id)}/storyboard.vtt?token={token}"


def text_url(playback_id: str, track_id: str, token: str) -> str:
    """Return where a text track is as WebVTT, for a token of `Audience.VIDEO`."""
    return f"{current_app.config['MUX_STREAM_URL']}/{quote(playback_id)}/text/{quote(track_id)}.vtt?token={token}"


@lru_cache(maxsize=4)
def _private_key(pem: str) -> RSAPrivateKey:
    # Parsing the key takes as long as signing with it.
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise SigningUnconfigured()
    return key
