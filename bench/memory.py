"""A web worker's memory over many requests."""

from bench import load, report
from bench.ceilings import PASSWORD
from bench.report import Table
from bench.rounds import EVEN, FASTEST
from bench.scenarios import some
from bench.signin import login
from bench.stage import Stage
from devstack.errors import DevstackError
from devstack.terminal.console import say

REQUESTS = 100_000
SETTLED = 20_000  # requests after which a worker's memory has settled
TURN = 5  # seconds
LOGINS = 20  # per turn: a worker keeps the memory that hashing allocates
LARGEST = 160  # megabytes per worker
GROWTH = 5  # megabytes of further growth that are no leak: malloc arenas of its threads


def measure(stage: Stage) -> Table:
    """Send every kind of request to newly started workers, and record how large they become."""
    stage.restart()
    sent, sizes = 0, {0: _largest(stage)}
    while sent < REQUESTS:
        sent += _turn(stage)
        sizes[sent] = _largest(stage)
        say(f"  {sent} requests: {sizes[sent]:.0f} MB")
    settled = next(size for number, size in sizes.items() if number >= SETTLED)
    return _table(sizes, settled=settled, end=sizes[sent])


def _turn(stage: Stage) -> int:
    file = stage.keep("everything", _everything(stage))
    found = load.run(stage.application.url, file, connections=EVEN, seconds=TURN)
    if found.fault:
        raise DevstackError(f"memory: {found.fault}")
    return found.requests


def _everything(stage: Stage) -> list[bytes]:
    """Return logins, then all kinds of requests interleaved; kinds sent once have enough requests never to repeat."""
    kinds = [
        some(scenario.requests(), FASTEST * TURN // 4 if scenario.once else scenario.distinct)
        for scenario in stage.scenarios.all()
    ]
    longest = max(map(len, kinds))
    logins = [login(student.email, PASSWORD) for student in stage.school.students[:LOGINS]]
    return logins + [kind[place % len(kind)] for place in range(longest) for kind in kinds]


def _largest(stage: Stage) -> float:
    return max(stage.application.memory().values())


def _table(sizes: dict[int, float], *, settled: float, end: float) -> Table:
    growth = end - settled
    return Table(
        title="Memory of a web worker",
        columns=("", "MB", "target, MB", ""),
        rows=[
            (f"after {max(sizes):,} requests", f"{end:.0f}", f"at most {LARGEST}", report.verdict(end <= LARGEST)),
            (f"grown since {SETTLED:,}", f"{growth:.1f}", f"at most {GROWTH}", report.verdict(growth <= GROWTH)),
        ],
        note="Resident, of the larger worker; every kind of request in turns.",
        data=[{"requests": number, "megabytes": size} for number, size in sizes.items()],
    )
