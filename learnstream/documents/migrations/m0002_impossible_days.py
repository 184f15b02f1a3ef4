"""Take days before the lesson was begun out of learners' records, which could once name any day.

The next roll-up counts such records anew.
"""

from collections.abc import Mapping
from typing import Any

from learnstream.clock import now
from learnstream.documents.migrations import Step, Update
from learnstream.documents.progress import Progress


def take_out(record: Mapping[str, Any]) -> Update | None:
    days = record.get("days") or {}
    first = _first_day(record)
    impossible = {f"days.{day}": "" for day in days if day < first}
    if not impossible:
        return None
    return {"$unset": impossible, "$set": {"updated_at": now()}, "$inc": {"revision": 1}}


def _first_day(record: Mapping[str, Any]) -> str:
    known = [record[name] for name in ("began_at", "opened_at") if record.get(name)]
    # Without a viewing, the last report is all that says when the learner was there.
    return f"{min(known, default=record['updated_at']):%Y-%m-%d}"


FIELDS = ("days", "began_at", "opened_at", "updated_at", "revision")
# Records written since have `day_seconds`, and no such day.
STEPS = (Step(Progress, take_out, FIELDS, guard=("revision",), only={"day_seconds": {"$exists": False}}),)
