"""Playback of a lesson's video."""

from typing import Any

from flask import Response

from learnstream.blueprints.common.authentication import maybe_caller, optional_token, prefetches
from learnstream.blueprints.common.rate_limit import limited
from learnstream.blueprints.common.require_reader import require_readable_draft, require_readable_lesson
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.delivery import examples
from learnstream.documents import LessonKind
from learnstream.errors import Unauthenticated
from learnstream.errors.authoring import NoSuchLesson
from learnstream.errors.delivery import NotAVideo, SigningUnconfigured, VideoDeleted, VideoErrored, VideoNotReady
from learnstream.policies.access import LESSON_ACCESS_ERRORS
from learnstream.schemas.delivery.playback import FailureReportedSchema, PlaybackQuerySchema, PlaybackSchema
from learnstream.services.delivery import playback, viewings
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.web.openapi import Blueprint

blp = Blueprint("playback", __name__, position=120, title="Playback", description="Signed playback of video lessons.")

# Each report has the server ask the video service about the asset.
FAILURE_REPORTS = "10 per minute"
# Seconds within which the next scheduled review of videos has usually finished.
ASK_AGAIN_IN = 90


@blp.get("/lessons/<object_id:lesson_id>/playback")
@optional_token
@prefetches(playback.prefetch_keys)
@blp.arguments(PlaybackQuerySchema, location="query")
@blp.response(200, PlaybackSchema, example=examples.PLAYBACK)
@blp.raises(NoSuchLesson, NotAVideo, Unauthenticated, *LESSON_ACCESS_ERRORS)
@blp.raises(VideoNotReady, VideoErrored, VideoDeleted, SigningUnconfigured)
def read_playback(query: dict[str, bool], lesson_id: str) -> Response:
    """Get the signed URLs and tokens that play a lesson's video.

    Learners get the version of their enrollment, other callers the current version; a free preview needs no token.
    Anyone who has the URLs can play the video until `expires_at`, which is late enough to watch it to its end. The
    `viewing_id` identifies this viewing; send it with every report of progress. At most `max_playback_rate` seconds are
    credited for each second that passes.
    """
    lesson = None if query["draft"] else require_readable_lesson(lesson_id)
    video = _video(lesson) if lesson else _video_of_draft(lesson_id)
    answer = playback.prepare(**video)
    if query["embed"]:
        answer = playback.with_player(answer, video["video_id"])
    viewing_id = _begin_viewing(lesson) if lesson else None
    # Access may end at any time: the response must not be cached.
    return private_json(playback.for_viewing(answer, viewing_id, lesson.view.course if lesson else None))


@blp.post("/lessons/<object_id:lesson_id>/playback/failed")
@limited(FAILURE_REPORTS)
@optional_token
@prefetches(playback.fact_prefetch_keys)
@blp.response(202, FailureReportedSchema, example={"ask_again_in": ASK_AGAIN_IN})
@blp.raises(NoSuchLesson, NotAVideo, Unauthenticated, *LESSON_ACCESS_ERRORS)
@blp.raises(VideoNotReady, VideoErrored, VideoDeleted)
def report_playback_failure(lesson_id: str) -> dict[str, int]:
    """Report that a player could not play a lesson's video although its URLs were valid.

    Within about a minute, the server asks the video service whether it still has the video, at most once in ten
    minutes. If it does not, GET `/lessons/{id}/playback` returns 409 `video_deleted` from then on, and the authors see
    it.
    """
    lesson = require_readable_lesson(lesson_id)
    playback.report_failure(**_video(lesson))
    return {"ask_again_in": ASK_AGAIN_IN}


def _video(lesson: VisibleLesson) -> dict[str, Any]:
    return {"kind": lesson.kind, "video_id": lesson.video_id}


def _begin_viewing(lesson: VisibleLesson) -> str | None:
    if (viewer := maybe_caller()) is None or lesson.video_id is None:
        return None
    return viewings.begin(user_id=viewer.id, lesson_id=lesson.view.id, video_id=lesson.video_id)


def _video_of_draft(lesson_id: str) -> dict[str, Any]:
    lesson = require_readable_draft(lesson_id)
    return {"kind": LessonKind(lesson["kind"]), "video_id": lesson["video_id"] and str(lesson["video_id"])}
