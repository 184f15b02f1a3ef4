"""Whether the time of an error response reveals that an account exists: it should not."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from uuid import uuid4

from bench import load, report
from bench.load import JSON, request
from bench.report import Table
from bench.signin import client_address, login
from bench.testbed import Testbed
from devstack.errors import DevstackError
from devstack.terminal.console import say
from learnstream import tokens
from learnstream.clock import now
from learnstream.services.accounts import sessions

SAMPLES = 200
TARGET = 0.10
WRONG_PASSWORD = "a walrus in the cellar"
UNKNOWN_USER_ID = 10**12  # an account id that does not exist


@dataclass(frozen=True)
class RequestPair:
    """Two requests that should look the same from outside: about an existing account, and about none."""

    name: str
    known: Callable[[], bytes]
    unknown: Callable[[], bytes]


def measure(testbed: Testbed) -> Table:
    """Send requests about existing and missing accounts in turns."""
    rows, data = [], []
    for pair in _request_pairs(testbed):
        known, unknown = _samples(testbed.application.url, pair)
        difference = abs(known / unknown - 1)
        figures = (f"{known:.2f}", f"{unknown:.2f}", f"{difference:.1%}", f"at most {TARGET:.0%}")
        rows.append((pair.name, *figures, report.verdict(difference <= TARGET)))
        data.append({"request": pair.name, "known_ms": known, "unknown_ms": unknown, "difference": difference})
        say(f"  {pair.name}: {known:.2f} ms for known accounts, {unknown:.2f} ms for unknown ones")
    return Table(
        title="What time tells about accounts",
        columns=("request", "known, median ms", "unknown, median ms", "difference", "target", ""),
        rows=rows,
        note=f"{SAMPLES} samples each, in turns; the answers are the same.",
        data=data,
    )


def _request_pairs(testbed: Testbed) -> Iterator[RequestPair]:
    # Each account once: repeated failures are throttled.
    students = iter(testbed.dataset.students)
    yield RequestPair(
        "POST /auth/login, wrong password",
        known=lambda: login(next(students).email, WRONG_PASSWORD),
        unknown=lambda: login(f"{uuid4().hex}@example.com", WRONG_PASSWORD),
    )
    known_user_id = testbed.dataset.students[0].id
    yield RequestPair(
        "POST /auth/refresh, forged token",
        lambda: _forged_refresh(known_user_id),
        lambda: _forged_refresh(UNKNOWN_USER_ID),
    )


def _forged_refresh(user_id: int) -> bytes:
    """Build a refresh request whose token is genuine but for the end of its signature."""
    issued = now()
    claims = sessions.claims_for(
        user_id=user_id, session_id=uuid4(), kind="refresh", issued=issued, expires=issued + timedelta(days=1)
    )
    token = f"{tokens.mint(claims)[:-6]}AAAAAA"
    body = json.dumps({"refresh_token": token}).encode()
    return request("POST", "/auth/refresh", headers=JSON | client_address(), body=body)


def _samples(url: str, pair: RequestPair) -> tuple[float, float]:
    """Return the median milliseconds for both.

    Raises:
        DevstackError: the responses themselves differ.
    """
    responses: set[str] = set()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(SAMPLES):
        for durations, raw_request in zip(times, (pair.known(), pair.unknown()), strict=True):
            started = time.perf_counter()
            response, body = load.send(url, raw_request)
            durations.append((time.perf_counter() - started) * 1000)
            responses.add(f"{response.status} {json.loads(body) | {'request_id': ''}}")
    if len(responses) > 1:
        raise DevstackError(f"{pair.name}: the answers differ: {' / '.join(sorted(responses))}")
    return median(times[0]), median(times[1])
