"""Sign-in: the rate of concurrent logins, and the latency of other requests meanwhile."""

import argparse
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from statistics import median

from bench import load, report
from bench.ceilings import PASSWORD, hasher_of_production
from bench.load import JSON, Result, request
from bench.report import Table
from bench.rounds import Runner
from bench.stage import Stage
from devstack.errors import DevstackError
from devstack.terminal.console import say

HASHES = 40
LONGEST_LOGIN = 8  # seconds that a measurement of logins takes at least: they are slow, so there are few of them
LOGINS_AT_ONCE = 64
LOGINS_BESIDE = 8
READERS = 16  # connections
RATE_TARGET = 0.85
BESIDE_TARGET = 2.0

_address = count(1)


def login(email: str, password: str) -> bytes:
    return request(
        "POST",
        "/auth/login",
        headers=JSON | from_somewhere(),
        body=json.dumps({"email": email, "password": password}).encode(),
    )


def from_somewhere() -> dict[str, str]:
    """Return a client address of its own for the request, as a router in front would."""
    number = next(_address)
    return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def rate(stage: Stage, options: argparse.Namespace) -> Table:
    """Measure logins per second against what the cores could hash if they did nothing else."""
    seconds = cpu_of_a_hash()
    ceiling = (os.cpu_count() or 1) / seconds
    rates = [_logins_a_second(stage, max(LONGEST_LOGIN, options.seconds), ceiling) for _ in range(options.rounds)]
    ratio = median(rates) / ceiling
    figures = (f"{median(rates):.1f}", f"{seconds * 1000:.1f}", f"{ceiling:.1f}", f"{ratio:.2f}", f"{RATE_TARGET}")
    return Table(
        title="Login",
        columns=("request", "connections", "req/s", "one hash, ms of CPU", "cores ÷ hash", "ratio", "target", ""),
        rows=[("POST /auth/login", str(LOGINS_AT_ONCE), *figures, report.verdict(ratio >= RATE_TARGET))],
        data=[{"rates": rates, "hash_seconds": seconds, "ceiling": ceiling, "ratio": ratio, "target": RATE_TARGET}],
    )


def _logins_a_second(stage: Stage, seconds: int, ceiling: float) -> float:
    # A second's work is left over when a measurement ends; the next one must not pay for it.
    stage.application.rest()
    found = load.run(stage.application.url, _logins(stage), connections=LOGINS_AT_ONCE, seconds=seconds)
    _require_answers(found, "POST /auth/login")
    say(f"  POST /auth/login: {found.rate:.1f}/s of {ceiling:.1f}")
    return found.rate


def _logins(stage: Stage) -> Path:
    return stage.keep("logins", [login(student.email, PASSWORD) for student in stage.school.students])


def cpu_of_a_hash() -> float:
    """Return the CPU seconds of one password verification on an idle machine."""
    hasher = hasher_of_production()
    password_hash = hasher.hash(PASSWORD)

    def one() -> float:
        began = time.thread_time()
        hasher.verify(password_hash, PASSWORD)
        return time.thread_time() - began

    return median(one() for _ in range(HASHES))


def beside(stage: Stage, options: argparse.Namespace) -> Table:
    """Compare the p99 of reads during logins with that of a bare Flask beside as many hashes."""
    runner = Runner(stage, options.seconds)
    reads = [each for each in stage.scenarios.all() if each.name.startswith("GET") and each.status == 200]
    found: dict[str, list[tuple[float, float]]] = {read.name: [] for read in reads}
    for number in range(1, options.rounds + 1):
        for read in reads:
            file = runner.warm(read)
            pair = _slowest_read(stage, file, options.seconds), _slowest_bare(stage, options.seconds)
            found[read.name].append(pair)
            say(f"  {number}/{options.rounds}  {read.name:<30} p99 {pair[0]:.0f} ms, bare {pair[1]:.0f} ms")
    return _beside_table({name: (median(a), median(b)) for name, (a, b) in _unzipped(found)})


def _unzipped(found: dict[str, list[tuple[float, float]]]) -> list[tuple[str, tuple[list[float], list[float]]]]:
    return [(name, ([own for own, _ in pairs], [bare for _, bare in pairs])) for name, pairs in found.items()]


def _slowest_read(stage: Stage, reads: Path, seconds: int) -> float:
    return _both(stage.application.url, reads, _logins(stage), seconds)


def _slowest_bare(stage: Stage, seconds: int) -> float:
    bare, hashing = stage.keep("bare", [request("GET", "/bare")]), stage.keep("hash", [request("POST", "/hash")])
    return _both(stage.ceilings.url, bare, hashing, seconds)


def _both(url: str, reads: Path, logins: Path, seconds: int) -> float:
    """Return the p99 of reads during logins that begin before and end after them."""
    with ThreadPoolExecutor(1) as pool:
        signing = pool.submit(load.run, url, logins, connections=LOGINS_BESIDE, seconds=seconds + 2)
        time.sleep(1)
        found = load.run(url, reads, connections=READERS, seconds=seconds)
        _require_answers(signing.result(), "logins")
    _require_answers(found, "reads while others sign in")
    return found.p99


def _require_answers(found: Result, what: str) -> None:
    if found.fault:
        raise DevstackError(f"{what}: {found.fault}")


def _beside_table(found: dict[str, tuple[float, float]]) -> Table:
    rows = [
        (
            *(name, f"{own:.0f}", f"{bare:.0f}", f"{own / bare:.2f}", f"at most {BESIDE_TARGET:.0f}"),
            report.verdict(own <= BESIDE_TARGET * bare),
        )
        for name, (own, bare) in found.items()
    ]
    return Table(
        title=f"Reads while {LOGINS_BESIDE} sign in",
        columns=("request", "p99 ms", "bare Flask beside as many hashes, p99 ms", "ratio", "target", ""),
        rows=rows,
        note=f"{READERS} connections read.",
        data=[{"request": name, "p99": own, "bare_p99": bare} for name, (own, bare) in found.items()],
    )
