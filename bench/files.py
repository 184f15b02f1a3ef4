"""Transfers of large files: their speed, what they cost readers of the catalogue, and their memory."""

import argparse
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from flask import Flask, current_app

from bench import load, report
from bench.load import request
from bench.report import Table
from bench.testbed import Testbed
from bench.transfers import SIZE, Transfers
from devstack.errors import DevstackError
from devstack.terminal.console import say

DIRECTIONS = ("upload", "download")
SPEED_TARGET = 0.5  # of the bare script's
READERS = 20
LATENCY_TARGET = 2.0  # times the p99 without transfers
MEMORY_TARGET = 5.0  # megabytes a request
SAMPLE_INTERVAL = 0.005  # seconds
CATALOGUE_PAGES = 10


def measure(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    """Measure transfers of 50 MB."""
    transfers = Transfers(testbed)
    file_id, _ = transfers.upload()
    transfers.release(file_id)
    return [
        _speed(transfers, options.rounds),
        _latency(transfers, file_id, options),
        _memory(transfers, file_id, options.rounds),
    ]


def _speed(transfers: Transfers, rounds: int) -> Table:
    """Compare with the bare script, in turns."""
    own: dict[str, list[float]] = {direction: [] for direction in DIRECTIONS}
    bare: dict[str, list[float]] = {direction: [] for direction in DIRECTIONS}
    for number in range(1, rounds + 1):
        for direction, seconds in _transfer_both(transfers).items():
            own[direction].append(seconds)
        for direction, seconds in transfers.bare().items():
            bare[direction].append(seconds)
        say(
            f"  {number}/{rounds}  "
            + ", ".join(f"{name} {own[name][-1]:.2f} s, bare {bare[name][-1]:.2f} s" for name in own)
        )
    return _speed_table({name: (median(own[name]), median(bare[name])) for name in DIRECTIONS})


def _transfer_both(transfers: Transfers) -> dict[str, float]:
    file_id, seconds = transfers.upload()
    transfers.release(file_id)
    both = {"upload": seconds, "download": transfers.download(file_id)}
    transfers.remove(file_id)
    return both


def _speed_table(found: dict[str, tuple[float, float]]) -> Table:
    rows = []
    for name, (own, bare) in found.items():
        figures = (f"{SIZE / own / 1e6:.0f}", f"{SIZE / bare / 1e6:.0f}", f"{bare / own:.2f}", f"{SPEED_TARGET}")
        rows.append((name, *figures, report.verdict(bare / own >= SPEED_TARGET)))
    return Table(
        title="Files of 50 MB",
        columns=("", "MB/s", "PyMongo alone, MB/s", "ratio", "target", ""),
        rows=rows,
        note="One at a time, in GridFS, beside a script that does the same with PyMongo's own GridFS and no server.",
        data=[{"direction": name, "seconds": own, "bare_seconds": bare} for name, (own, bare) in found.items()],
    )


def _latency(transfers: Transfers, file_id: str, options: argparse.Namespace) -> Table:
    """Compare the p99 of readers of the catalogue with and without transfers, in turns."""
    paths = [f"/courses?page={number}" for number in range(1, CATALOGUE_PAGES + 1)]
    reads = transfers.testbed.write_requests("catalogue", [request("GET", path) for path in paths])
    kinds: dict[str, Callable[[], object]] = {
        "none": lambda: time.sleep(SAMPLE_INTERVAL),
        "uploads": lambda: transfers.remove(transfers.upload()[0]),
        "downloads": lambda: transfers.download(file_id),
    }
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(options.rounds):
        for name, transfer in kinds.items():
            with _repeating(transfer):
                result = load.run(
                    transfers.testbed.application.url, reads, connections=READERS, seconds=options.seconds
                )
            if result.fault:
                raise DevstackError(f"reads during {name}: {result.fault}")
            found[name].append(result.p99)
            say(f"  reads during {name}: p99 {result.p99:.0f} ms")
    return _latency_table({name: median(values) for name, values in found.items()})


@contextmanager
def _repeating(transfer: Callable[[], object]) -> Iterator[None]:
    """Repeat a transfer in a thread until the enclosed measurement is over."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    over = threading.Event()

    def repeat() -> None:
        with app.app_context():
            while not over.is_set():
                transfer()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _latency_table(found: dict[str, float]) -> Table:
    quiet = found.pop("none")
    return Table(
        title="Reads of the catalogue during transfers of 50 MB",
        columns=("", "p99 ms", "without, p99 ms", "ratio", "target", ""),
        rows=[
            (
                *(name, f"{p99:.0f}", f"{quiet:.0f}", f"{p99 / quiet:.2f}", f"at most {LATENCY_TARGET:.0f}"),
                report.verdict(p99 <= LATENCY_TARGET * quiet),
            )
            for name, p99 in found.items()
        ],
        note=f"{READERS} connections read; one client repeats the transfer.",
        data=[{"during": name, "p99": p99, "quiet_p99": quiet} for name, p99 in found.items()],
    )


def _memory(transfers: Transfers, file_id: str, rounds: int) -> Table:
    """Record by how much the larger worker grows during a transfer, once it has done several."""
    kinds = {
        "upload": lambda: transfers.remove(transfers.upload()[0]),
        "download": lambda: transfers.download(file_id),
    }
    grown = {}
    for name, transfer in kinds.items():
        for _ in range(2 * rounds):
            transfer()
        grown[name] = median(_growth(transfers.testbed, transfer) for _ in range(rounds))
    return Table(
        title="Memory of a transfer of 50 MB",
        columns=("", "MB", "target, MB", ""),
        rows=[
            (name, f"{size:.1f}", f"at most {MEMORY_TARGET:.0f}", report.verdict(size <= MEMORY_TARGET))
            for name, size in grown.items()
        ],
        note=f"The growth of a warm worker, sampled every {SAMPLE_INTERVAL * 1000:.0f} ms.",
        data=[{"direction": name, "megabytes": size} for name, size in grown.items()],
    )


def _growth(testbed: Testbed, transfer: Callable[[], object]) -> float:
    before = sum(testbed.application.memory().values())
    highest = [before]
    with _repeating(lambda: _sample(testbed, highest)):
        transfer()
    return max(highest) - before


def _sample(testbed: Testbed, sizes: list[float]) -> None:
    sizes.append(sum(testbed.application.memory().values()))
    time.sleep(SAMPLE_INTERVAL)
