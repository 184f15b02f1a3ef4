"""The size of a record in each store, indexes included: divide the space of a plan by it."""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import bson
from sqlalchemy import text

from bench import load
from bench.ceilings import PASSWORD
from bench.load import JSON
from bench.progress_records import report_in_heartbeats
from bench.record import RecordTestbed
from bench.report import Table
from bench.students import Student, auth_headers
from devstack.errors import DevstackError
from learnstream.documents import Progress
from learnstream.stores.redis import redis
from learnstream.stores.sql import db

DATASET_SHARE = 0.02  # of the full size of `record`
# Sessions that are started, and refreshes of each; both stay below a network's limits per minute.
SESSIONS, REFRESHES = 150, 6
MIN_RECORDS = 100  # records of a kind, below which an average means little
TABLES = "SELECT relname FROM pg_stat_user_tables ORDER BY relname"
TABLE_SIZE = "SELECT (SELECT count(*) FROM {0}), pg_table_size('{0}'), pg_indexes_size('{0}')"


@dataclass(frozen=True)
class Size:
    """The average bytes of one record of a kind, and of its index entries."""

    store: str
    kind: str
    count: int
    data: float
    indexes: float

    def cells(self) -> tuple[str, ...]:
        return (self.kind, self.store, *(f"{figure:,.0f}" for figure in (self.count, self.data, self.indexes)))


def measure(_: argparse.Namespace) -> Table:
    """Fill a data set, let students sign in, refresh and play, and read the sizes from the stores."""
    with RecordTestbed(DATASET_SHARE) as testbed:
        _create_records(testbed)
        one = report_in_heartbeats(testbed.dataset.students[-1], testbed.dataset.students[-1].courses[-1], lesson=1)
        found = [*documents(), *rows(), *keys()]
    reported = [size for size in found if size.count >= MIN_RECORDS]
    return Table(
        title="Bytes per record",
        columns=("record", "store", "records", "data", "indexes"),
        rows=[size.cells() for size in reported],
        note=f"MongoDB's data before compression. A record of ten minutes reported in 60 heartbeats: {len(bson.encode(one)):,} bytes.",
        data=[asdict(size) for size in reported],
    )


def documents() -> Iterator[Size]:
    """Read the sizes of MongoDB's documents; `data` is before compression, since copies compress too well."""
    store = Progress.collection().database
    store.client.admin.command("fsync")
    for name in sorted(store.list_collection_names()):
        found = store.command("collStats", name)
        if count := found["count"]:
            yield Size("MongoDB", name, count, found["avgObjSize"], found["totalIndexSize"] / count)


def rows() -> Iterator[Size]:
    """Read the sizes of PostgreSQL's rows."""
    for name in db.session.scalars(text(TABLES)).all():
        count, data, indexes = db.session.execute(text(TABLE_SIZE.format(name))).one()
        if count:
            yield Size("PostgreSQL", name, count, data / count, indexes / count)


def keys() -> Iterator[Size]:
    """Read the sizes of Redis' keys, grouped by their first two words."""
    found: dict[str, list[int]] = defaultdict(list)
    for key in redis.client.scan_iter(count=1000):
        found[":".join(key.decode().split(":")[:2])].append(redis.client.memory_usage(key) or 0)
    for kind, sizes in sorted(found.items()):
        yield Size("Redis", kind, len(sizes), sum(sizes) / len(sizes), 0.0)


def _create_records(testbed: RecordTestbed) -> None:
    """Sign in, refresh and play as learners do, so that there is a record of each kind."""
    students = testbed.dataset.students[:SESSIONS]
    tokens = [_post(testbed, "/auth/login", email=each.email, password=PASSWORD) for each in students]
    for _ in range(REFRESHES):
        tokens = [_post(testbed, "/auth/refresh", refresh_token=token) for token in tokens]
    for each in students:
        load.send(testbed.application.url, _playback(each))


def _playback(student: Student) -> bytes:
    return load.request("GET", f"/lessons/{student.courses[0].lessons[0]}/playback", headers=auth_headers(student))


def _post(testbed: RecordTestbed, path: str, **fields: str) -> str:
    body = json.dumps(fields).encode()
    response, content = load.send(testbed.application.url, load.request("POST", path, headers=JSON, body=body))
    if response.status != 200:
        raise DevstackError(f"POST {path} answered {response.status}: {content[:300]!r}")
    return str(json.loads(content)["refresh_token"])
