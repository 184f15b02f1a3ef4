"""Requests for videos: from a direct upload, a file at a URL, or an existing asset of the video service.

A video is inserted before the video service is called, with its id as the passthrough, so that the result can always be
matched; and it has a review time from the start, so that an interrupted request is cleaned up. Callers must end their
SQL transaction first, because the service may be slow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import Video, VideoStatus
from learnstream.documents.video import ListedVideo, StoredVideo
from learnstream.errors.media import SubtitlesTooEarly, UnknownAsset, VideoDeleted, VideoErrored
from learnstream.errors.video_service import Unknown, VideoServiceError
from learnstream.integrations import video as port
from learnstream.integrations.video import Asset, Stage, Upload, VideoService, as_update
from learnstream.services.media import video_facts, video_sources, videos

# Long enough for a large file on a slow connection.
UPLOAD_SECONDS = 4 * 3600
# A new video is not reviewed before this time, because its lesson may not refer to it yet. No request lasts longer.
FIRST_REVIEW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Requested:
    """A requested video, with its upload if the client has to send the file."""

    video: ListedVideo
    upload: Upload | None = None

    @property
    def video_id(self) -> str:
        return str(self.video["_id"])


def request_upload(*, created_by: int, title: str, cors_origin: str, subtitles: Sequence[str] = ()) -> Requested:
    """Create a direct upload for a browser at `cors_origin`.

    Raises:
        Unconfigured: no video service is configured.
        VideoServiceError: the service failed or refused the request.
    """
    service = port.service()
    video = _insert(source="upload", created_by=created_by)
    try:
        upload = service.create_upload(
            passthrough=str(video["_id"]),
            title=title,
            cors_origin=cors_origin,
            timeout=UPLOAD_SECONDS,
            subtitles=subtitles,
        )
    except VideoServiceError as error:
        _give_up(video, error)
        raise
    expires_at = now() + timedelta(seconds=upload.timeout or UPLOAD_SECONDS)
    # A webhook may have stored the upload's id already.
    facts = {"upload_id": upload.id, "upload_expires_at": expires_at}
    Video.collection().update_one({"_id": video["_id"]}, {"$set": facts, "$inc": {"revision": 1}})
    requested: StoredVideo = {**video, "upload_id": upload.id, "upload_expires_at": expires_at}
    return Requested(requested, upload)


def request_from_url(*, created_by: int, title: str, url: str, subtitles: Sequence[str] = ()) -> Requested:
    """Create an asset from a file that the video service fetches.

    Raises:
        SourceRefused: the URL is not a public https address.
        Unconfigured, VideoServiceError: as in `request_upload`.
    """
    service = port.service()
    video_sources.check(url)
    video = _insert(source="url", created_by=created_by)
    try:
        asset = service.create_asset(url, passthrough=str(video["_id"]), title=title, subtitles=subtitles)
    except VideoServiceError as error:
        _give_up(video, error)
        raise
    video_facts.apply(as_update(asset))
    return Requested(videos.find(str(video["_id"])))


def import_asset(*, created_by: int, asset_id: str, subtitles: Sequence[str] = ()) -> Requested:
    """Import an existing asset of the video service; if the asset has a video already, that one is returned.

    Raises:
        UnknownAsset: there is no such asset.
        VideoErrored, VideoDeleted: the asset cannot be played.
        SubtitlesTooEarly: subtitles are requested, but the asset is still being prepared.
        Unconfigured, VideoServiceError: as in `request_upload`.
    """
    service = port.service()
    asset = _importable(service, asset_id, subtitles)
    if asset.playback_id is None:
        asset = replace(asset, playback_id=service.add_signed_playback_id(asset.id))
    video = _video_of(asset, created_by=created_by)
    _delay_review(video)
    video_facts.apply(as_update(asset))
    _generate_subtitles(service, asset, subtitles)
    return Requested(videos.find(str(video["_id"])))


def _importable(service: VideoService, asset_id: str, subtitles: Sequence[str]) -> Asset:
    try:
        asset = service.get_asset(asset_id)
    except Unknown:
        raise UnknownAsset() from None
    if asset.stage is Stage.ERRORED:
        raise VideoErrored()
    if subtitles and asset.stage is not Stage.READY:
        raise SubtitlesTooEarly()
    return asset


def _video_of(asset: Asset, *, created_by: int) -> StoredVideo:
    if known := video_facts.find(as_update(asset)):
        return known
    try:
        return _insert(source="import", created_by=created_by, asset_id=asset.id, status=VideoStatus.PREPARING.value)
    except DuplicateKeyError:
        # The asset was imported concurrently: look its video up again, and both lessons share it.
        return _video_of(asset, created_by=created_by)


def _delay_review(video: StoredVideo) -> None:
    """Postpone the next review until a lesson can refer to the video, unless it is being deleted already."""
    usable = {"_id": video["_id"], "purging": {"$ne": True}, "status": {"$ne": VideoStatus.DELETED.value}}
    change = {"$set": {"review_at": now() + FIRST_REVIEW, "updated_at": now()}, "$inc": {"revision": 1}}
    if not Video.collection().update_one(usable, change).modified_count:
        raise VideoDeleted()


def confirm(requested: Requested) -> None:
    """Verify, after a lesson refers to the video, that it was not marked for deletion just before.

    Marking checks for lessons again, too (see `reconciliation`), so that one of the two notices a conflict.

    Raises:
        VideoDeleted: the video has been marked for deletion.
    """
    if Video.collection().find_one({"_id": requested.video["_id"], "purging": True}, {"_id": 1}):
        raise VideoDeleted()


def _generate_subtitles(service: VideoService, asset: Asset, languages: Sequence[str]) -> None:
    present = {track.language_code for track in asset.tracks if track.type == "text"}
    missing = [language for language in languages if language not in present]
    audio = next((track.id for track in asset.tracks if track.type == "audio"), None)
    if missing and audio:
        service.generate_subtitles(asset.id, audio, missing)


def _insert(*, source: str, created_by: int, **fields: Any) -> StoredVideo:
    at = now()
    video = {
        "_id": ObjectId(),
        "status": VideoStatus.WAITING.value,
        "status_at": at,
        "source": source,
        "tracks": [],
        "revision": 1,
        "created_by": created_by,
        "created_at": at,
        "updated_at": at,
        "review_at": at + FIRST_REVIEW,
        "purging": False,
        **fields,
    }
    Video.collection().insert_one(video)
    return video_facts.STORED.complete(video)


def _give_up(video: StoredVideo, error: VideoServiceError) -> None:
    # If the request may have taken effect, the video stays: the asset has its passthrough, and a review cleans it up.
    if not error.uncertain:
        Video.collection().delete_one({"_id": video["_id"]})
