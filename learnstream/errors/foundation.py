"""Errors of the event feed."""

from datetime import timedelta

from learnstream.errors import AppError

EVENTS_KEPT = timedelta(days=90)  # how long the feed holds them


class EventsGone(AppError):
    status, code = 410, "events_gone"
    detail = f"Events are kept for {EVENTS_KEPT.days} days; start again without `after`, from the oldest that is left."
