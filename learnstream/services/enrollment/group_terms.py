"""The terms on which groups are given courses and programs."""

from datetime import datetime

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.models.group import GroupCourse, GroupProgram


def set_terms(
    given: GroupCourse | GroupProgram,
    *,
    mandatory: bool = True,
    due_at: datetime | None = None,
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Set for what time members have what a group is given, and whether and until when they have to take it.

    Raises:
        Unprocessable: the seats would end before they begin.
    """
    if starts_at and expires_at and expires_at <= starts_at:
        raise Unprocessable(errors={"json": {"expires_at": ["Must be after `starts_at`."]}})
    given.mandatory, given.due_at, given.starts_at, given.expires_at = mandatory, due_at, starts_at, expires_at
    given.changed_at = now()
