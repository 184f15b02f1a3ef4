"""Groups and imports at the size of a school: how long they take, what readers notice, and what a group's staff wait for."""

import argparse
import json
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import psutil

from bench import class_progress, load, report
from bench.class_groups import make_group, time_get
from bench.load import JSON, request
from bench.report import Table
from bench.servers import MEGABYTE
from bench.testbed import Testbed
from devstack.bootstrap import ROOT
from devstack.errors import DevstackError
from devstack.processes.programs import procfile_command
from devstack.terminal.console import say
from learnstream.services.enrollment import group_seats
from learnstream.stores.sql import db

MEMBERS, GIVEN = 5_000, 4
ROWS = 10_000
POLL = 2  # seconds: counting the seats of 5,000 members takes 0.2 of them
JOB_TARGET = 60  # seconds
READERS = 20
LATENCY_TARGET = 1.5  # times the p99 without a job
MEMORY_TARGET = 10  # megabytes, by which a worker may grow
SEAT_TARGET = 1.1  # times what a seat of one's own costs
SAMPLES = 20
CATALOGUE_PAGES = 10


def measure(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    """Measure seats and imports in a worker, then reads by seats of groups, then the progress of a class."""
    worker = _start_worker(testbed)
    _warm_up(testbed)
    jobs = _jobs(testbed, worker, options)
    testbed.restart()
    return [jobs, _seats(testbed), class_progress.measure(testbed)]


def _start_worker(testbed: Testbed) -> psutil.Process:
    settings, command = procfile_command(ROOT, "worker")
    testbed.programs.start("worker", command, testbed.environment | settings)
    return psutil.Process(testbed.programs.running[-1].process.pid)


def _warm_up(testbed: Testbed) -> None:
    """Run each job once: what a worker grows by then is no leak, and 110 MB of it are modules if it has only started."""
    first = (_give(testbed, MEMBERS, testbed.dataset.courses[:GIVEN]), _import(testbed, range(ROWS, 2 * ROWS)))
    with _waiting_for(lambda: all(is_done() for is_done in first)) as finished_at:
        failure = "the worker did not do its first jobs"
        testbed.programs.wait_until(lambda: bool(finished_at), failure, timeout=11 * JOB_TARGET)


def _jobs(testbed: Testbed, worker: psutil.Process, options: argparse.Namespace) -> Table:
    paths = [f"/courses?page={number}" for number in range(1, CATALOGUE_PAGES + 1)]
    reads = testbed.write_requests("catalogue", [request("GET", path) for path in paths])
    kinds: dict[str, Callable[[], Callable[[], bool]]] = {
        f"seats for {MEMBERS:,} in {GIVEN} courses": lambda: _give(testbed, MEMBERS, testbed.dataset.courses[:GIVEN]),
        f"import of {ROWS:,} rows": lambda: _import(testbed, range(ROWS)),
    }
    rows, data = [], []
    for name, start in kinds.items():
        quiet = median(_read(testbed, reads, options.seconds) for _ in range(options.rounds))
        with _watching(worker) as sizes:
            before, is_done, began, busy = sizes[0], start(), time.monotonic(), []
            with _waiting_for(is_done) as finished_at:
                while not finished_at:
                    busy.append(_read(testbed, reads, options.seconds))
        seconds, growth, ratio = finished_at[0] - began, max(sizes) - before, median(busy) / quiet
        say(f"  {name}: {seconds:.1f} s, p99 {median(busy):.0f} ms, {quiet:.0f} ms without, worker +{growth:.0f} MB")
        is_met = seconds <= JOB_TARGET and ratio <= LATENCY_TARGET and growth <= MEMORY_TARGET
        figures = (f"{seconds:.1f}", f"{quiet:.0f}", f"{median(busy):.0f}", f"{ratio:.2f}", f"{growth:.0f}")
        rows.append((name, *figures, report.verdict(is_met)))
        data.append({"job": name, "seconds": seconds, "p99": median(busy), "quiet_p99": quiet, "growth": growth})
    return Table(
        title="Work on a whole school",
        columns=("", "seconds", "catalogue alone, p99 ms", "meanwhile, p99 ms", "ratio", "worker's growth, MB", ""),
        rows=rows,
        note=f"In a worker as in the Procfile, while {READERS} connections read the catalogue. Targets: {JOB_TARGET} s, a "
        f"ratio of {LATENCY_TARGET}, {MEMORY_TARGET} MB.",
        data=data,
    )


def _read(testbed: Testbed, reads: Any, seconds: int) -> float:
    result = load.run(testbed.application.url, reads, connections=READERS, seconds=seconds)
    if result.fault:
        raise DevstackError(f"reads of the catalogue: {result.fault}")
    return result.p99


@contextmanager
def _watching(worker: psutil.Process) -> Iterator[list[float]]:
    """Record the resident memory of the worker, in megabytes, until the enclosed work is over."""
    over, sizes = threading.Event(), [worker.memory_info().rss / MEGABYTE]

    def watch() -> None:
        while not over.wait(0.1):
            sizes.append(worker.memory_info().rss / MEGABYTE)

    yield from _in_thread(watch, over, sizes)


@contextmanager
def _waiting_for(is_done: Callable[[], bool]) -> Iterator[list[float]]:
    """Record in a list when a job was done; infinity if it takes ten times as long as it may."""
    over, finished_at = threading.Event(), list[float]()

    def wait() -> None:
        deadline = time.monotonic() + 10 * JOB_TARGET
        while not over.wait(POLL):
            is_late = time.monotonic() > deadline
            if is_late or _is_done(is_done):
                finished_at.append(math.inf if is_late else time.monotonic())
                return

    yield from _in_thread(wait, over, finished_at)


def _is_done(is_done: Callable[[], bool]) -> bool:
    """Return whether a job is done; False if the application, which is busy, has no time to say."""
    try:
        return is_done()
    except (DevstackError, OSError):
        return False


def _in_thread(work: Callable[[], None], over: threading.Event, found: list[float]) -> Iterator[list[float]]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _give(testbed: Testbed, members: int, courses: Sequence[Any]) -> Callable[[], bool]:
    """Create a group of new students that is given courses. Return whether they have their seats."""
    group_id = make_group(testbed, testbed.dataset.add_users(members), courses)
    return lambda: _get(testbed, f"/admin/groups/{group_id}")["seats"]["due"] == 0


def _import(testbed: Testbed, numbers: Iterable[int]) -> Callable[[], bool]:
    """Request the import of a spreadsheet of people with these numbers. Return whether it is done."""
    people = (f"Person {number},person.{number}@example.com,{number:06}\n" for number in numbers)
    content = ("name,email,external_id\n" + "".join(people)).encode()
    created = _send(testbed, "POST", "/files", {"purpose": "import", "name": "school.csv", "size": len(content)})
    upload = created["upload"]
    response, _ = load.send(
        testbed.application.url,
        request("PUT", urlsplit(upload["url"]).path, headers=_headers(testbed) | upload["headers"], body=content),
    )
    if response.status != 204:
        raise DevstackError(f"upload: {response.status}")
    _send(testbed, "POST", f"/files/{created['id']}/complete", {})
    while _get(testbed, f"/files/{created['id']}")["state"] != "ready":
        time.sleep(0.2)
    job = _send(testbed, "POST", "/admin/imports", {"file_id": created["id"]})["id"]
    return lambda: _get(testbed, f"/admin/imports/{job}")["state"] == "done"


def _headers(testbed: Testbed) -> dict[str, str]:
    return {"Authorization": f"Bearer {testbed.dataset.admin_token}"}


def _get(testbed: Testbed, path: str) -> Any:
    return _answer(testbed, request("GET", path, headers=_headers(testbed)))


def _send(testbed: Testbed, method: str, path: str, body: dict[str, Any]) -> Any:
    return _answer(testbed, request(method, path, headers=_headers(testbed) | JSON, body=json.dumps(body).encode()))


def _answer(testbed: Testbed, sent: bytes) -> Any:
    response, body = load.send(testbed.application.url, sent)
    if response.status >= 300:
        raise DevstackError(f"{sent.splitlines()[0].decode()}: {response.status} {body[:300]!r}")
    return json.loads(body)


def _seats(testbed: Testbed) -> Table:
    """Compare reads by a seat of one's own with those by a seat of a group, in turns."""
    own, member = testbed.dataset.students[:2]
    course = own.courses[0]
    group_id = make_group(testbed, [member.id], [course])
    group_seats.carry_out({"group_id": group_id})
    db.session.commit()
    rows, data = [], []
    for name, path in (
        ("GET /courses/{id}/lessons", f"/courses/{course.id}/lessons"),
        ("GET /lessons/{id}/playback", f"/lessons/{course.lessons[0]}/playback"),
        ("GET /courses/{id}/progress", f"/courses/{course.id}/progress"),
    ):
        found: dict[int, list[float]] = {own.id: [], member.id: []}
        for _ in range(10 * SAMPLES):
            for student in (own, member):
                found[student.id].append(time_get(testbed, path, student.token))
        by_own, by_group = (median(values) for values in found.values())
        ratio = by_group / by_own
        rows.append((name, f"{by_own:.2f}", f"{by_group:.2f}", f"{ratio:.2f}", report.verdict(ratio <= SEAT_TARGET)))
        data.append({"request": name, "own": by_own, "group": by_group})
    return Table(
        title="Reading by a seat that a group gave",
        columns=("", "own seat, ms", "group's seat, ms", f"ratio, at most {SEAT_TARGET}", ""),
        rows=rows,
        note=f"Medians of {10 * SAMPLES} requests of one client, in turns.",
        data=data,
    )
