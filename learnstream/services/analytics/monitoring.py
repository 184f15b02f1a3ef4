"""How things stand: what waits, what was given up, and whether the schedule is alive."""

from datetime import datetime
from typing import Any

from learnstream.clock import now
from learnstream.documents import ScheduleBeat
from learnstream.services.foundation import events, lease, outbox
from learnstream.services.media import reconciliation, webhooks

BEAT = "beat"


def note_beat() -> None:
    """Note that the schedule has just run a job."""
    ScheduleBeat.collection().update_one({"_id": BEAT}, {"$max": {"at": now()}}, upsert=True)


def report() -> dict[str, Any]:
    """Return what somebody who runs the platform wants to know at a glance. Ages are in seconds."""
    stuck, first = reconciliation.stuck()
    beat = ScheduleBeat.collection().find_one({"_id": BEAT})
    last_at: datetime | None = beat["at"] if beat else None
    return {
        "outbox": outbox.lag(),
        "webhook_events": webhooks.lag(),
        "videos": {"stuck": stuck, "first_stuck": first},
        "events": events.lag(),
        "figures": {"as_of": (as_of := lease.notes(lease.ROLLUP).get("as_of")), "seconds": _age(as_of)},
        "beat": {"last_at": last_at, "seconds": _age(last_at)},
    }


def _age(since: datetime | None) -> float | None:
    return (now() - since).total_seconds() if since else None
