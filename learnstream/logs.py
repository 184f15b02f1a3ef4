"""Logs as one JSON object a line, with the request they belong to and without secrets."""

import logging
import logging.config
import re
from typing import Any

from flask import Flask, g, has_request_context
from pythonjsonlogger.json import JsonFormatter

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


def init_app(app: Flask) -> None:
    """Send every logger of the process through one JSON handler."""
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
                }
            },
            "handlers": {
                "stdout": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": "json",
                    "filters": ["request", "redaction"],
                }
            },
            "root": {"level": app.config["LOG_LEVEL"], "handlers": ["stdout"]},
            "loggers": {
                # It has a handler of its own, which redacts nothing.
                "gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False},
                "pymongo": {"level": "WARNING"},
                "urllib3": {"level": "WARNING"},
            },
        }
    )
