"""A webhook endpoint whose responses are set by the test."""

import time
from threading import Condition, Thread

from flask import Flask, request
from werkzeug.serving import make_server

from devstack.web import QuietRequestHandler


class Receiver:
    def __init__(self):
        app = Flask(__name__)
        app.post("/hook")(self._receive)
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietRequestHandler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._received = Condition()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self.reset()

    def reset(self):
        """answers: statuses of the next deliveries, then always 204; seconds: the duration of each response."""
        self.received = []
        self.statuses = []
        self.seconds = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait_for(self, count):
        """Return the first `count` deliveries, as soon as they have arrived."""
        with self._received:
            assert self._received.wait_for(lambda: len(self.received) >= count, 10), f"{len(self.received)} came"
            return list(self.received)

    def types(self, count):
        return [delivery["type"] for delivery in self.wait_for(count)]

    def _receive(self):
        with self._received:
            self.received.append(request.get_json() | {"raw": request.get_data(), "signature": _signature()})
            status = self.statuses.pop(0) if self.statuses else 204
            self._received.notify_all()
        time.sleep(self.seconds)
        return "", status


def _signature():
    """Return the header of any vendor that signs what was received."""
    return request.headers.get("Mux-Signature") or request.headers["Stripe-Signature"]
