"""Runs document migrations: each once, in batches, resuming after an interruption.

Nothing is locked: the running release reads and writes meanwhile. An update is conditional on the document being
unchanged since it was read; documents that have changed are read again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pymongo
from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import DocumentMigration
from learnstream.documents.migrations import Migration, Step, every
from learnstream.services.foundation import lease

BATCH = 500
PATIENCE = 60.0  # seconds for a batch
TRIES = 5  # attempts at a document that keeps changing; the next run finds those that are left


class Busy(RuntimeError):
    """Another process is running the migrations."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a migration or its preview: the numbers of documents read and changed."""

    name: str
    purpose: str
    read: int
    changed: int


def pending() -> list[Migration]:
    """Return the migrations that have not been completed, oldest first."""
    done = {state["_id"] for state in DocumentMigration.collection().find({"done_at": {"$ne": None}}, {"_id": 1})}
    return [migration for migration in every() if migration.name not in done]


def migrate(report: Callable[[str, int], None] = lambda name, read: None) -> list[Result]:
    """Run the pending migrations; `report` is called after each batch with the number of documents read so far.

    Raises:
        Busy: another process is running them.
    """
    with lease.hold("document migrations") as held:
        if held is None:
            raise Busy
        return [_run(migration, held, report) for migration in pending()]


def preview() -> list[Result]:
    """Count the documents that the pending migrations would change, without writing."""
    return [_preview(migration) for migration in pending()]


def _preview(migration: Migration) -> Result:
    read = changed = 0
    for step in migration.steps:
        for batch in _batches(step, None):
            read += len(batch)
            changed += sum(step.change(_given(document)) is not None for document in batch)
    return Result(migration.name, migration.purpose, read, changed)


def _run(migration: Migration, held: lease.Lease, report: Callable[[str, int], None]) -> Result:
    state = _begin(migration)
    read = changed = 0
    for number in range(state["step"], len(migration.steps)):
        after = state.get("after") if number == state["step"] else None
        for batch in _batches(migration.steps[number], after):
            read += len(batch)
            changed += _apply(migration.steps[number], batch)
            _note(migration, step=number, after=batch[-1]["_id"], changed=state["changed"] + changed)
            held.renew()
            report(migration.name, read)
    _note(migration, done_at=now())
    return Result(migration.name, migration.purpose, read, state["changed"] + changed)


def _begin(migration: Migration) -> dict[str, Any]:
    states = DocumentMigration.collection()
    fresh = {"step": 0, "changed": 0, "began_at": now()}
    states.update_one({"_id": migration.name}, {"$setOnInsert": fresh}, upsert=True)
    return dict(states.find_one({"_id": migration.name}) or fresh)


def _note(migration: Migration, **fields: Any) -> None:
    DocumentMigration.collection().update_one({"_id": migration.name}, {"$set": fields})


def _batches(step: Step, after: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield a step's documents in the order of their ids, starting after `after`."""
    while True:
        remaining = {} if after is None else {"_id": {"$gt": after}}
        with pymongo.timeout(PATIENCE):
            found = step.kind.collection().find({**step.only, **remaining}, step.fields).sort("_id").limit(BATCH)
            batch = list(found)
        if not batch:
            return
        yield batch
        after = batch[-1]["_id"]


def _apply(step: Step, batch: list[dict[str, Any]]) -> int:
    changed = 0
    for _ in range(TRIES):
        step.prepare(batch)
        writes = [write for document in batch if (write := _write(step, document))]
        if not writes:
            break
        with pymongo.timeout(PATIENCE):
            done = step.kind.collection().bulk_write(writes, ordered=False).modified_count
            changed += done
            if done == len(writes):
                break
            # The running release changed some in between, and its writes take precedence.
            batch = list(step.kind.collection().find({"_id": {"$in": [each["_id"] for each in batch]}}, step.fields))
    return changed


def _write(step: Step, document: dict[str, Any]) -> UpdateOne | None:
    update = step.change(_given(document))
    if update is None:
        return None
    as_read = {name: document.get(name, {"$exists": False}) for name in step.guard}
    return UpdateOne({"_id": document["_id"], **as_read}, update)


def _given(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "_id"}
