"""Background work: followers of the event feed, the events they parked, and commands of the outbox."""

from typing import Any

from learnstream.blueprints.admin import examples
from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.foundation import (
    EventsGone,
    NoSuchCommand,
    NoSuchFollower,
    NoSuchParkedEvent,
    NotParked,
    NotStuck,
)
from learnstream.models import OutboxMessage
from learnstream.schemas.foundation.background import (
    CommandFilterSchema,
    CommandSchema,
    FollowerSchema,
    ParkedEventFilterSchema,
    ParkedEventSchema,
    ReplaySchema,
)
from learnstream.services.foundation import commands, follower_status, parked_events
from learnstream.web.paging import Page


@blp.get("/followers")
@admins_only
@blp.response(200, FollowerSchema(many=True), example=[examples.FOLLOWER])
def list_followers() -> list[dict[str, Any]]:
    """List the followers of the event feed.

    A follower is a part of this system that reacts to events, such as the one that deletes videos after their last
    learner has left. Each has a position of its own in the feed.
    """
    return follower_status.browse()


@blp.post("/followers/<string:follower_name>/replay")
@blp.arguments(ReplaySchema, example=examples.REPLAY)
@confirms_caller
@admins_only
@commits()
@blp.response(200, FollowerSchema, example=examples.REPLAYED_FOLLOWER)
@blp.raises(NoSuchFollower, EventsGone)
def replay_follower(body: dict[str, Any], follower_name: str) -> dict[str, Any]:
    """Have a follower handle events again, from a position on.

    Its parked events from this position on are handled again as well. A failing follower runs again at once if
    `from_position` is the one after its present position.
    """
    return follower_status.replay(follower_name, body["from_position"], by=caller.id)


@blp.post("/followers/<string:follower_name>/park")
@confirms_caller
@admins_only
@commits()
@blp.response(200, FollowerSchema, example=examples.FOLLOWER)
@blp.raises(NoSuchFollower, NotStuck)
def park_event(follower_name: str) -> dict[str, Any]:
    """Park the event that a follower is failing at, so that it goes on with the next one.

    A follower does the same by itself once its tries have ended.
    """
    return follower_status.park(follower_name, by=caller.id)


@blp.get("/parked-events")
@admins_only
@blp.lists(ParkedEventSchema, query=ParkedEventFilterSchema, example=examples.PARKED_EVENT)
def list_parked_events(filters: dict[str, Any], page: Page) -> list[dict[str, Any]]:
    """List the events that followers gave up on, oldest first.

    A follower parks an event that keeps failing after its last try, and goes on with the next one. `last_error` says why.
    """
    return entries(page, parked_events.browse(**filters, part=requested_part(page)))


@blp.post("/parked-events/<row_id:parked_id>/retry")
@confirms_caller
@admins_only
@commits()
@blp.response(202, ParkedEventSchema, example=examples.RETRIED_EVENT)
@blp.raises(NoSuchParkedEvent)
def retry_parked_event(parked_id: int) -> dict[str, Any]:
    """Have a follower try a parked event again, once.

    If it succeeds, the event is parked no longer. The follower's position does not change.
    """
    return parked_events.retry(parked_id, by=caller.id)


@blp.post("/parked-events/<row_id:parked_id>/skip")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchParkedEvent)
def skip_parked_event(parked_id: int) -> None:
    """Remove a parked event: its follower will not handle it.

    Its follower's position does not change. Replaying the follower from an earlier position handles the event after all.
    """
    parked_events.skip(parked_id, by=caller.id)


@blp.get("/commands")
@admins_only
@blp.lists(CommandSchema, query=CommandFilterSchema, example=examples.COMMAND)
def list_commands(filters: dict[str, Any], page: Page) -> list[OutboxMessage]:
    """List commands, newest first.

    A command is work that a change has left to be done in the background. It is kept for 7 days after it is done.
    """
    return entries(page, commands.browse(**filters, part=requested_part(page)))


@blp.post("/commands/<row_id:command_id>/retry")
@confirms_caller
@admins_only
@commits()
@blp.response(202, CommandSchema, example=examples.RETRIED_COMMAND)
@blp.raises(NoSuchCommand, NotParked)
def retry_command(command_id: int) -> OutboxMessage:
    """Have a parked command tried again at once, with all its tries.

    Fix the cause in `last_error` first. A command that is pending is tried again by itself.
    """
    return commands.retry(command_id, by=caller.id)


@blp.post("/commands/<row_id:command_id>/skip")
@confirms_caller
@admins_only
@commits()
@blp.response(200, CommandSchema, example=examples.SKIPPED_COMMAND)
@blp.raises(NoSuchCommand, NotParked)
def skip_command(command_id: int) -> OutboxMessage:
    """Give up a parked command for good.

    It is listed as `skipped` for another 7 days, and then deleted.
    """
    return commands.skip(command_id, by=caller.id)
