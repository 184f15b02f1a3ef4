"""Videos: one Mux asset each, shared by the lessons and versions that name it."""

import enum

from mongoengine import BooleanField, DateTimeField, DictField, FloatField, IntField, ListField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class VideoStatus(enum.StrEnum):
    """How far a video has come. It only moves forward."""

    WAITING = "waiting"
    PREPARING = "preparing"
    READY = "ready"
    ERRORED = "errored"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    DELETED = "deleted"

    @property
    def may_follow(self) -> tuple["VideoStatus", ...]:
        """Return the states from which a video may move to this one."""
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
    """A video from the moment its upload is asked for. Written before the vendor is called, so every event finds it.

    Its id is the passthrough the vendor echoes. `facts_at` is the vendor's time of the newest event whose facts
    (`asset_id`, `playback_id`, `duration` in seconds, `aspect_ratio`, `tracks`) were taken over.
    """

    status = StringField(default=VideoStatus.WAITING)
    upload_id = StringField()
    asset_id = StringField()
    playback_id = StringField()
    policy = StringField(default="signed")
    source = StringField(default="upload")  # upload, url or import
    duration = FloatField()
    aspect_ratio = StringField()
    max_resolution = StringField()
    tracks = ListField(DictField())
    error = DictField()
    facts_at = DateTimeField()
    created_by = IntField()
    created_at = DateTimeField(default=now)
    updated_at = DateTimeField(default=now)
    upload_expires_at = DateTimeField()
    delete_requested = BooleanField(default=False)

    meta = {
        "collection": "videos",
        "indexes": [
            {"fields": ["upload_id"], "unique": True, "sparse": True},
            {"fields": ["asset_id"], "unique": True, "sparse": True},
            {"fields": ["status", "updated_at"]},
        ],
    }
