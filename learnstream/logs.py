"""Logging as one JSON object per line, with request ids and without secrets."""

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
FLUSH_INTERVAL = 0.2  # seconds between writes of buffered access log lines
MAX_BUFFERED = 1000  # lines, above which the logging request itself writes them

# Secrets, which must not be logged even if an error message quotes them.
SECRET = re.compile(
    r"""(?ix) ( bearer\s+ | v1= | ://[^:/\s]*: | (?:password|secret|token|recovery_code) ["']? \s* [:=] \s* )
    ( "[^"]*" | '[^']*' | [^\s"'&,@}]+ )"""
)


def redact(text: str) -> str:
    """Replace anything that looks like a secret."""
    return SECRET.sub(r"\1[redacted]", text)


class Redaction(logging.Filter):
    """Redacts a record's message."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        return True


class Formatter(JsonFormatter):
    """Redacts tracebacks as well, which end with the error's message."""

    def formatException(self, info: Any) -> str:  # noqa: N802 - the library's name
        return redact(str(super().formatException(info)))


class RequestId(logging.Filter):
    """Adds the id of the current request to a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = g.get("request_id") if has_request_context() else None
        return True


class LineFormatter(logging.Formatter):
    """Formats access log records from their `line` attribute, whose fields contain no secrets, without redaction.

    It takes 11 µs less than `Formatter` with its filters, of 155 for a whole read.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record in the format of `Formatter`."""
        common = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name}
        return json.dumps(common | {"message": record.msg} | record.line)  # type: ignore[attr-defined]


class BufferedHandler(logging.StreamHandler[TextIO]):
    """Writes buffered lines a few times a second: a write per request causes a thread switch each time.

    A read with 16 connections takes 22 µs of CPU time less, of 400. If the process is killed, its buffered lines are
    lost; other loggers write at once.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: list[str] = []
        self._buffer_lock = threading.Lock()
        self._closed = threading.Event()
        self._process: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        with self._buffer_lock:
            self._lines.append(line)
        if len(self._lines) >= MAX_BUFFERED:
            self.flush()
        # A fork copies this object but not its thread.
        if self._process != os.getpid():
            self._process = os.getpid()
            threading.Thread(target=self._flush_periodically, name="access-log", daemon=True).start()

    def flush(self) -> None:
        """Write the buffered lines."""
        with self._buffer_lock:
            lines, self._lines = self._lines, []
        # If the stream is closed, the lines are lost, but requests must not fail.
        with suppress(OSError, ValueError):
            self.stream.write("".join(line + "\n" for line in lines))
            self.stream.flush()

    def close(self) -> None:
        self._closed.set()
        self.flush()
        super().close()

    def _flush_periodically(self) -> None:
        while not self._closed.wait(FLUSH_INTERVAL):
            self.flush()


def init_app(app: Flask) -> None:
    """Configure all loggers of the process to write JSON to standard output."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"redaction": {"()": Redaction}, "request": {"()": RequestId}},
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
                "buffered": {"()": BufferedHandler, "stream": "ext://sys.stdout", "formatter": "line"},
            },
            "root": {"level": app.config["LOG_LEVEL"], "handlers": ["stdout"]},
            "loggers": {
                ACCESS: {"handlers": ["buffered"], "propagate": False},
                # gunicorn's own handler does not redact.
                "gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False},
                "pymongo": {"level": "WARNING"},
                "urllib3": {"level": "WARNING"},
            },
        }
    )
