"""The emulator's store: JSON records in one SQLite file, so that a killed emulator resumes where it was."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

Record = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id)
);
-- In the order of `seq`, so that a page of a long list is read without the rest.
CREATE INDEX IF NOT EXISTS records_by_kind ON records (kind);
"""
MATCHING_RECORDS = """
FROM records WHERE kind = ? AND NOT EXISTS (
    SELECT 1 FROM json_each(?) AS wanted WHERE json_extract(body, '$.' || wanted.key) IS NOT wanted.value
)
"""
FIND = f"SELECT body {MATCHING_RECORDS} ORDER BY seq"
NEWEST = f"SELECT seq, body {MATCHING_RECORDS} AND seq < ? ORDER BY seq DESC LIMIT ? OFFSET ?"
MAX_POSITION = 2**63 - 1
CHUNK = 200  # records read at once


class Store:
    """Records by kind and id, in the order of creation. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._depth = 0
        path.touch(mode=0o600)  # it contains keys
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # A commit survives a killed process without waiting for the disk; only a power failure can lose the last ones.
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a transaction, atomic for all readers; may be nested, the outermost commits."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._end_transaction("ROLLBACK")
                raise
            self._end_transaction("COMMIT")

    def _end_transaction(self, statement: str) -> None:
        self._depth -= 1
        if self._depth == 0 and self._connection.in_transaction:
            self._connection.execute(statement)

    def get(self, kind: str, record_id: str) -> Record | None:
        with self._lock:
            query = "SELECT body FROM records WHERE kind = ? AND id = ?"
            row = self._connection.execute(query, (kind, record_id)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, record_id: str, record: Record) -> None:
        statement = (
            "INSERT INTO records (kind, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body"
        )
        with self.transaction():
            self._connection.execute(statement, (kind, record_id, json.dumps(record)))

    def delete(self, kind: str, record_id: str) -> None:
        with self.transaction():
            self._connection.execute("DELETE FROM records WHERE kind = ? AND id = ?", (kind, record_id))

    def find(self, kind: str, **equals: str) -> list[Record]:
        """Return the records of a kind whose top-level fields have these values, oldest first."""
        with self._lock:
            rows = self._connection.execute(FIND, (kind, json.dumps(equals))).fetchall()
        return [json.loads(row[0]) for row in rows]

    def newest(
        self, kind: str, limit: int, *, equals: dict[str, str], skip: int = 0, before: int = MAX_POSITION
    ) -> tuple[list[Record], int | None]:
        """Return a page of `find`, newest first, and the position before which the next one begins; None at the end.

        A position stays valid, whatever is written or deleted meanwhile.
        """
        with self._lock:
            values = (kind, json.dumps(equals), before, limit + 1, skip)
            rows = self._connection.execute(NEWEST, values).fetchall()
        page = rows[:limit]
        return [json.loads(body) for _, body in page], page[-1][0] if len(rows) > limit else None

    def newest_first(self, kind: str, *, before: str | None = None, **equals: str) -> Iterator[Record]:
        """Yield the records of `find`, newest first: all, or those that are older than the one with this id.

        Raises:
            KeyError: there is none with this id.
        """
        position: int | None = MAX_POSITION if before is None else self._position(kind, before)
        while position is not None:
            page, position = self.newest(kind, CHUNK, equals=equals, before=position)
            yield from page

    def _position(self, kind: str, record_id: str) -> int:
        with self._lock:
            row = self._connection.execute(
                "SELECT seq FROM records WHERE kind = ? AND id = ?", (kind, record_id)
            ).fetchone()
        if row is None:
            raise KeyError(record_id)
        return int(row[0])

    def clear(self, *kinds: str) -> None:
        with self.transaction():
            for kind in kinds:
                self._connection.execute("DELETE FROM records WHERE kind = ?", (kind,))

    def close(self) -> None:
        with self._lock:
            self._connection.close()
