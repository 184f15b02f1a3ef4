"""Playing a lesson's video."""

from typing import Any

from flask import Response

from learnstream.blueprints.gate import maybe_caller
from learnstream.documents import LessonKind
from learnstream.errors import NotFound, Unauthenticated
from learnstream.integrations.playback_tokens import SigningUnconfigured
from learnstream.openapi import JSON, Blueprint
from learnstream.policies.access import EnrollmentExpired, NotEnrolled, can_edit_course, require_lesson_access
from learnstream.schemas.playback import DraftQuerySchema, PlaybackSchema
from learnstream.services import courses, lessons, playback, viewings
from learnstream.services.playback import NotAVideo, VideoDeleted, VideoErrored, VideoNotReady
from learnstream.services.versions import NoSuchLesson

blp = Blueprint("playback", __name__, description="Signed playback of video lessons.")

TOKEN = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjAxWkt…"  # noqa: S105 - the beginning of one, as an example
ID = "uNbxnGLKJ00yfbijDO8COxTOyVKT01xpxW"
EXAMPLE = {
    "playback_id": ID,
    "manifest_url": f"https://stream.mux.com/{ID}.m3u8?token={TOKEN}",
    "thumbnail_url": f"https://image.mux.com/{ID}/thumbnail.jpg?token={TOKEN}",
    "storyboard_url": f"https://image.mux.com/{ID}/storyboard.vtt?token={TOKEN}",
    "tokens": {"playback": TOKEN, "thumbnail": TOKEN, "storyboard": TOKEN},
    "expires_at": "2026-03-01T13:00:00+00:00",
    "renew_after": "2026-03-01T12:30:00+00:00",
    "duration": 93.4,
    "aspect_ratio": "16:9",
    "tracks": [
        {
            "id": "trk1",
            "kind": "subtitles",
            "language_code": "en",
            "name": "English",
            "url": f"https://stream.mux.com/{ID}/text/trk1.vtt?token={TOKEN}",
        }
    ],
    "embed_html": f'<mux-player stream-type="on-demand" playback-id="{ID}" playback-token="{TOKEN}" …></mux-player>',
    "session_id": "7-6560f3a2c1d4e5f6a7b8c9d1-6560f3a2c1d4e5f6a7b8c9d3-019ca92a50009f3c5a1e.…",
}


@blp.get("/lessons/<object_id:lesson_id>/playback")
@blp.arguments(DraftQuerySchema, location="query")
@blp.response(200, PlaybackSchema, example=EXAMPLE)
@blp.refuses(NoSuchLesson, NotAVideo, NotEnrolled, EnrollmentExpired)
@blp.refuses(VideoNotReady, VideoErrored, VideoDeleted, SigningUnconfigured)
def play(query: dict[str, bool], lesson_id: str) -> Response:
    """Get what plays a lesson's video.

    Learners see the version that their seat is in, everybody else the current one; a free preview needs no token. The
    URLs open the video for whoever has them until `expires_at`, which is late enough to watch it to its end. The
    `session_id` says when this viewing began; it goes into every report of progress.
    """
    video = _draft(lesson_id) if query["draft"] else _published(lesson_id)
    answer = playback.prepare(**video)
    session_id = None if query["draft"] else _session(lesson_id, video["video_id"])
    response = Response(playback.for_viewing(answer, session_id), mimetype=JSON)
    # Rights may end at any time: nobody plays from a copy.
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _published(lesson_id: str) -> dict[str, Any]:
    try:
        lesson = lessons.resolve(lesson_id, maybe_caller())
    except NotFound:
        # A guest is not told which lessons there are.
        raise (NoSuchLesson() if maybe_caller() else Unauthenticated()) from None
    require_lesson_access(maybe_caller(), lesson.view, seat=lesson.seat)
    return {"kind": lesson.kind, "video_id": lesson.video_id}


def _session(lesson_id: str, video_id: str) -> str | None:
    viewer = maybe_caller()
    return viewings.begin(user_id=viewer.id, lesson_id=lesson_id, video_id=video_id) if viewer else None


def _draft(lesson_id: str) -> dict[str, Any]:
    if maybe_caller() is None:
        raise Unauthenticated()
    lesson = lessons.draft(lesson_id)
    course_id = lesson["course_id"]
    if not can_edit_course(maybe_caller(), courses.view(str(course_id)) if course_id else None):
        raise NoSuchLesson()
    return {"kind": LessonKind(lesson["kind"]), "video_id": lesson["video_id"] and str(lesson["video_id"])}
