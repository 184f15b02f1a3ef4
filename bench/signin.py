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
from bench.ceilings import PASSWORD, production_hasher
from bench.load import JSON, Result, request
from bench.report import Table
from bench.rounds import Runner
from bench.testbed import Testbed
from devstack.errors import DevstackError
from devstack.terminal.console import say

HASH_SAMPLES = 40
MIN_LOGIN_SECONDS = 8  # seconds that a measurement of logins takes at least: they are slow, so there are few of them
LOGIN_CONNECTIONS = 64
BACKGROUND_LOGINS = 8
READ_CONNECTIONS = 16
RATE_TARGET = 0.85
LATENCY_TARGET = 2.0

_address = count(1)


def login(email: str, password: str) -> bytes:
    return request(
        "POST",
        "/auth/login",
        headers=JSON | client_address(),
        body=json.dumps({"email": email, "password": password}).encode(),
    )


def client_address() -> dict[str, str]:
    """Return a client address of its own for the request, as a router in front would."""
    number = next(_address)
    return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def measure_rate(testbed: Testbed, options: argparse.Namespace) -> Table:
    """Measure logins per second against what the cores could hash if they did nothing else."""
    seconds = hash_cpu_seconds()
    ceiling = (os.cpu_count() or 1) / seconds
    rates = [_login_rate(testbed, max(MIN_LOGIN_SECONDS, options.seconds), ceiling) for _ in range(options.rounds)]
    ratio = median(rates) / ceiling
    figures = (f"{median(rates):.1f}", f"{seconds * 1000:.1f}", f"{ceiling:.1f}", f"{ratio:.2f}", f"{RATE_TARGET}")
    return Table(
        title="Login",
        columns=("request", "connections", "req/s", "one hash, ms of CPU", "cores ÷ hash", "ratio", "target", ""),
        rows=[("POST /auth/login", str(LOGIN_CONNECTIONS), *figures, report.verdict(ratio >= RATE_TARGET))],
        data=[{"rates": rates, "hash_seconds": seconds, "ceiling": ceiling, "ratio": ratio, "target": RATE_TARGET}],
    )


def _login_rate(testbed: Testbed, seconds: int, ceiling: float) -> float:
    # A second's work is left over when a measurement ends; the next one must not pay for it.
    testbed.application.wait_until_idle()
    found = load.run(testbed.application.url, _write_logins(testbed), connections=LOGIN_CONNECTIONS, seconds=seconds)
    _require_valid(found, "POST /auth/login")
    say(f"  POST /auth/login: {found.rate:.1f}/s of {ceiling:.1f}")
    return found.rate


def _write_logins(testbed: Testbed) -> Path:
    return testbed.write_requests("logins", [login(student.email, PASSWORD) for student in testbed.dataset.students])


def hash_cpu_seconds() -> float:
    """Return the CPU seconds of one password verification on an idle machine."""
    hasher = production_hasher()
    password_hash = hasher.hash(PASSWORD)

    def timed_hash() -> float:
        started = time.thread_time()
        hasher.verify(password_hash, PASSWORD)
        return time.thread_time() - started

    return median(timed_hash() for _ in range(HASH_SAMPLES))


def measure_reads_during_logins(testbed: Testbed, options: argparse.Namespace) -> Table:
    """Compare the p99 of reads during logins with that of a bare Flask beside as many hashes."""
    runner = Runner(testbed, options.seconds)
    reads = [each for each in testbed.scenarios.all() if each.name.startswith("GET") and each.status == 200]
    found: dict[str, list[tuple[float, float]]] = {read.name: [] for read in reads}
    for number in range(1, options.rounds + 1):
        for read in reads:
            file = runner.warm(read)
            pair = _read_p99(testbed, file, options.seconds), _bare_p99(testbed, options.seconds)
            found[read.name].append(pair)
            say(f"  {number}/{options.rounds}  {read.name:<30} p99 {pair[0]:.0f} ms, bare {pair[1]:.0f} ms")
    return _latency_table({name: (median(a), median(b)) for name, (a, b) in _split_pairs(found)})


def _split_pairs(found: dict[str, list[tuple[float, float]]]) -> list[tuple[str, tuple[list[float], list[float]]]]:
    return [(name, ([own for own, _ in pairs], [bare for _, bare in pairs])) for name, pairs in found.items()]


def _read_p99(testbed: Testbed, reads: Path, seconds: int) -> float:
    return _p99_during_logins(testbed.application.url, reads, _write_logins(testbed), seconds)


def _bare_p99(testbed: Testbed, seconds: int) -> float:
    bare = testbed.write_requests("bare", [request("GET", "/bare")])
    hashing = testbed.write_requests("hash", [request("POST", "/hash")])
    return _p99_during_logins(testbed.ceilings.url, bare, hashing, seconds)


def _p99_during_logins(url: str, reads: Path, logins: Path, seconds: int) -> float:
    """Return the p99 of reads during logins that begin before and end after them."""
    with ThreadPoolExecutor(1) as pool:
        login_run = pool.submit(load.run, url, logins, connections=BACKGROUND_LOGINS, seconds=seconds + 2)
        time.sleep(1)
        found = load.run(url, reads, connections=READ_CONNECTIONS, seconds=seconds)
        _require_valid(login_run.result(), "logins")
    _require_valid(found, "reads while others sign in")
    return found.p99


def _require_valid(found: Result, what: str) -> None:
    if found.fault:
        raise DevstackError(f"{what}: {found.fault}")


def _latency_table(found: dict[str, tuple[float, float]]) -> Table:
    rows = [
        (
            *(name, f"{own:.0f}", f"{bare:.0f}", f"{own / bare:.2f}", f"at most {LATENCY_TARGET:.0f}"),
            report.verdict(own <= LATENCY_TARGET * bare),
        )
        for name, (own, bare) in found.items()
    ]
    return Table(
        title=f"Reads while {BACKGROUND_LOGINS} sign in",
        columns=("request", "p99 ms", "bare Flask beside as many hashes, p99 ms", "ratio", "target", ""),
        rows=rows,
        note=f"{READ_CONNECTIONS} connections read.",
        data=[{"request": name, "p99": own, "bare_p99": bare} for name, (own, bare) in found.items()],
    )
