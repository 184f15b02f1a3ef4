"""How a dyno serves the web: threads that wait for stores, and time to finish what was begun."""

import gc
import os
import socket
from typing import Any

from gunicorn.glogging import Logger
from pythonjsonlogger.json import JsonFormatter

from server.fairness import FairWorker


class JsonLogger(Logger):
    """Writes gunicorn's own lines as the application writes its own."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        names = {"asctime": "time", "levelname": "level", "name": "logger"}
        formatter = JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)


def every_address() -> str:
    """Return the address that means all of them; dynos have IPv6, not every container has."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return "0.0.0.0"  # noqa: S104 - a dyno is reached from outside
    return "[::]"


def post_worker_init(worker: Any) -> None:
    """Finish the start of a worker, which has loaded the application by now."""
    leave_out_of_garbage_collection()
    attend_to_facts(worker.wsgi)


def leave_out_of_garbage_collection() -> None:
    """Leave what the application is made of out of garbage collection: it stays, and to look through it takes 0.1 s.

    Whoever asked anything meanwhile had to wait for that.
    """
    gc.collect()
    gc.freeze()


def attend_to_facts(app: Any) -> None:
    """Let the worker do what others that were killed have left undone."""
    from learnstream.services.foundation import facts  # noqa: PLC0415 - workers load the application, not their master

    facts.take_over_pending(app)


bind = f"{every_address()}:{os.environ.get('PORT', '8000')}"
worker_class = FairWorker
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "5"))
timeout = 20
graceful_timeout = 20
# The router in front keeps connections for up to 90 s; closing later than it does spares clients a reset.
keepalive = 95
# Without it, one worker often accepts all connections.
reuse_port = True
# The catalogue's filters may be long.
limit_request_line = 8190
# Of what proxies say, only the last entries of X-Forwarded-For and X-Forwarded-Proto are believed, by the application
# itself (PROXY_COUNT): platforms export FORWARDED_ALLOW_IPS='*', and then gunicorn believes everybody.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
header_map = "drop"
# It would move the whole application, whose addresses begin at the root.
os.environ.pop("SCRIPT_NAME", None)
logger_class = JsonLogger
# The application writes one line a request itself, as JSON.
accesslog = None
# From 25.1 on gunicorn opens a control socket; nobody here talks to it.
control_socket_disable = True
