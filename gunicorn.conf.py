"""How a dyno serves the web: threads that wait for stores, and time to finish what was begun."""

import os
import socket

from gunicorn.workers.gthread import TConn, ThreadWorker

# What a client may keep a thread waiting for its next bytes, in seconds. Gunicorn's own threads wait for ever.
PATIENCE = 10.0


class ClientSocket(socket.socket):
    """A client's connection, for which a thread does not wait for ever."""

    def setblocking(self, flag: bool) -> None:
        self.settimeout(PATIENCE if flag else 0.0)


class DrainingWorker(ThreadWorker):
    """A threaded worker that waits for nobody for ever and drops nobody when it stops.

    Gunicorn's own keeps its listening socket open, without accepting, until the last request is done; whoever connects
    meanwhile waits and is then reset. This one accepts everybody who is already in the queue and closes the socket at
    once, so that a client is either served or refused.
    """

    def enqueue_req(self, conn: TConn) -> None:
        if not isinstance(conn.sock, ClientSocket):
            conn.sock = ClientSocket(fileno=conn.sock.detach())
        super().enqueue_req(conn)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            while self._accepts_one(listener):
                pass
            listener.close()

    def _accepts_one(self, listener: socket.socket) -> bool:
        before = self.nr_conns
        self.accept(listener)
        return self.nr_conns > before


def every_address() -> str:
    """Return the address that means all of them; dynos have IPv6, not every container has."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return "0.0.0.0"  # noqa: S104 - a dyno is reached from outside
    return "[::]"


bind = f"{every_address()}:{os.environ.get('PORT', '8000')}"
worker_class = DrainingWorker
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "5"))
timeout = 20
graceful_timeout = 20
# The router in front keeps connections for up to 90 s; closing later than it does spares clients a reset.
keepalive = 95
# Without it, one worker often accepts all connections.
reuse_port = True
# The application writes one line a request itself, as JSON.
accesslog = None
# From 25.1 on gunicorn opens a control socket; nobody here talks to it.
control_socket_disable = True
