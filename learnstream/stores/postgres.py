"""PostgreSQL connections that cannot hang: each call is charged to the request's budget and interrupted at its end."""

from typing import Any, cast

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INERROR, connection, cursor
from sqlalchemy import Engine, event

from learnstream.errors import Unavailable
from learnstream.stores import bulkhead
from learnstream.stores.breaker import Breaker
from learnstream.stores.budget import UNBOUNDED_CALL, seconds_left, spending, watchdog

breaker = Breaker("postgres")

# Lock timeouts end this many seconds before the request's budget, so that PostgreSQL itself reports them: interrupting
# the connection would look like a failure of the server.
LOCK_MARGIN = 0.25
MIN_LOCK_TIMEOUT, MIN_CALL = 0.05, 0.1
# Seconds of the budget that may be spent before a transaction's lock timeout is set again.
LOCK_TOLERANCE = 0.1


def require_time() -> None:
    """Require that the request's budget allows another call: interrupting a very short one would prove nothing.

    Raises:
        Unavailable: the budget is used up; the breaker is left unchanged.
    """
    if seconds_left() < MIN_CALL:
        raise Unavailable("postgres")


def lock_timeout() -> float:
    """Return for how many seconds a statement may wait for a lock now."""
    return max(MIN_LOCK_TIMEOUT, seconds_left() - LOCK_MARGIN)


class GuardedCursor(cursor):
    """A cursor whose statements are interrupted when the budget ends."""

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's own name
        breaker.admit()
        require_time()
        # An open transaction may continue: it may hold a lock that others wait for.
        status = self.connection.info.transaction_status
        is_new = status == TRANSACTION_STATUS_IDLE
        slot = bulkhead.postgres.slot(is_bound=is_new)
        with slot, spending(), watchdog.cutting(self.connection.fileno(), seconds_left()):
            super().execute(self._with_lock_timeout(query, status), vars)

    def _with_lock_timeout(self, query: Any, status: int) -> Any:
        """Return the query, prefixed with a new lock timeout if the transaction's current one is outdated."""
        guarded, seconds = cast(GuardedConnection, self.connection), lock_timeout()
        if status == TRANSACTION_STATUS_INERROR:
            # The savepoint that it rolls back to may be older than the timeout.
            guarded.lock_timeout = UNBOUNDED_CALL
            return query
        is_current = status != TRANSACTION_STATUS_IDLE and seconds >= guarded.lock_timeout - LOCK_TOLERANCE
        if is_current or guarded.autocommit or self.name is not None or not isinstance(query, str):
            return query
        guarded.lock_timeout = seconds
        return f"SET LOCAL lock_timeout = {int(seconds * 1000)}; {query}"


class GuardedConnection(connection):
    """A connection whose cursors and commits are guarded."""

    lock_timeout = UNBOUNDED_CALL  # seconds, as set by the current transaction's statements

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("cursor_factory", GuardedCursor)
        return super().cursor(*args, **kwargs)

    def commit(self) -> None:
        with bulkhead.postgres.slot(is_bound=False), spending(), watchdog.cutting(self.fileno(), seconds_left()):
            super().commit()

    def rollback(self) -> None:
        """Roll back, or close the connection, so that the server rolls back. Never fails: the response is ready by then."""
        if self.closed:
            return
        try:
            # A separate timeout, since the budget may be used up.
            with watchdog.cutting(self.fileno(), 0.2):
                super().rollback()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            self.close()


def guard(engine: Engine) -> None:
    """Make the engine open guarded connections, and report the outcome of calls to the breaker."""

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, record: Any, args: Any, params: dict[str, Any]) -> connection:
        breaker.admit()
        require_time()
        try:
            with bulkhead.postgres.slot(), spending():
                return psycopg2.connect(*args, connection_factory=GuardedConnection, **params)
        except psycopg2.OperationalError:
            breaker.failed()
            raise

    @event.listens_for(engine, "handle_error")
    def note_failure(context: Any) -> None:
        # A stale connection found by the pool's ping proves nothing: the reconnect that follows does, if there is time.
        if context.is_disconnect and not (context.is_pre_ping and seconds_left() >= MIN_CALL):
            breaker.failed()

    @event.listens_for(engine, "after_cursor_execute")
    def note_success(*_: Any) -> None:
        breaker.succeeded()
