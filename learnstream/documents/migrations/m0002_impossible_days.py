"""Remove days before a lesson was begun from learners' records, which once accepted any day.

The next roll-up processes the changed records again.
"""

from collections.abc import Mapping
from typing import Any

from learnstream.clock import now
from learnstream.documents.migrations import Step, Update
from learnstream.documents.progress import Progress


def remove_impossible_days(record: Mapping[str, Any]) -> Update | None:
    days = record.get("days") or {}
    first = _first_day(record)
    impossible = {f"days.{day}": "" for day in days if day < first}
    if not impossible:
        return None
    return {"$unset": impossible, "$set": {"updated_at": now()}, "$inc": {"revision": 1}}


def _first_day(record: Mapping[str, Any]) -> str:
    known = [record[name] for name in ("began_at", "opened_at") if record.get(name)]
    # Without a viewing, only the last report tells when the learner was active.
    return f"{min(known, default=record['updated_at']):%Y-%m-%d}"


FIELDS = ("days", "began_at", "opened_at", "updated_at", "revision")
# Records written since have `day_seconds`, and no such day.
STEPS = (Step(Progress, remove_impossible_days, FIELDS, guard=("revision",), only={"day_seconds": {"$exists": False}}),)
