"""A lesson's video: uploaded, fetched or imported into the draft; published versions keep theirs."""

from typing import Any

from flask import current_app, request

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.require_author import require_asset_importer, require_lesson_author
from learnstream.blueprints.media import examples
from learnstream.documents import LessonKind
from learnstream.documents.lesson import StoredLesson
from learnstream.documents.video import ListedVideo
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.authoring import NoSuchLesson, NotAVideoLesson, NotYourCourse
from learnstream.errors.enrollment import NotYourAsset
from learnstream.errors.media import NoVideo, SourceRefused, SubtitlesTooEarly, UnknownAsset, VideoDeleted, VideoErrored
from learnstream.errors.video_service import Refused, Unconfigured, VideoServiceError
from learnstream.policies.access import require_admin
from learnstream.schemas.media.video import (
    ORIGIN,
    ForceSchema,
    FromUrlSchema,
    ImportSchema,
    RequestedUploadSchema,
    RequestedVideoSchema,
    UploadRequestSchema,
    VideoSchema,
)
from learnstream.services.authoring import lessons
from learnstream.services.foundation import audit
from learnstream.services.media import uploads, videos
from learnstream.services.media.uploads import Requested
from learnstream.stores.sql import db
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "video",
    __name__,
    position=60,
    title="Lessons: video",
    url_prefix="/lessons",
    description="The videos of lessons, for their authors.",
)

FAILURES = (VideoServiceError, Refused, Unconfigured)
IMPORT_ERRORS = (UnknownAsset(), VideoErrored, VideoDeleted, SubtitlesTooEarly)


@blp.post("/<object_id:lesson_id>/video/upload")
@blp.arguments(UploadRequestSchema, example=examples.SUBTITLES)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, RequestedUploadSchema, example={"upload": examples.UPLOAD, "video": examples.WAITING})
@blp.raises(NoSuchLesson, NotYourCourse, NotAVideoLesson, *FAILURES)
@etag.conditional
def create_video_upload(
    body: dict[str, Any], lesson_id: str, expect: etag.Revisions
) -> tuple[dict[str, Any], dict[str, str]]:
    """Create a URL to upload the lesson's video to.

    The browser PUTs the file there directly, not through this server. The video's status then changes to `preparing`
    and `ready`. It replaces the draft's video immediately; learners see it when the course is published again.
    """
    lesson = _video_lesson(lesson_id, expect)
    requested = uploads.request_upload(
        created_by=caller.id,
        title=lesson["title"],
        cors_origin=origin_for(body.get("cors_origin")),
        subtitles=body["subtitles"],
    )
    return {"upload": requested.upload, "video": requested.video}, _give(lesson_id, requested, expect)


@blp.post("/<object_id:lesson_id>/video/from-url")
@blp.arguments(FromUrlSchema, example=examples.FROM_URL)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, RequestedVideoSchema, example={"video": examples.FETCHED})
@blp.raises(NoSuchLesson, NotYourCourse, NotAVideoLesson, SourceRefused(), *FAILURES)
@etag.conditional
def create_video_from_url(
    body: dict[str, Any], lesson_id: str, expect: etag.Revisions
) -> tuple[dict[str, Any], dict[str, str]]:
    """Have the video service fetch the lesson's video from a public URL.

    This server never fetches it. URLs that are private, or resolve to private addresses, get 422.
    """
    lesson = _video_lesson(lesson_id, expect)
    requested = uploads.request_from_url(
        created_by=caller.id, title=lesson["title"], url=body["video_url"], subtitles=body["subtitles"]
    )
    return {"video": requested.video}, _give(lesson_id, requested, expect)


@blp.post("/<object_id:lesson_id>/video/import")
@blp.arguments(ImportSchema, example=examples.IMPORT)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, RequestedVideoSchema, example={"video": examples.IMPORTED})
@blp.raises(NoSuchLesson, NotYourCourse, NotYourAsset, NotAVideoLesson, *IMPORT_ERRORS, *FAILURES)
@etag.conditional
def import_video(body: dict[str, Any], lesson_id: str, expect: etag.Revisions) -> tuple[dict[str, Any], dict[str, str]]:
    """Import an asset that the video service already stores.

    Lessons that import the same asset share one video, which is kept until none of them needs it. An asset with only
    public playback gets a signed playback ID. Administrators may import any asset; other callers must be instructors of
    every course, and of at least one, whose draft or any version uses it.
    """
    _video_lesson(lesson_id, expect)
    require_asset_importer(body["asset_id"])
    requested = uploads.import_asset(created_by=caller.id, asset_id=body["asset_id"], subtitles=body["subtitles"])
    return {"video": requested.video}, _give(lesson_id, requested, expect)


@blp.get("/<object_id:lesson_id>/video")
@blp.response(200, VideoSchema, example=examples.READY)
@blp.raises(NoSuchLesson, NoVideo, NotYourCourse)
def read_video(lesson_id: str) -> ListedVideo:
    """Get the processing state of the draft's video.

    Ask again while the status is `waiting` or `preparing`; a `ready` video can be played.
    """
    require_lesson_author(lesson_id)
    return videos.find(_video_of(lessons.draft(lesson_id)))


@blp.delete("/<object_id:lesson_id>/video")
@blp.arguments(ForceSchema, location="query")
@confirms_caller
@commits()
@blp.response(204)
@blp.raises(NoSuchLesson, NoVideo, NotYourCourse, AdminsOnly)
@etag.conditional
def delete_video(query: dict[str, Any], lesson_id: str, expect: etag.Revisions) -> tuple[None, dict[str, str]]:
    """Remove the video from the lesson's draft.

    The video service deletes it once no draft, no current version and no version with enrolled learners shows it. With
    `force=true`, an administrator takes it down everywhere immediately.
    """
    require_lesson_author(lesson_id)
    if query["force"]:
        require_admin(caller)
    video_id = _video_of(lessons.draft(lesson_id, expect=expect))
    headers = _replace(lesson_id, None, expect)
    if query["force"]:
        videos.take_down(video_id)
        audit.record("video.taken_down", actor_id=caller.id, target_kind="video", target_id=video_id)
    return None, headers


def origin_for(given: str | None) -> str:
    """Return the origin whose pages may upload: the one in the body, else the request's, else the configured one.

    Without one, a browser would report a failure although the upload worked, so allow any: the URL is the secret.
    """
    asking = request.headers.get("Origin", "")
    if given or ORIGIN.fullmatch(asking):
        return given or asking
    configured = [origin for origin in current_app.config["CORS_ORIGINS"] if ORIGIN.fullmatch(origin)]
    return configured[0] if len(configured) == 1 else "*"


def _video_lesson(lesson_id: str, expect: etag.Revisions) -> StoredLesson:
    require_lesson_author(lesson_id)
    lesson = lessons.require_kind(LessonKind.VIDEO, lesson_id, expect=expect)
    # The video service may be slow: release the database connection before calling it.
    db.session.rollback()
    return lesson


def _give(lesson_id: str, requested: Requested, expect: etag.Revisions) -> dict[str, str]:
    headers = _replace(lesson_id, requested.video_id, expect)
    uploads.confirm(requested)
    return headers


def _replace(lesson_id: str, video_id: str | None, expect: etag.Revisions) -> dict[str, str]:
    """Set the draft's video and release the previous one."""
    lesson, previous = lessons.set_video(lesson_id, video_id, expect=expect)
    if previous != video_id:
        videos.release(previous)
    return etag.of(lesson)


def _video_of(lesson: StoredLesson) -> str:
    if lesson["video_id"] is None:
        raise NoVideo()
    return str(lesson["video_id"])
