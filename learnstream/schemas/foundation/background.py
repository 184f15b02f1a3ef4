"""Schemas of background work: followers of the event feed, the events they parked, and commands of the outbox."""

from marshmallow import fields, validate

from learnstream.models import CommandState, FollowerState
from learnstream.schemas.common.base import Choice, Instant, Line, Schema, Word
from learnstream.schemas.foundation.events import MAX_POSITION
from learnstream.web.parsing import Integer

ERROR = {"description": "Why the latest try failed; null if it did not."}


class FollowerLagSchema(Schema):
    events = fields.Integer(
        metadata={"description": "The number of later events in the feed, of all types.", "example": 0}
    )
    seconds = fields.Float(
        metadata={"description": "For how long the oldest of them has been in the feed.", "example": 0.0}
    )


class FollowerSchema(Schema):
    name = fields.String(metadata={"description": "The follower's name."})
    state = Word(
        FollowerState,
        metadata={
            "description": (
                "`idle`: it has handled all events. `behind`: it will run soon. `running`: a worker runs it now. "
                "`failing`: its next event keeps failing and is tried again. `retired`: this release has no such "
                "follower."
            )
        },
    )
    position = fields.Integer(
        metadata={"description": "The position in the feed up to which it has handled or parked all events."}
    )
    lag = fields.Nested(FollowerLagSchema, metadata={"description": "The events that it has not handled yet."})
    tries = fields.Integer(metadata={"description": "How often its next event has failed."})
    next_try_at = Instant(allow_none=True, metadata={"description": "When a failing follower runs again."})
    last_error = fields.String(allow_none=True, metadata=ERROR)
    parked = fields.Integer(metadata={"description": "The number of events that it gave up on."})
    missed = fields.Integer(
        metadata={"description": "The number of events that were deleted before it got to them: always 0, or a fault."}
    )
    next_event_kept_until = Instant(
        allow_none=True,
        metadata={"description": "When its next event will be deleted, handled or not; null if there is none."},
    )


class ReplaySchema(Schema):
    from_position = Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=MAX_POSITION),
        metadata={"description": "The first event to handle again.", "example": 1041},
    )


class ParkedEventSchema(Schema):
    id = fields.Integer(metadata={"description": "The parked event's id."})
    follower = fields.String(metadata={"description": "The follower that gave up on it."})
    position = fields.Integer(metadata={"description": "The event's position in the feed."})
    event_id = fields.String(
        allow_none=True, metadata={"description": "The event's id; null if its retention has ended."}
    )
    type = fields.String(allow_none=True, metadata={"description": "The event's type; null like `event_id`."})
    tries = fields.Integer(metadata={"description": "The number of tries."})
    last_error = fields.String(metadata={"description": "Why the latest try failed."})
    parked_at = Instant(metadata={"description": "When it was parked."})
    retry_at = Instant(
        allow_none=True, metadata={"description": "When a retry was requested that has not ended yet; else null."}
    )


class ParkedEventFilterSchema(Schema):
    follower = Line(max=40, metadata={"description": "Only events of this follower.", "example": "released-videos"})


class CommandSchema(Schema):
    id = fields.Integer(metadata={"description": "The command's id."})
    topic = fields.String(metadata={"description": "What is to be done."})
    payload = fields.Dict(metadata={"description": "What it is to be done with."})
    state = Word(
        CommandState,
        metadata={
            "description": (
                "`pending`: will be tried (again). `done`: done. `parked`: given up after its tries; retry or skip it. "
                "`skipped`: given up for good."
            )
        },
    )
    tries = fields.Integer(metadata={"description": "The number of tries."})
    last_error = fields.String(allow_none=True, metadata=ERROR)
    created_at = Instant(metadata={"description": "When it was given."})
    next_try_at = Instant(metadata={"description": "For a pending command: when the next try is due."})
    done_at = Instant(allow_none=True, metadata={"description": "When it was done or skipped; null if it was not."})
    parked_at = Instant(allow_none=True, metadata={"description": "When it was parked; null if it was not."})


class CommandFilterSchema(Schema):
    state = Choice(CommandState, metadata={"description": "Only commands in this state."})
    topic = Line(max=60, metadata={"description": "Only commands of this topic.", "example": "video.released"})
