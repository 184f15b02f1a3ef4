"""Errors of the event feed, its followers, and the outbox."""

from datetime import timedelta

from learnstream.errors import AppError, Conflict, NotFound

EVENTS_KEPT = timedelta(days=90)  # retention of the feed


class EventsGone(AppError):
    status, code = 410, "events_gone"
    detail = f"Events are kept for {EVENTS_KEPT.days} days; start again without `after`, from the oldest one left."


class NoSuchFollower(NotFound):
    detail = "The follower does not exist."


class NoSuchParkedEvent(NotFound):
    detail = "The parked event does not exist; it may have been handled since."


class NotStuck(Conflict):
    code, detail = "follower_not_failing", "The follower is not failing at an event."


class NoSuchCommand(NotFound):
    detail = "The command does not exist; commands are kept for 7 days after they are done."


class NotParked(Conflict):
    code, detail = "not_parked", "Only a parked command can be retried or skipped."
