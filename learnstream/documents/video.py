"""Videos: one Mux asset each, shared by the lessons and versions that refer to it."""

import enum

from mongoengine import BooleanField, DateTimeField, DictField, FloatField, IntField, ListField, StringField

from learnstream.clock import now
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

    status = StringField(default=VideoStatus.WAITING)
    status_at = DateTimeField(default=now)
    source = StringField(default="upload")  # upload, url or import
    upload_id = StringField()
    upload_expires_at = DateTimeField()
    upload_error = DictField()
    asset_id = StringField()
    asset_facts = DictField()
    track_news = ListField(DictField())
    playback_id = StringField()
    duration = FloatField()
    aspect_ratio = StringField()
    max_resolution = StringField()
    tracks = ListField(DictField())
    error = DictField()
    revision = IntField(default=1)
    created_by = IntField()
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)
    review_at = DateTimeField()
    purging = BooleanField(default=False)
    purged_at = DateTimeField()
    listed_at = DateTimeField()
    doubted_at = DateTimeField()
    checked_at = DateTimeField()

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
