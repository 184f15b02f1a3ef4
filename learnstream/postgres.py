"""PostgreSQL connections that cannot hang: every call is charged to the request's budget and cut when it is used up."""

from typing import Any

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, connection, cursor
from sqlalchemy import Engine, event

from learnstream import bulkhead
from learnstream.guards import Breaker, seconds_left, spending, watchdog

breaker = Breaker("postgres")


class GuardedCursor(cursor):
    """A cursor whose statements are cut when the budget ends."""

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's own name
        breaker.admit()
        # Who holds a transaction, and perhaps a lock that others wait for, goes on.
        is_new = self.connection.info.transaction_status == TRANSACTION_STATUS_IDLE
        place = bulkhead.postgres.place(is_bound=is_new)
        with place, spending(), watchdog.cutting(self.connection.fileno(), seconds_left()):
            super().execute(query, vars)


class GuardedConnection(connection):
    """A connection whose cursors and commits are guarded."""

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
        try:
            if seconds_left() <= 0:
                raise psycopg2.OperationalError("the request's time for stores is used up")
            with bulkhead.postgres.place(), spending():
                return psycopg2.connect(*args, connection_factory=GuardedConnection, **params)
        except psycopg2.OperationalError:
            breaker.failed()
            raise

    @event.listens_for(engine, "handle_error")
    def note_failure(context: Any) -> None:
        # A stale connection found by the pool's ping says nothing yet: the reconnect that follows does.
        if context.is_disconnect and not context.is_pre_ping:
            breaker.failed()

    @event.listens_for(engine, "after_cursor_execute")
    def note_success(*_: Any) -> None:
        breaker.succeeded()
