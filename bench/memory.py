"""A web worker's memory over many requests."""

from bench import load, report
from bench.ceilings import PASSWORD
from bench.report import Table
from bench.rounds import MAX_RATE, MIN_EVEN_CONNECTIONS
from bench.scenarios import take
from bench.signin import login
from bench.testbed import Testbed
from devstack.errors import DevstackError
from devstack.terminal.console import say

REQUESTS = 100_000
SETTLED_AFTER = 20_000  # requests after which a worker's memory has settled
TURN_SECONDS = 5
LOGINS_PER_TURN = 20  # per turn: hashing allocates more memory than anything else
MAX_MEGABYTES = 160  # per worker
MAX_GROWTH_MEGABYTES = 5  # growth that is no leak: malloc arenas of its threads


def measure(testbed: Testbed) -> Table:
    """Send every kind of request to newly started workers, and record how large they become."""
    testbed.restart()
    sent, sizes = 0, {0: _largest_worker(testbed)}
    while sent < REQUESTS:
        sent += _turn(testbed)
        sizes[sent] = _largest_worker(testbed)
        say(f"  {sent} requests: {sizes[sent]:.0f} MB")
    settled = next(size for number, size in sizes.items() if number >= SETTLED_AFTER)
    server = testbed.application
    share, peak = max(server.proportional_memory().values()), max(server.peak_memory().values())
    return _table(sizes, settled=settled, end=sizes[sent], share=share, peak=peak)


def _turn(testbed: Testbed) -> int:
    file = testbed.write_requests("everything", _all_requests(testbed))
    result = load.run(testbed.application.url, file, connections=MIN_EVEN_CONNECTIONS, seconds=TURN_SECONDS)
    if result.fault:
        raise DevstackError(f"memory: {result.fault}")
    return result.requests


def _all_requests(testbed: Testbed) -> list[bytes]:
    """Return logins, then all kinds of requests interleaved; kinds sent once have enough requests never to repeat."""
    kinds = [
        take(scenario.requests(), MAX_RATE * TURN_SECONDS // 4 if scenario.once else scenario.distinct)
        for scenario in testbed.scenarios.all()
    ]
    longest = max(map(len, kinds))
    logins = [login(student.email, PASSWORD) for student in testbed.dataset.students[:LOGINS_PER_TURN]]
    return logins + [kind[index % len(kind)] for index in range(longest) for kind in kinds]


def _largest_worker(testbed: Testbed) -> float:
    return max(testbed.application.memory().values())


def _table(sizes: dict[int, float], *, settled: float, end: float, share: float, peak: float) -> Table:
    growth = end - settled
    return Table(
        title="Memory of a web worker",
        columns=("", "MB", "target, MB", ""),
        rows=[
            (
                f"after {max(sizes):,} requests",
                f"{end:.0f}",
                f"at most {MAX_MEGABYTES}",
                report.verdict(end <= MAX_MEGABYTES),
            ),
            (
                f"grown since {SETTLED_AFTER:,}",
                f"{growth:.1f}",
                f"at most {MAX_GROWTH_MEGABYTES}",
                report.verdict(growth <= MAX_GROWTH_MEGABYTES),
            ),
            ("its proportional set size (PSS)", f"{share:.0f}", "", ""),
            ("its peak, while it hashed a password", f"{peak:.0f}", "", ""),
        ],
        note="Resident, of the larger worker; every kind of request in turns. PSS divides pages that processes share.",
        data=[{"requests": number, "megabytes": size} for number, size in sizes.items()]
        + [{"pss_megabytes": share, "peak_megabytes": peak}],
    )
