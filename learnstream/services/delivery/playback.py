"""Playback: URLs, tokens and metadata that a player needs to play a video, and their expiry.

The response names no user, so it is built once for each video and time window and shared by all viewers: signing its
three tokens takes 0.7 ms. Only a viewing's `viewing_id` is added for each.
"""

import re
from datetime import datetime
from hashlib import blake2b
from html import escape
from typing import TypedDict

import orjson
from bson import ObjectId
from flask import current_app

from learnstream.clock import now
from learnstream.documents import LessonKind, Video, VideoStatus
from learnstream.documents.projection import Projection
from learnstream.documents.video import Track
from learnstream.errors.delivery import NotAVideo, VideoDeleted, VideoErrored, VideoNotReady
from learnstream.integrations.mux.playback_tokens import (
    SLACK,
    Audience,
    expiry_for,
    manifest_url,
    sign,
    storyboard_url,
    text_url,
    thumbnail_url,
)
from learnstream.policies.views import CourseView
from learnstream.services.delivery import visibility
from learnstream.services.media import video_facts, videos
from learnstream.stores import cache

TTL_SECONDS = 30
# Assumed for a ready video of unknown duration, so that its tokens outlast it.
UNKNOWN_DURATION = 6 * 3600.0
ON_THE_WAY = {VideoStatus.WAITING, VideoStatus.PREPARING, VideoStatus.CANCELLED, VideoStatus.TIMED_OUT}


class State(TypedDict):
    """The facts that tell whether a video can be played."""

    status: str
    playback_id: str | None


class Facts(State):
    """The facts of a video that playback needs."""

    duration: float | None
    aspect_ratio: str | None
    tracks: list[Track]


class RenderedTrack(TypedDict):
    """A text track in a response."""

    id: str
    kind: str
    language_code: str | None
    name: str | None
    url: str


FACTS = Projection(Video, Facts)
NO_VIDEO: Facts = {
    "status": VideoStatus.DELETED.value,
    "playback_id": None,
    "duration": None,
    "aspect_ratio": None,
    "tracks": [],
}


def prefetch_keys(*, user_id: int | None, lesson_id: str) -> list[str]:
    """Return the cache keys that playing a lesson will probably read for a user, as far as this process knows."""
    video_id = visibility.shown_videos.get(lesson_id)
    return fact_prefetch_keys(user_id=user_id, lesson_id=lesson_id) + ([_answer_key(video_id)] if video_id else [])


def fact_prefetch_keys(*, user_id: int | None, lesson_id: str) -> list[str]:
    """Return the cache keys needed to find the video that a lesson shows to a user, and its duration."""
    video_id = visibility.shown_videos.get(lesson_id)
    keys = visibility.prefetch_keys(user_id=user_id, lesson_id=lesson_id)
    return keys + ([video_facts.key(video_id)] if video_id else [])


def prepare(*, kind: LessonKind, video_id: str | None) -> bytes:
    """Return the JSON with which a player plays a lesson's video. Callers check access before.

    Raises:
        NotFound: `not_a_video`.
        Conflict: `video_not_ready`, `video_errored`, `video_deleted`.
        Unavailable: `video_unconfigured`, no signing key is configured.
    """
    video_id = _require_video(kind, video_id)
    cache.prefetch(video_facts.key(video_id), _answer_key(video_id))
    return _answer(video_id, _facts(video_id))


def _require_video(kind: LessonKind, video_id: str | None) -> str:
    if kind is not LessonKind.VIDEO:
        raise NotAVideo()
    if video_id is None:
        raise VideoNotReady(detail="The lesson has no video yet.")
    return video_id


def report_failure(*, kind: LessonKind, video_id: str | None) -> None:
    """Have a worker check with the video service whether the asset of a lesson's video that failed to play exists.

    Raises:
        NotFound, Conflict: as in `prepare`; then the reason is known already.
    """
    require_playable(facts(_require_video(kind, video_id)))
    videos.doubt({"_id": ObjectId(video_id)})


def for_viewing(answer: bytes, viewing_id: str | None, course: CourseView | None) -> bytes:
    """Add what is the viewer's own, or the course's, to an answer that all viewers of a video share."""
    return _add(answer, {"max_playback_rate": max_rate(course), "viewing_id": viewing_id, "session_id": viewing_id})


def with_player(answer: bytes, video_id: str) -> bytes:
    """Add the HTML of a player to the answer for this video."""
    found = orjson.loads(answer)
    return _add(answer, {"embed_html": _embed(video_id, found["playback_id"], found["aspect_ratio"], found["tokens"])})


def _add(answer: bytes, fields: dict[str, object]) -> bytes:
    return answer[:-1] + b"," + orjson.dumps(fields)[1:]


