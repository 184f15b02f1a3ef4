"""Reports of what learners watch, and their progress in lessons."""

from pathlib import Path
from typing import Any

from flask import Response

from learnstream.blueprints.common.authentication import current_caller, prefetches
from learnstream.blueprints.common.require_reader import require_readable_lesson, require_watchable_lesson
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
from learnstream.policies.access import LESSON_ACCESS_ERRORS
from learnstream.schemas.learning.progress import LessonProgressSchema, ReportedSchema, ReportSchema
from learnstream.services.delivery import playback
from learnstream.services.learning import reports
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "progress",
    __name__,
    position=130,
    title="Progress",
    description="Reports of what learners watch, and their progress in lessons.",
)

PACKAGE = Path(__file__).parents[2]
RECIPE, QUEUE = ((PACKAGE / "static" / name).read_text() for name in ("heartbeat.js", "heartbeat-queue.js"))
HOW_TO = (PACKAGE / "templates" / "reporting.md").read_text().replace("{recipe}", RECIPE).replace("{queue}", QUEUE)


@blp.put("/lessons/<object_id:lesson_id>/progress")
@blp.doc(description=HOW_TO)
@prefetches(playback.fact_prefetch_keys)
@blp.arguments(ReportSchema, example=examples.REPORT)
@blp.response(200, ReportedSchema, example=examples.REPORTED)
@blp.raises(NoSuchLesson, NotAVideo, *LESSON_ACCESS_ERRORS, CompletesByItself)
@blp.raises(VideoNotReady, VideoErrored, VideoDeleted, TooBusy)
@blp.raises(
    ForeignViewing("The viewing belongs to another user."),
    ViewingEnded("The viewing has ended: request playback again."),
)
def report_progress(body: dict[str, Any], lesson_id: str) -> Response:
    """Report what was watched."""
    lesson = require_watchable_lesson(lesson_id, body.pop("viewing_id"))
    return private_json(reports.submit(current_caller(), lesson, **body))


@blp.get("/lessons/<object_id:lesson_id>/progress")
@prefetches(playback.fact_prefetch_keys)
@blp.response(200, LessonProgressSchema, example=examples.LESSON_PROGRESS)
@blp.raises(NoSuchLesson, *LESSON_ACCESS_ERRORS)
def read_progress(lesson_id: str) -> Response:
    """Get the caller's progress in a lesson.

    `watched_seconds` and `fraction` refer to the video that the lesson shows now; a lesson completed with an earlier
    video stays completed.
    """
    return private_json(reports.read(current_caller(), require_readable_lesson(lesson_id)))
