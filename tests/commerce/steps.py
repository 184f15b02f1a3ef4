"""The steps between which a server can die: before and after every commit, and every call of the payment service."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

from learnstream.integrations.stripe.adapter import StripePayments
from learnstream.stores.sql import db

CALLS = (
    *("open_checkout", "find_checkout", "find_checkout_of_payment", "expire_checkout", "list_checkouts"),
    *("refund", "find_refund", "list_refunds", "find_dispute", "list_events"),
)


class Steps:
    """Counts the steps of this process, and dies at one of them, counted from 1; then it takes no further one.

    die: raises, or ends the process.
    """

    def __init__(self, last: int, die: Callable[[], Any]) -> None:
        self._left, self._die = last, die

    @property
    def died(self) -> bool:
        return self._left <= 0

    def reach(self, *_: object) -> None:
        """Reach the next step."""
        self._left -= 1
        if self.died:
            self._die()

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the steps of what is done meanwhile."""
        session = type(db.session())
        calls = [(StripePayments, name) for name in CALLS] + [(session, "commit")]
        with ExitStack() as patched:
            for owner, name in calls:
                call = getattr(owner, name)
                setattr(owner, name, self._around(call))
                patched.callback(setattr, owner, name, call)
            yield

    def _around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def stepped(*arguments: Any, **named: Any) -> Any:
            self.reach()
            result = call(*arguments, **named)
            self.reach()
            return result

        return stepped


class Crash(BaseException):
    """The process is gone: no handler of errors runs."""


def crash() -> None:
    raise Crash


@contextmanager
def crashing(step: int | None) -> Iterator[Steps | None]:
    """Crash at a step of the work in this process, counted from 1, if there are so many; None: do not."""
    if step is None:
        yield None
        return
    steps = Steps(step, crash)
    try:
        with steps.counted():
            yield steps
    except Crash:
        db.session.remove()