def max_rate(course: CourseView | None) -> float:
    """Return the highest playback rate allowed in a course."""
    highest: float = current_app.config["MAX_PLAYBACK_RATE"]
    return min(highest, course.max_playback_rate or highest) if course else highest


def facts(video_id: str) -> Facts:
    """Return the facts of a video."""
    loaded: Facts = orjson.loads(_facts(video_id))
    return loaded


def _facts(video_id: str) -> bytes:
    return cache.get_or_load(video_facts.key(video_id), lambda: _load_facts(video_id), ttl=TTL_SECONDS)


def _load_facts(video_id: str) -> bytes:
    return orjson.dumps(FACTS.find_one({"_id": ObjectId(video_id)}) or NO_VIDEO)


def _answer(video_id: str, packed: bytes) -> bytes:
    """Return the response for a video with these facts: the cached one if it was built from the same inputs."""
    facts: Facts = orjson.loads(packed)
    playback_id = require_playable(facts)
    expires_at = expiry_for(facts["duration"] or UNKNOWN_DURATION, now())
    stamp = _fingerprint(packed, expires_at)
    [cached] = cache.lookup(_answer_key(video_id))
    if cached.value is not None and cached.value.startswith(stamp):
        return cached.value[len(stamp) :]
    answer = orjson.dumps(_render(playback_id, facts, expires_at))
    stale_if_error = int((expires_at - now()).total_seconds())
    cache.fill(
        _answer_key(video_id),
        stamp + answer,
        generation=cached.generation,
        ttl=stale_if_error,
        stale_if_error=stale_if_error,
    )
    return answer


def _fingerprint(packed: bytes, expires_at: datetime) -> bytes:
    """Return a digest of all inputs of a response."""
    signer = current_app.config["MUX_SIGNING_KEY_ID"]
    inputs = b"|".join([packed, expires_at.isoformat().encode(), signer.encode()])
    return blake2b(inputs, digest_size=16).hexdigest().encode()


def _answer_key(video_id: str) -> str:
    return f"playback:2:{video_id}"


def require_playable(facts: State) -> str:
    """Return the playback id of a video that can be played.

    Raises:
        Conflict: `video_not_ready`, `video_errored`, `video_deleted`.
    """
    status = VideoStatus(facts["status"])
    if status is VideoStatus.DELETED:
        raise VideoDeleted()
    if status is VideoStatus.ERRORED:
        raise VideoErrored()
    if status is not VideoStatus.READY or not facts["playback_id"]:
        raise VideoNotReady()
    return facts["playback_id"]


def _render(playback_id: str, facts: Facts, expires_at: datetime) -> dict[str, object]:
    tokens = {
        "playback": sign(playback_id, Audience.VIDEO, expires_at),
        "thumbnail": sign(playback_id, Audience.THUMBNAIL, expires_at),
        "storyboard": sign(playback_id, Audience.STORYBOARD, expires_at),
    }
    return {
        "playback_id": playback_id,
        "manifest_url": manifest_url(playback_id, tokens["playback"]),
        "thumbnail_url": thumbnail_url(playback_id, tokens["thumbnail"]),
        "storyboard_url": storyboard_url(playback_id, tokens["storyboard"]),
        "tokens": tokens,
        "expires_at": expires_at.isoformat(),
        # Without pauses the video has ended by then; a viewer who paused requests playback again for more time.
        "renew_after": (expires_at - SLACK).isoformat(),
        "duration": facts["duration"],
        "aspect_ratio": facts["aspect_ratio"],
        "tracks": [_text(playback_id, track, tokens["playback"]) for track in _texts(facts)],
    }


def _texts(facts: Facts) -> list[Track]:
    return [track for track in facts["tracks"] or [] if track["type"] == "text" and track["status"] == "ready"]


def _text(playback_id: str, track: Track, token: str) -> RenderedTrack:
    return {
        "id": track["id"],
        "kind": track.get("text_type") or "subtitles",
        "language_code": track.get("language_code"),
        "name": track.get("name"),
        "url": text_url(playback_id, track["id"], token),
    }


def _embed(video_id: str, playback_id: str, aspect_ratio: str | None, tokens: dict[str, str]) -> str:
    """Return the HTML of a Mux player; the embedding page loads `@mux/mux-player` itself."""
    attributes = {
        "stream-type": "on-demand",
        "playback-id": playback_id,
        **{f"{name}-token": token for name, token in tokens.items()},
        "metadata-video-id": video_id,
        **_shape(aspect_ratio),
    }
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<mux-player {written}></mux-player>"


def _shape(aspect_ratio: str | None) -> dict[str, str]:
    found = re.fullmatch(r"(\d+):(\d+)", aspect_ratio or "")
    return {"style": f"aspect-ratio: {found[1]} / {found[2]}"} if found else {}
