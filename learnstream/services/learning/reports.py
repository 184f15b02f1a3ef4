"""A caller's reports and reads of their progress in a lesson, as the API receives them."""

from typing import Any

from learnstream.policies.access import is_recorded
from learnstream.policies.views import Caller
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.services.learning import progress
from learnstream.services.learning.heartbeats import Heartbeat, Stretch
from learnstream.services.learning.progress import Outcome, Report, WatchedRecord


def submit(
    caller: Caller, lesson: VisibleLesson, *, heartbeat: dict[str, Any] | None, opened: bool, completed: bool
) -> Outcome:
    """Add a report to the caller's record of a lesson. Instructors watch their courses without a record.

    heartbeat: the fields of `Heartbeat`, with stretches as dictionaries; its viewing is the lesson's.

    Raises:
        see `progress.report`.
    """
    viewing = lesson.viewing
    context = progress.build_context(user_id=caller.id, lesson=lesson, viewing=viewing)
    submitted = Report(_heartbeat(viewing, **heartbeat) if heartbeat else None, opened=opened, completed=completed)
    recorded = is_recorded(caller, lesson.view, at=viewing.began_at if viewing else None)
    return progress.report(context, submitted, recorded=recorded)


def read(caller: Caller, lesson: VisibleLesson) -> WatchedRecord:
    """Return the caller's record of a lesson; an empty one if they watch it without a record."""
    context = progress.build_context(user_id=caller.id, lesson=lesson)
    return progress.read(context, recorded=is_recorded(caller, lesson.view))


def _heartbeat(viewing: Viewing | None, *, played: list[dict[str, Any]], **fields: Any) -> Heartbeat:
    return Heartbeat(**fields, played=tuple(Stretch(**stretch) for stretch in played), viewing=viewing)
