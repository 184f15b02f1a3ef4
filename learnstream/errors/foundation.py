"""Errors of the event feed."""

from datetime import timedelta

from learnstream.errors import AppError

EVENTS_KEPT = timedelta(days=90)  # retention of the feed


class EventsGone(AppError):
    status, code = 410, "events_gone"
    detail = f"Events are kept for {EVENTS_KEPT.days} days; start again without `after`, from the oldest one left."
