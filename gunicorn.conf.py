"""gunicorn's settings for a dyno: threaded workers and a graceful shutdown."""

import gc
import os
import socket
from typing import Any

from gunicorn.glogging import Logger
from pythonjsonlogger.json import JsonFormatter

from server import allocator
from server.fairness import FairWorker

NEW_OBJECTS = 20_000  # before the next garbage collection: a few megabytes


class JsonLogger(Logger):
    """Writes gunicorn's log as JSON, like the application's."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        names = {"asctime": "time", "levelname": "level", "name": "logger"}
        formatter = JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)


def every_address() -> str:
    """Return the wildcard address: IPv6 where the host supports it, else IPv4."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return "0.0.0.0"  # noqa: S104 - a dyno is reached from outside
    return "[::]"


def post_worker_init(worker: Any) -> None:
    """Finish the initialization of a worker after it has loaded the application."""
    allocator.return_large_blocks()
    tune_garbage_collection()
    start_fact_recovery(worker.wsgi)


def tune_garbage_collection() -> None:
    """Exclude the application's own objects from garbage collection: they are permanent, and scanning takes 0.1 s.

    Requests that arrive during a scan are delayed by that time. Collecting the rest less often saves 2 to 5 % of a
    request: by default, Python collects after 700 new objects, that is, several times in each.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


def start_fact_recovery(app: Any) -> None:
    """Let the worker complete invalidations of facts that killed workers have left unfinished."""
    from learnstream.services.foundation import facts  # noqa: PLC0415 - workers load the application, not their master

    facts.take_over_pending(app)


bind = f"{every_address()}:{os.environ.get('PORT', '8000')}"
worker_class = FairWorker
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "5"))
timeout = 20
graceful_timeout = 20
# Heroku's router keeps idle connections for up to 90 s; closing later than the router avoids resets.
keepalive = 95
# Without SO_REUSEPORT, one worker often accepts all connections.
reuse_port = True
# The catalogue's filters may be long.
limit_request_line = 8190
# Only the last entries of X-Forwarded-For and X-Forwarded-Proto are trusted, by the application itself (PROXY_COUNT):
# platforms export FORWARDED_ALLOW_IPS='*', which makes gunicorn trust every client.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
header_map = "drop"
# SCRIPT_NAME would mount the application below a prefix; its URLs start at the root.
os.environ.pop("SCRIPT_NAME", None)
logger_class = JsonLogger
# The application writes its own access log, as JSON.
accesslog = None
# From 25.1 on gunicorn opens a control socket, which is not used here.
control_socket_disable = True
