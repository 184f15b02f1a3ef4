"""A log for operators: the files that were removed, and the time of the last sweep."""

from typing import Any

from learnstream.clock import age, now
from learnstream.documents.file import File, FileSweep, StoredSweep
from learnstream.documents.projection import Projection
from learnstream.services.media.file_removal import Reason

ID = "files"
STORED = Projection(FileSweep, StoredSweep)


def count(reason: Reason, *, number: int, size: int) -> None:
    """Add to what was removed for a reason; `size` is in bytes."""
    added = {f"removed.{reason}.count": number, f"removed.{reason}.bytes": size}
    FileSweep.collection().update_one({"_id": ID}, {"$inc": added}, upsert=True)


def note_run() -> None:
    """Record that a sweep has ended."""
    FileSweep.collection().update_one({"_id": ID}, {"$max": {"last_run_at": now()}}, upsert=True)


def report() -> dict[str, Any]:
    """Return how many files wait for their check, since when, and what was removed so far; ages are in seconds."""
    waiting = {"due_at": {"$exists": True}}
    oldest = File.collection().find_one(waiting, {"state_at": 1}, sort=[("state_at", 1)])
    oldest_at = oldest["state_at"] if oldest else None
    sweep: StoredSweep = STORED.find_one({"_id": ID}) or {"_id": ID, "last_run_at": None, "removed": {}}
    return {
        "processing": File.collection().count_documents(waiting),
        "oldest_at": oldest_at,
        "seconds": age(oldest_at) or 0.0,
        "swept_at": sweep["last_run_at"],
        "removed": {reason.value: sweep["removed"].get(reason, {"count": 0, "bytes": 0}) for reason in Reason},
    }
