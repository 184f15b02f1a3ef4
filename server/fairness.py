"""Fair queueing of requests that occupy a thread for long: those that hash a password, and uploads of files."""

from collections import Counter, deque
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

from gunicorn.util import unquote_to_wsgi_str
from gunicorn.workers.gthread import TConn

from server import error_responses
from server.outgoing import READ
from server.worker import BufferingWorker

# As many as a worker hashes in about seven seconds. Further clients are told to retry later.
MAX_QUEUE = 200
# Each keeps its body on the disk meanwhile.
MAX_UPLOADS = 20
# Bytes that the long bodies which a worker is receiving may have together: they are on its disk. A client may take half an
# hour for one, on any number of connections.
MAX_RECEIVING = 2_000_000_000


class FairQueue:
    """Requests of a kind: those that run, in one of `slots` threads, and those that wait for a slot.

    Free slots go to each network in turn, so that a network with many requests delays only its own.
    """

    def __init__(self, slots: int, limit: int = MAX_QUEUE) -> None:
        self.slots, self.limit = slots, limit
        self.running: set[TConn] = set()
        self.waiting: dict[str, deque[TConn]] = {}
        self.network_of: dict[TConn, str] = {}

    def add(self, conn: TConn, network: str) -> TConn | None:
        """Append a connection; if the queue is too long, remove and return the last one of the busiest network."""
        self.waiting.setdefault(network, deque()).append(conn)
        self.network_of[conn] = network
        if len(self.network_of) <= self.limit:
            return None
        last = max(self.waiting.values(), key=len)[-1]
        self.remove(last)
        return last

    def remove(self, conn: TConn) -> None:
        """Remove a connection, whether it waits or runs."""
        self.running.discard(conn)
        if network := self.network_of.pop(conn, None):
            self.waiting[network].remove(conn)
            if not self.waiting[network]:
                del self.waiting[network]

    def take_ready(self) -> list[TConn]:
        """Move waiting connections to free slots and return them."""
        ready = []
        while self.waiting and len(self.running) < self.slots:
            network, conns = next(iter(self.waiting.items()))
            conn = conns[0]
            self.remove(conn)
            if conns:
                self.waiting[network] = self.waiting.pop(network)
            self.running.add(conn)
            ready.append(conn)
        return ready


class FairWorker(BufferingWorker):
    """A worker that keeps threads free for other requests, however many hash passwords or store files at the same time.

    Those have half and a quarter of the threads but one, and wait in a queue, without a thread. A full queue rejects
    further requests: their clients would time out first, and passwords would be hashed in vain. While too much is being
    received, it rejects the last upload of the network with the most.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hashing_queue = FairQueue(max(1, (self.cfg.threads - 1) // 2))
        self.upload_queue = FairQueue(max(1, (self.cfg.threads - 1) // 4), MAX_UPLOADS)
        # The networks of the connections whose long bodies are being received.
        self.uploading: dict[TConn, str] = {}

    def receive(self, conn: TConn) -> None:
        super().receive(conn)
        if conn in self.receiving and conn.parser.expected and conn not in self.uploading:
            self.uploading[conn] = self._network_of(conn)
            self._limit_receiving()

    def _limit_receiving(self) -> None:
        sizes: Counter[str] = Counter()
        for conn, network in self.uploading.items():
            sizes[network] += conn.parser.expected
        if sizes.total() > MAX_RECEIVING:
            busiest = max(sizes, key=lambda network: sizes[network])
            self.log.warning("an upload was rejected: %s are being received", len(self.uploading))
            last = next(conn for conn in reversed(self.uploading) if self.uploading[conn] == busiest)
            self.reject(last, HTTPStatus.SERVICE_UNAVAILABLE, "busy")

    def reject(self, conn: TConn, status: HTTPStatus, code: str) -> None:
        self.uploading.pop(conn, None)
        super().reject(conn, status, code)

    def close(self, conn: TConn) -> None:
        self.uploading.pop(conn, None)
        super().close(conn)

    def submit(self, conn: TConn) -> None:
        self.uploading.pop(conn, None)
        queue = self._queue_for(conn)
        if queue is None:
            super().submit(conn)
            return
        if last := queue.add(conn, self._network_of(conn)):
            self.log.warning("a request was rejected: %s are waiting", queue.limit)
            self.reject(last, HTTPStatus.SERVICE_UNAVAILABLE, "busy")
        if last is not conn:
            self.watch(conn, self.on_readable_while_queued)
            self.submit_ready()

    def _queue_for(self, conn: TConn) -> FairQueue | None:
        """Return where a request waits if the application will take long for it."""
        if conn.parser.has_long_body:
            return self.upload_queue
        request = conn.parser.mesg
        hashes = getattr(self.wsgi, "hashes_password", None)
        if hashes is None or not hashes(request.method, unquote_to_wsgi_str(request.path)):
            return None
        return self.hashing_queue

    def _network_of(self, conn: TConn) -> str:
        """Return the client's network."""
        forwarded_for = ",".join(value for name, value in conn.parser.mesg.headers if name == "X-FORWARDED-FOR")
        network: str = self.wsgi.network_of(error_responses.address(conn.client), forwarded_for)
        return network

    def on_readable_while_queued(self, conn: TConn) -> None:
        """Remove a client that disconnects; stop watching one that has sent much of its next request already."""
        data = conn.sock.receive_available()
        if data == b"":
            self._leave_queues(conn)
            self.close(conn)
        elif data:
            conn.parser.data += data
            if len(conn.parser.data) >= READ:
                self.unwatch(conn)

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        self._leave_queues(conn)
        super().finish_request(conn, fs)
        self.submit_ready()

    def submit_ready(self) -> None:
        for queue in (self.hashing_queue, self.upload_queue):
            for conn in queue.take_ready():
                self.unwatch(conn)
                super().submit(conn)

    def _leave_queues(self, conn: TConn) -> None:
        for queue in (self.hashing_queue, self.upload_queue):
            queue.remove(conn)
