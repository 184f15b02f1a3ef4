"""PostgreSQL connections that cannot hang: every call is charged to the request's budget and cut when it is used up."""

from typing import Any, cast

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INERROR, connection, cursor
from sqlalchemy import Engine, event

from learnstream.errors import Unavailable
from learnstream.stores import bulkhead
from learnstream.stores.breaker import Breaker
from learnstream.stores.budget import UNBOUNDED_CALL, seconds_left, spending, watchdog

breaker = Breaker("postgres")

# Waiting for a lock ends so much sooner than a request's budget, in seconds, that PostgreSQL itself says so: the cut of a
# connection says that the server is gone, and it is not.
SOONER = 0.25
BRIEFEST_WAIT, BRIEFEST_CALL = 0.05, 0.1
# A transaction's limit is set anew when so much of the budget was spent since, in seconds.
STALE = 0.1


def require_time() -> None:
    """Ask nothing more for a request whose time for stores is used up: to cut that short would say nothing of PostgreSQL.

    Raises:
        Unavailable: with the breaker left as it is.
    """
    if seconds_left() < BRIEFEST_CALL:
        raise Unavailable("postgres")


def lock_patience() -> float:
    """Return for how many seconds a lock may be waited for now."""
    return max(BRIEFEST_WAIT, seconds_left() - SOONER)


class GuardedCursor(cursor):
    """A cursor whose statements are cut when the budget ends."""

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's own name
        breaker.admit()
        require_time()
        # Who holds a transaction, and perhaps a lock that others wait for, goes on.
        status = self.connection.info.transaction_status
        is_new = status == TRANSACTION_STATUS_IDLE
        place = bulkhead.postgres.place(is_bound=is_new)
        with place, spending(), watchdog.cutting(self.connection.fileno(), seconds_left()):
            super().execute(self._bounding_locks(query, status), vars)

    def _bounding_locks(self, query: Any, status: int) -> Any:
        """Let the statement set the limit for waiting for locks on its way, where the transaction's own is not right."""
        held, patience = cast(GuardedConnection, self.connection), lock_patience()
        if status == TRANSACTION_STATUS_INERROR:
            # What it rolls back to may be from before the limit was set.
            held.lock_patience = UNBOUNDED_CALL
            return query
        is_right = status != TRANSACTION_STATUS_IDLE and patience >= held.lock_patience - STALE
        if is_right or held.autocommit or self.name is not None or not isinstance(query, str):
            return query
        held.lock_patience = patience
        return f"SET LOCAL lock_timeout = {int(patience * 1000)}; {query}"


class GuardedConnection(connection):
    """A connection whose cursors and commits are guarded."""

    lock_patience = UNBOUNDED_CALL  # seconds, as the present transaction's statements have set it

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("cursor_factory", GuardedCursor)
        return super().cursor(*args, **kwargs)

    def commit(self) -> None:
        with bulkhead.postgres.place(is_bound=False), spending(), watchdog.cutting(self.fileno(), seconds_left()):
            super().commit()

    def rollback(self) -> None:
        """Roll back, or hang up, upon which the server rolls back: never fails, since the response is ready by then."""
        if self.closed:
            return
        try:
            # A short wait of its own, since the budget may be spent by then.
            with watchdog.cutting(self.fileno(), 0.2):
                super().rollback()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            self.close()


def guard(engine: Engine) -> None:
    """Make the engine open guarded connections, and tell the breaker how calls end."""

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, record: Any, args: Any, params: dict[str, Any]) -> connection:
        breaker.admit()
        require_time()
        try:
            with bulkhead.postgres.place(), spending():
                return psycopg2.connect(*args, connection_factory=GuardedConnection, **params)
        except psycopg2.OperationalError:
            breaker.failed()
            raise

    @event.listens_for(engine, "handle_error")
    def note_failure(context: Any) -> None:
        # A stale connection found by the pool's ping says nothing yet: the reconnect that follows does, if there is time.
        if context.is_disconnect and not (context.is_pre_ping and seconds_left() >= BRIEFEST_CALL):
            breaker.failed()

    @event.listens_for(engine, "after_cursor_execute")
    def note_success(*_: Any) -> None:
        breaker.succeeded()
