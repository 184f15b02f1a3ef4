"""Viewings: whoever gets a lesson's playback gets a signed word of when that was; nothing of it is kept here."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex

from flask import current_app
from itsdangerous import BadSignature, Signer

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.memo import Memo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHAPE = re.compile(r"(\d+)-([0-9a-f]{24})-([0-9a-f]{24})-([0-9a-f]{11})([0-9a-f]{8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Viewing:
    """Somebody began to watch a lesson's video. `key` names the viewing; later ones sort after it."""

    user_id: int
    lesson_id: str
    video_id: str
    began_at: datetime
    key: str


# What was genuine once is so again with the next heartbeat.
recognised: Memo[Viewing] = Memo(5000)


def begin(*, user_id: int, lesson_id: str, video_id: str) -> str:
    """Return the `session_id` of a viewing that begins now."""
    milliseconds = (now() - EPOCH) // timedelta(milliseconds=1)
    text = f"{user_id}-{lesson_id}-{video_id}-{milliseconds:011x}{token_hex(4)}"
    return _signer().sign(text).decode()


def read(session_id: str, *, user_id: int, lesson_id: str) -> Viewing:
    """Return the viewing that a `session_id` tells of.

    Raises:
        Unprocessable: it is not one of ours, or it is another person's or another lesson's.
    """
    viewing = recognised.recall(session_id, lambda: _parse(session_id))
    if (viewing.user_id, viewing.lesson_id) != (user_id, lesson_id):
        raise _refused("It belongs to another person or lesson.")
    return viewing


def _parse(session_id: str) -> Viewing:
    try:
        found = SHAPE.fullmatch(_signer().unsign(session_id.encode()).decode())
    except BadSignature:
        found = None
    if found is None:
        raise _refused("Take it from GET /lessons/{id}/playback as it is.")
    began_at = EPOCH + timedelta(milliseconds=int(found[4], 16))
    return Viewing(int(found[1]), found[2], found[3], began_at, key=found[4] + found[5])


def _refused(reason: str) -> Unprocessable:
    return Unprocessable(errors={"json": {"session_id": [reason]}})


def _signer() -> Signer:
    # The keys that can be rotated: what a client could not send for days must not be lost to a new one.
    keys = current_app.config["JWT_SECRET_KEYS"][::-1]
    return Signer(keys, salt="viewing", key_derivation="hmac", digest_method=sha256)
