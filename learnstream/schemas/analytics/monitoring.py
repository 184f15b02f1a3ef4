"""How things stand."""

from marshmallow import fields

from learnstream.schemas.common.base import Instant, Schema
from learnstream.schemas.foundation.background import FollowerSchema


class WaitingSchema(Schema):
    pending = fields.Integer(metadata={"description": "How many wait."})
    oldest_at = Instant(allow_none=True, metadata={"description": "Since when the oldest waits."})
    seconds = fields.Float(metadata={"description": "How long that is."})


class LagSchema(WaitingSchema):
    parked = fields.Integer(metadata={"description": "How many were given up after too many tries."})


class TopicSchema(LagSchema):
    topic = fields.String(metadata={"description": "What the commands are about.", "example": "video.released"})


class StuckVideoSchema(Schema):
    id = fields.String(attribute="_id", metadata={"description": "The video's id."})
    status = fields.String(metadata={"description": "Where it stands still.", "example": "preparing"})
    status_at = Instant(metadata={"description": "Since when."})


class VideosSchema(Schema):
    stuck = fields.Integer(metadata={"description": "How many have stood still for more than an hour."})
    first_stuck = fields.List(
        fields.Nested(StuckVideoSchema), metadata={"description": "Up to twenty of them, those for longest first."}
    )


class BeatSchema(Schema):
    last_at = Instant(allow_none=True, metadata={"description": "When the schedule last ran; null if it never did."})
    seconds = fields.Float(allow_none=True, metadata={"description": "How long ago that is: normally under a minute."})


class FreshnessSchema(Schema):
    as_of = Instant(allow_none=True, metadata={"description": "When they were last true; null before the first time."})
    seconds = fields.Float(allow_none=True, metadata={"description": "How long ago that is: normally about a minute."})


class StatusSchema(Schema):
    outbox = fields.Nested(LagSchema, metadata={"description": "Work that committed changes have left to do."})
    commands = fields.List(fields.Nested(TopicSchema), metadata={"description": "The same by topic."})
    webhook_events = fields.Nested(LagSchema, metadata={"description": "Events of the video service."})
    videos = fields.Nested(VideosSchema, metadata={"description": "Uploads and assets."})
    events = fields.Nested(WaitingSchema, metadata={"description": "Events that have no place in the feed yet."})
    followers = fields.List(
        fields.Nested(FollowerSchema), metadata={"description": "What reacts to events, and how far it has come."}
    )
    figures = fields.Nested(FreshnessSchema, metadata={"description": "Analytics and the progress of learners."})
    beat = fields.Nested(BeatSchema, metadata={"description": "The schedule's sign of life."})
