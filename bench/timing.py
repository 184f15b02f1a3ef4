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
from bench.signin import from_somewhere, login
from bench.stage import Stage
from devstack.errors import DevstackError
from devstack.terminal.console import say
from learnstream import tokens
from learnstream.clock import now
from learnstream.services.accounts import sessions

SAMPLES = 200
TARGET = 0.10
WRONG = "a walrus in the cellar"
NOBODY = 10**12  # an account id that does not exist


@dataclass(frozen=True)
class Guess:
    """Two requests that should look the same from outside: about an existing account, and about none."""

    name: str
    known: Callable[[], bytes]
    unknown: Callable[[], bytes]


def measure(stage: Stage) -> Table:
    """Send requests about existing and missing accounts in turns."""
    rows, data = [], []
    for guess in _guesses(stage):
        known, unknown = _samples(stage.application.url, guess)
        difference = abs(known / unknown - 1)
        figures = (f"{known:.2f}", f"{unknown:.2f}", f"{difference:.1%}", f"at most {TARGET:.0%}")
        rows.append((guess.name, *figures, report.verdict(difference <= TARGET)))
        data.append({"request": guess.name, "known_ms": known, "unknown_ms": unknown, "difference": difference})
        say(f"  {guess.name}: {known:.2f} ms for known accounts, {unknown:.2f} ms for unknown ones")
    return Table(
        title="What time tells about accounts",
        columns=("request", "known, median ms", "unknown, median ms", "difference", "target", ""),
        rows=rows,
        note=f"{SAMPLES} samples each, in turns; the answers are the same.",
        data=data,
    )


def _guesses(stage: Stage) -> Iterator[Guess]:
    # Each account once: repeated failures are throttled.
    people = iter(stage.school.students)
    yield Guess(
        "POST /auth/login, wrong password",
        known=lambda: login(next(people).email, WRONG),
        unknown=lambda: login(f"{uuid4().hex}@example.com", WRONG),
    )
    somebody = stage.school.students[0].id
    yield Guess("POST /auth/refresh, forged token", lambda: _forged(somebody), lambda: _forged(NOBODY))


def _forged(user_id: int) -> bytes:
    """Build a refresh request whose token is genuine but for the end of its signature."""
    issued = now()
    claims = sessions.claims_for(
        user_id=user_id, session_id=uuid4(), kind="refresh", issued=issued, expires=issued + timedelta(days=1)
    )
    token = f"{tokens.mint(claims)[:-6]}AAAAAA"
    body = json.dumps({"refresh_token": token}).encode()
    return request("POST", "/auth/refresh", headers=JSON | from_somewhere(), body=body)


def _samples(url: str, guess: Guess) -> tuple[float, float]:
    """Return the median milliseconds for both.

    Raises:
        DevstackError: the responses themselves differ.
    """
    answers: set[str] = set()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(SAMPLES):
        for taken, made in zip(times, (guess.known(), guess.unknown()), strict=True):
            began = time.perf_counter()
            answer, body = load.send(url, made)
            taken.append((time.perf_counter() - began) * 1000)
            answers.add(f"{answer.status} {json.loads(body) | {'request_id': ''}}")
    if len(answers) > 1:
        raise DevstackError(f"{guess.name}: the answers differ: {' / '.join(sorted(answers))}")
    return median(times[0]), median(times[1])
