"""Viewings: whoever gets a lesson's playback gets a signed word of when that was; nothing of it is kept here.

A viewing carries the right that it began with: what was watched under it is credited, whatever became of the right
meanwhile, for as long as the viewing is valid.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex

from flask import current_app
from itsdangerous import BadSignature, Signer

from learnstream.clock import now
from learnstream.errors.delivery import ForeignViewing, ViewingEnded, WrongViewing
from learnstream.stores.memo import Memo

VALID = timedelta(days=30)
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
    """Return the `viewing_id` of a viewing that begins now."""
    milliseconds = (now() - EPOCH) // timedelta(milliseconds=1)
    text = f"{user_id}-{lesson_id}-{video_id}-{milliseconds:011x}{token_hex(4)}"
    return _signer().sign(text).decode()


def read(viewing_id: str, *, user_id: int, lesson_id: str) -> Viewing:
    """Return the viewing that a `viewing_id` tells of.

    Raises:
        WrongViewing: it is not one of ours, or another lesson's; `foreign_viewing`, it is another person's;
            `viewing_ended`, it began too long ago.
    """
    viewing = recognised.get_or_load(viewing_id, lambda: _parse(viewing_id))
    if viewing.user_id != user_id:
        raise ForeignViewing("It belongs to another person.")
    if viewing.lesson_id != lesson_id:
        raise WrongViewing("It belongs to another lesson.")
    if viewing.began_at < now() - VALID:
        raise ViewingEnded("It has ended: ask for playback again.")
    return viewing


def _parse(viewing_id: str) -> Viewing:
    try:
        found = SHAPE.fullmatch(_signer().unsign(viewing_id.encode()).decode())
    except BadSignature:
        found = None
    if found is None:
        raise WrongViewing()
    began_at = EPOCH + timedelta(milliseconds=int(found[4], 16))
    return Viewing(int(found[1]), found[2], found[3], began_at, key=found[4] + found[5])


def _signer() -> Signer:
    # The keys that can be rotated: what a client could not send for days must not be lost to a new one.
    keys = current_app.config["JWT_SECRET_KEYS"][::-1]
    return Signer(keys, salt="viewing", key_derivation="hmac", digest_method=sha256)
