"""Viewings: each playback response carries a signed token of who requested it and when; the server stores nothing.

A viewing carries the access rights it began with: while it is valid, what was watched in it is credited even if those
rights have been revoked since.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from learnstream.clock import now
from learnstream.errors.delivery import ForeignViewing, ViewingEnded, WrongViewing
from learnstream.services.foundation.signed_texts import SignedText
from learnstream.stores.memo import Memo

LIFETIME = timedelta(days=30)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHAPE = re.compile(r"(\d+)-([0-9a-f]{24})-([0-9a-f]{24})-([0-9a-f]{11})([0-9a-f]{8})", re.ASCII)
TOKEN = SignedText("viewing", SHAPE)


@dataclass(frozen=True, slots=True)
class Viewing:
    """A user's viewing of a lesson's video. `key` identifies it; the keys of later viewings sort after it."""

    user_id: int
    lesson_id: str
    video_id: str
    began_at: datetime
    key: str


# Viewings whose signature has been checked: a player sends the same one every ten seconds, and checking it takes 24 µs, of
# 790 for a heartbeat.
verified: Memo[Viewing] = Memo(5000)


def begin(*, user_id: int, lesson_id: str, video_id: str) -> str:
    """Return the `viewing_id` of a viewing that begins now."""
    milliseconds = (now() - EPOCH) // timedelta(milliseconds=1)
    text = f"{user_id}-{lesson_id}-{video_id}-{milliseconds:011x}{token_hex(4)}"
    return TOKEN.sign(text)


def read(viewing_id: str, *, user_id: int, lesson_id: str) -> Viewing:
    """Return the viewing of a `viewing_id`.

    Raises:
        WrongViewing: the id is invalid or of another lesson; `foreign_viewing`, of another user; `viewing_ended`, the
            viewing began too long ago.
    """
    viewing = verified.get_or_load(viewing_id, lambda: _parse(viewing_id))
    if viewing.user_id != user_id:
        raise ForeignViewing("The viewing belongs to another user.")
    if viewing.lesson_id != lesson_id:
        raise WrongViewing("The viewing belongs to another lesson.")
    if viewing.began_at < now() - LIFETIME:
        raise ViewingEnded("The viewing has ended: request playback again.")
    return viewing


def _parse(viewing_id: str) -> Viewing:
    found = TOKEN.read(viewing_id)
    if found is None:
        raise WrongViewing()
    began_at = EPOCH + timedelta(milliseconds=int(found[4], 16))
    return Viewing(int(found[1]), found[2], found[3], began_at, key=found[4] + found[5])
