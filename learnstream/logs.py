"""Logs as one JSON object a line, with the request they belong to and without secrets."""

import json
import logging
import logging.config
import os
import re
import threading
from contextlib import suppress
from typing import Any, TextIO

from flask import Flask, g, has_request_context
from pythonjsonlogger.json import JsonFormatter

ACCESS = "learnstream.access"
GATHERING = 0.2  # seconds that a line about a request may wait for others to be written with it
MOST = 1000  # lines that wait; where they are not taken as fast as they come, requests wait in turn

# What must not be written even when an error's text quotes it.
SECRET = re.compile(
    r"""(?ix) ( bearer\s+ | v1= | ://[^:/\s]*: | (?:password|secret|token) ["']? \s* [:=] \s* )
    ( "[^"]*" | '[^']*' | [^\s"'&,@}]+ )"""
)


def redact(text: str) -> str:
    """Replace what looks like a secret."""
    return SECRET.sub(r"\1[redacted]", text)


class Redaction(logging.Filter):
    """Redacts a record's text."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        return True


class Formatter(JsonFormatter):
    """Redacts tracebacks, which end with the error's text, too."""

    def formatException(self, info: Any) -> str:  # noqa: N802 - the library's name
        return redact(str(super().formatException(info)))


class RequestNumber(logging.Filter):
    """Adds the id of the request a record was written in."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = g.get("request_id") if has_request_context() else None
        return True


class LineFormatter(logging.Formatter):
    """Writes the fields of `line`: a record of known shape, without secrets, is not searched for either."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as `Formatter` would write it."""
        named = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name}
        return json.dumps(named | {"message": record.msg} | record.line)  # type: ignore[attr-defined]


class Gathered(logging.StreamHandler):
    """Writes lines together a few times a second: at each write another thread takes over, and there is one a request.

    What a process that is killed has not written yet is lost.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: list[str] = []
        self._gathering = threading.Lock()
        self._closed = threading.Event()
        self._process: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        with self._gathering:
            self._lines.append(line)
        if len(self._lines) >= MOST:
            self.flush()
        # A fork copies this object but not its thread.
        if self._process != os.getpid():
            self._process = os.getpid()
            threading.Thread(target=self._write_on, name="access-log", daemon=True).start()

    def flush(self) -> None:
        """Write what has come."""
        with self._gathering:
            lines, self._lines = self._lines, []
        # Where nobody takes them any more they are lost, and requests go on.
        with suppress(OSError, ValueError):
            self.stream.write("".join(line + "\n" for line in lines))
            self.stream.flush()

    def close(self) -> None:
        self._closed.set()
        self.flush()
        super().close()

    def _write_on(self) -> None:
        while not self._closed.wait(GATHERING):
            self.flush()


def init_app(app: Flask) -> None:
    """Send every logger of the process to its standard output, as JSON."""
    # Nothing that we write says from which line of code, thread or process, so it need not be found out.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"redaction": {"()": Redaction}, "request": {"()": RequestNumber}},
            "formatters": {
                "json": {
                    "()": Formatter,
                    "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
                    "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
                },
                "line": {"()": LineFormatter},
            },
            "handlers": {
                "stdout": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": "json",
                    "filters": ["request", "redaction"],
                },
                "gathered": {"()": Gathered, "stream": "ext://sys.stdout", "formatter": "line"},
            },
            "root": {"level": app.config["LOG_LEVEL"], "handlers": ["stdout"]},
            "loggers": {
                ACCESS: {"handlers": ["gathered"], "propagate": False},
                # It has a handler of its own, which redacts nothing.
                "gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False},
                "pymongo": {"level": "WARNING"},
                "urllib3": {"level": "WARNING"},
            },
        }
    )
