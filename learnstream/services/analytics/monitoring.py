"""The status report for operators: backlogs, parked work and the schedule's beat."""

from typing import Any

from learnstream.clock import age, now
from learnstream.documents import ScheduleBeat
from learnstream.documents.projection import Projection
from learnstream.documents.schedule_beat import StoredBeat
from learnstream.services.foundation import commands, events, follower_status, lease
from learnstream.services.media import reconciliation, webhooks

BEAT = "beat"


STORED = Projection(ScheduleBeat, StoredBeat)


def note_beat() -> None:
    """Record the schedule's beat: it has just run a job."""
    ScheduleBeat.collection().update_one({"_id": BEAT}, {"$max": {"at": now()}}, upsert=True)


def report() -> dict[str, Any]:
    """Return the status report; ages are in seconds."""
    stuck, first = reconciliation.stuck()
    beat = STORED.find_one({"_id": BEAT})
    last_at = beat["at"] if beat else None
    return {
        "outbox": commands.lag(),
        "commands": commands.lag_by_topic(),
        "webhook_events": webhooks.lag(),
        "videos": {"stuck": stuck, "first_stuck": first},
        "events": events.lag(),
        "followers": follower_status.browse(),
        "figures": {"as_of": (as_of := lease.notes(lease.ROLLUP).get("as_of")), "seconds": age(as_of)},
        "beat": {"last_at": last_at, "seconds": age(last_at)},
    }
