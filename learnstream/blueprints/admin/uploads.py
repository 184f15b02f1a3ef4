"""Administrators' uploads: a video and the draft lesson that shows it, created in one step."""

from typing import Any

from learnstream.blueprints.admin import examples
from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.media.video import (
    FAILURES,
    IMPORT_ERRORS,
    origin_for,
)
from learnstream.documents import LessonKind
from learnstream.errors.authoring import NoSuchCourse, TooManyLessons
from learnstream.errors.media import NoSuchVideo, SourceRefused
from learnstream.schemas.media.video import (
    AdminFromUrlSchema,
    AdminImportSchema,
    AdminRequestedUploadSchema,
    AdminRequestedVideoSchema,
    AdminUploadRequestSchema,
    VideoFilterSchema,
    VideoWithLessonsSchema,
)
from learnstream.services.authoring import courses, lessons
from learnstream.services.foundation import audit
from learnstream.services.media import uploads, videos
from learnstream.services.media.uploads import Requested
from learnstream.services.media.videos import UsedVideo
from learnstream.stores.sql import db
from learnstream.web.paging import Page


@blp.post("/uploads")
@blp.arguments(AdminUploadRequestSchema, example=examples.NEW_LESSON)
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(201, AdminRequestedUploadSchema, example=examples.UPLOADED)
@blp.raises(NoSuchCourse, TooManyLessons, *FAILURES)
def create_upload(body: dict[str, Any]) -> dict[str, Any]:
    """Create a draft lesson and a URL to upload its video to.

    A lesson without a course is visible to administrators only until PATCH `/lessons/{id}` assigns one. If the file is
    never uploaded, a lesson that still has no course is deleted with the video.
    """
    _begin(body)
    requested = uploads.request_upload(
        created_by=caller.id,
        title=body["title"],
        cors_origin=origin_for(body.get("cors_origin")),
        subtitles=body["subtitles"],
    )
    return _with_lesson(requested, body) | {"upload": requested.upload}


@blp.post("/uploads/from-url")
@blp.arguments(AdminFromUrlSchema, example=examples.FROM_URL)
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(201, AdminRequestedVideoSchema, example=examples.FETCHED)
@blp.raises(NoSuchCourse, TooManyLessons, SourceRefused(), *FAILURES)
def create_upload_from_url(body: dict[str, Any]) -> dict[str, Any]:
    """Create a draft lesson whose video the video service fetches from a public URL.

    URLs that are private, or resolve to private addresses, get 422.
    """
    _begin(body)
    requested = uploads.request_from_url(
        created_by=caller.id, title=body["title"], url=body["video_url"], subtitles=body["subtitles"]
    )
    return _with_lesson(requested, body)


@blp.post("/uploads/import")
@blp.arguments(AdminImportSchema, example=examples.IMPORT)
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(201, AdminRequestedVideoSchema, example=examples.IMPORTED)
@blp.raises(NoSuchCourse, TooManyLessons, *IMPORT_ERRORS, *FAILURES)
def import_upload(body: dict[str, Any]) -> dict[str, Any]:
    """Create a draft lesson from an asset that the video service already stores.

    Lessons that import the same asset share one video.
    """
    _begin(body)
    requested = uploads.import_asset(created_by=caller.id, asset_id=body["asset_id"], subtitles=body["subtitles"])
    return _with_lesson(requested, body)


@blp.get("/uploads")
@admins_only
@blp.lists(VideoWithLessonsSchema, query=VideoFilterSchema, example=examples.VIDEO_WITH_LESSONS)
def list_uploads(filters: dict[str, Any], page: Page) -> list[UsedVideo]:
    """List videos, newest first.

    Each has the draft lessons that show it.
    """
    return entries(page, videos.browse(**filters, part=requested_part(page)))


@blp.get("/uploads/<object_id:video_id>")
@admins_only
@blp.response(200, VideoWithLessonsSchema, example=examples.VIDEO_WITH_LESSONS)
@blp.raises(NoSuchVideo)
def read_upload(video_id: str) -> UsedVideo:
    """Get the processing state of a video.

    Ask again while the status is `waiting` or `preparing`; a `ready` video can be played.
    """
    return videos.with_lessons([videos.find(video_id)])[0]


def _begin(body: dict[str, Any]) -> None:
    if "course_id" in body:
        courses.view(body["course_id"])
    # The video service may be slow: release the database connection before calling it.
    db.session.rollback()


def _with_lesson(requested: Requested, body: dict[str, Any]) -> dict[str, Any]:
    """Create the lesson once its video exists, so that a failure leaves no lesson without a video."""
    lesson = lessons.create(
        course_id=body.get("course_id"),
        created_by=caller.id,
        title=body["title"],
        kind=LessonKind.VIDEO,
        body=body["description"],
        video_id=requested.video["_id"],
    )
    uploads.confirm(requested)
    audit.record("lesson.uploaded", actor_id=caller.id, target_kind="lesson", target_id=str(lesson["_id"]))
    return {"video": requested.video, "lesson": lesson}
