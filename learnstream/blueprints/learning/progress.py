"""Reports of what learners watch, and their progress in lessons."""

from pathlib import Path
from typing import Any

from flask import Response

from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.require_reader import require_readable_lesson
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.learning import examples
from learnstream.errors.authoring import NoSuchLesson
from learnstream.errors.delivery import (
    ForeignViewing,
    NotAVideo,
    VideoDeleted,
    VideoErrored,
    VideoNotReady,
    ViewingEnded,
)
from learnstream.errors.learning import CompletesByItself, TooBusy
from learnstream.policies.access import LESSON_ACCESS_ERRORS, is_recorded
from learnstream.schemas.learning.progress import (
    LessonProgressSchema,
    ReportedSchema,
    ReportSchema,
    is_heartbeat,
    viewing_id,
)
from learnstream.services.delivery import viewings, visibility
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.learning import progress
from learnstream.services.learning.heartbeats import Heartbeat, Stretch
from learnstream.services.learning.progress import Report
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "progress", __name__, title="Progress", description="Reports of what learners watch, and their progress in lessons."
)

PACKAGE = Path(__file__).parents[2]
RECIPE, QUEUE = ((PACKAGE / "static" / name).read_text() for name in ("heartbeat.js", "heartbeat-queue.js"))
HOW_TO = (PACKAGE / "templates" / "reporting.md").read_text().replace("{recipe}", RECIPE).replace("{queue}", QUEUE)


@blp.put("/lessons/<object_id:lesson_id>/progress")
@blp.arguments(ReportSchema, example=examples.REPORT)
@blp.response(200, ReportedSchema, example=examples.REPORTED)
@blp.raises(NoSuchLesson, NotAVideo, *LESSON_ACCESS_ERRORS, CompletesByItself)
@blp.raises(VideoNotReady, VideoErrored, VideoDeleted, TooBusy)
@blp.raises(
    ForeignViewing("The viewing belongs to another user."),
    ViewingEnded("The viewing has ended: request playback again."),
)
@blp.doc(description=HOW_TO)
def report(body: dict[str, Any], lesson_id: str) -> Response:
    """Report what was watched."""
    given = viewing_id(body)
    viewing = viewings.read(given, user_id=caller.id, lesson_id=lesson_id) if given else None
    # Access was checked when the viewing began.
    lesson = visibility.resolve_viewing(viewing, caller) if viewing else require_readable_lesson(lesson_id)
    context = progress.build_context(user_id=caller.id, lesson=lesson, viewing=viewing)
    recorded = is_recorded(caller, lesson.view, at=viewing.began_at if viewing else None)
    return private_json(progress.report(context, _report(body, viewing), recorded=recorded))


@blp.get("/lessons/<object_id:lesson_id>/progress")
@blp.response(200, LessonProgressSchema, example=examples.LESSON_PROGRESS)
@blp.raises(NoSuchLesson, *LESSON_ACCESS_ERRORS)
def read(lesson_id: str) -> Response:
    """Get the caller's progress in a lesson.

    `watched_seconds` and `fraction` refer to the video that the lesson shows now; a lesson completed with an earlier
    video stays completed.
    """
    lesson = require_readable_lesson(lesson_id)
    context = progress.build_context(user_id=caller.id, lesson=lesson)
    return private_json(progress.read(context, recorded=is_recorded(caller, lesson.view)))


def _report(body: dict[str, Any], viewing: Viewing | None) -> Report:
    heartbeat = None
    if is_heartbeat(body):
        played = tuple(Stretch(**stretch) for stretch in body["played"])
        heartbeat = Heartbeat(body["seq"], body["client_time"], played, body["position"], viewing)
    return Report(heartbeat, opened="opened" in body, completed="completed" in body)
