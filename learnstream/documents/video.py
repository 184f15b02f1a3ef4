"""Videos: one Mux asset each, shared by the lessons and versions that refer to it."""

import enum
from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId
from mongoengine import BooleanField, DateTimeField, DictField, FloatField, IntField, ListField, StringField

from learnstream.documents.base import Document


class VideoStatus(enum.StrEnum):
    """A video's processing status. It only moves forward."""

    WAITING = "waiting"
    PREPARING = "preparing"
    READY = "ready"
    ERRORED = "errored"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    DELETED = "deleted"

    @property
    def may_follow(self) -> tuple["VideoStatus", ...]:
        """Return the statuses from which a video may move to this one."""
        return PREDECESSORS[self]


_W, _P, _R, _E, _C, _T = (
    VideoStatus.WAITING,
    VideoStatus.PREPARING,
    VideoStatus.READY,
    VideoStatus.ERRORED,
    VideoStatus.CANCELLED,
    VideoStatus.TIMED_OUT,
)
PREDECESSORS: dict[VideoStatus, tuple[VideoStatus, ...]] = {
    VideoStatus.WAITING: (),
    VideoStatus.PREPARING: (_W,),
    VideoStatus.READY: (_W, _P),
    VideoStatus.ERRORED: (_W, _P),
    VideoStatus.CANCELLED: (_W,),
    VideoStatus.TIMED_OUT: (_W,),
    VideoStatus.DELETED: (_W, _P, _R, _E, _C, _T),
}


class VideoError(TypedDict):
    """Why a file could not be uploaded or processed."""

    type: str
    messages: list[str]


class Track(TypedDict):
    """A video, audio or text track (see `integrations.video.Track`)."""

    id: str
    type: str
    status: str
    text_type: str
    text_source: str
    language_code: str
    name: str


class Stamp(TypedDict):
    """The order of updates: by time, rank, and the event's id."""

    at: datetime
    rank: int
    event: str


class TrackUpdate(Track, Stamp):
    """The newest update of a track."""


class DerivedFacts(TypedDict):
    """The facts of a video that follow from its snapshot and the track updates."""

    playback_id: str | None
    duration: float | None
    aspect_ratio: str | None
    max_resolution: str | None
    tracks: list[Track]
    error: VideoError | None


class AssetFacts(Stamp, DerivedFacts):
    """The newest snapshot of an asset."""


class ListedVideo(DerivedFacts):
    """A video without the updates from which its facts are derived."""

    _id: ObjectId
    status: str
    status_at: datetime
    source: str
    upload_id: NotRequired[str]
    upload_expires_at: datetime | None
    upload_error: VideoError | None
    asset_id: NotRequired[str]
    revision: int
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    review_at: NotRequired[datetime | None]
    purging: bool
    purged_at: datetime | None
    listed_at: datetime | None
    doubted_at: datetime | None
    checked_at: datetime | None


class StoredVideo(ListedVideo):
    """A whole video."""

    asset_facts: AssetFacts | None
    track_news: list[TrackUpdate]


class Video(Document):
    """A video from the moment its upload is requested. Inserted before the vendor is called, so every webhook finds it.

    Its id is the passthrough that the vendor echoes. `asset_facts` is the newest snapshot of the asset (ordered by
    `at`, `rank` and `event`), `track_news` the newest update of each track since; derived from them are `playback_id`,
    `duration` (seconds), `aspect_ratio`, `max_resolution`, `tracks` and `error`. Updates are conditional on
    `revision`, which each one increments.

    `review_at` is when to check next with the vendor, and whether the video is still in use; it is absent once the
    vendor no longer stores anything of it. `purging`: the vendor is to delete it; `purged_at`: when it did.

    `listed_at` is the last comparison with the vendor's list of assets that included this one. `doubted_at` is set
    when the asset may be missing and the vendor has not been asked yet; `checked_at` is when it was last asked.
    """

    status = StringField(required=True)
    status_at = DateTimeField(required=True)
    source = StringField(default="upload")  # upload, url or import
    upload_id = StringField()
    upload_expires_at = DateTimeField()
    upload_error = DictField(default=None)
    asset_id = StringField()
    asset_facts = DictField(default=None)
    track_news = ListField(DictField())
    playback_id = StringField()
    duration = FloatField()
    aspect_ratio = StringField()
    max_resolution = StringField()
    tracks = ListField(DictField())
    error = DictField(default=None)
    revision = IntField(required=True)
    created_by = IntField()
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)
    review_at = DateTimeField()
    purging = BooleanField(default=False)
    purged_at = DateTimeField()
    listed_at = DateTimeField()
    doubted_at = DateTimeField()
    checked_at = DateTimeField()

    stored = StoredVideo
    meta = {
        "collection": "videos",
        "indexes": [
            {"fields": ["upload_id"], "unique": True, "sparse": True},
            {"fields": ["asset_id"], "unique": True, "sparse": True},
            {"fields": ["status", "status_at"]},
            {"fields": ["review_at"], "sparse": True},
            {"fields": ["-created_at", "_id"]},
        ],
    }
