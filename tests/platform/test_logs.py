import io
import json
import logging
import threading
from unittest import mock

import pytest
import sqlalchemy as sa

from learnstream import logs
from learnstream.logs import Formatter
from learnstream.models import User
from learnstream.stores.sql import db


@pytest.fixture
def written(app):
    """Return a record as the application's handler writes it, parsed from JSON."""
    [handler] = [each for each in logging.getLogger().handlers if isinstance(each.formatter, Formatter)]

    def written(message, *args, exc_info=None):
        record = logging.LogRecord("learnstream", logging.ERROR, "file", 1, message, args, exc_info)
        handler.filter(record)
        return json.loads(handler.format(record))

    return written


def raised(error):
    try:
        raise error
    except Exception as caught:
        return type(caught), caught, caught.__traceback__


def record_of(path):
    record = logging.LogRecord(logs.ACCESS, logging.INFO, "", 0, "request", (), None)
    record.line = {"path": path}
    return record


SECRETS = [
    "Authorization: Bearer eyJhbGci.eyJzdWI.c2ln",
    "Mux-Signature: t=1,v1=0123abcd",
    "could not connect to postgres://learnstream:hunter22@db/x",
    '{"email": "sam@example.com", "password": "a walrus, hunter22"}',
    "password='a walrus, hunter22'",
    "password=hunter22&username=sam",
    '{"mfa_token": "eyJhbGci.c2ln", "recovery_code": "hunter22"}',
    "otpauth://totp/LearnStream:sam@example.com?secret=eyJhbGci&issuer=LearnStream",
    "GET /x?token=eyJhbGci.eyJzdWI.c2ln HTTP/1.1",
]


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_redacted(written, text):
    lines = written("it failed: %s", text), written("it failed", exc_info=raised(ValueError(text)))

    for line in map(str, lines):
        assert "[redacted]" in line
        assert not any(secret in line for secret in ("eyJ", "0123abcd", "hunter22"))


def test_database_errors_reveal_no_values(written, stranger):
    with pytest.raises(sa.exc.IntegrityError) as caught:
        db.session.execute(
            sa.insert(User).values(id=stranger.id, name="Nobody's business", email="e", password_hash="h")
        )

    assert "business" not in written("it failed", exc_info=(caught.type, caught.value, caught.tb))["exc_info"]


def test_a_line_contains_the_request_id(app, written):
    with app.test_request_context("/", headers={"X-Request-ID": "abc-12345"}):
        app.preprocess_request()

        assert written("hello")["request_id"] == "abc-12345"


def test_access_log_lines_are_written_together(monkeypatch):
    monkeypatch.setattr(logs, "FLUSH_INTERVAL", 60)
    stream = io.StringIO()
    handler = logs.BufferedHandler(stream)
    handler.setFormatter(logs.LineFormatter())

    for path in ("/a", "/b"):
        handler.handle(record_of(path))
    at_first = stream.getvalue()
    handler.close()

    assert at_first == ""
    assert [json.loads(line)["path"] for line in stream.getvalue().splitlines()] == ["/a", "/b"]


def test_access_log_lines_are_written_periodically(monkeypatch):
    monkeypatch.setattr(logs, "FLUSH_INTERVAL", 0.01)
    written = threading.Event()
    stream = mock.Mock(flush=written.set)
    handler = logs.BufferedHandler(stream)
    handler.setFormatter(logs.LineFormatter())

    handler.handle(record_of("/a"))

    assert written.wait(10)
    handler.close()


def test_the_access_log_buffer_is_bounded(monkeypatch):
    monkeypatch.setattr(logs, "FLUSH_INTERVAL", 60)
    monkeypatch.setattr(logs, "MAX_BUFFERED", 2)
    stream = io.StringIO()
    handler = logs.BufferedHandler(stream)
    handler.setFormatter(logs.LineFormatter())

    for path in ("/a", "/b", "/c"):
        handler.handle(record_of(path))
    at_first = stream.getvalue()
    handler.close()

    assert at_first.count("\n") == 2


def test_an_access_log_line_describes_the_request(app, client, stranger, caplog):
    caplog.set_level(logging.INFO, logger=logs.ACCESS)
    [handler] = [each for each in logging.getLogger(logs.ACCESS).handlers if isinstance(each, logs.BufferedHandler)]
    handler.flush()
    before = handler.setStream(stream := io.StringIO())

    client.get("/courses?q=secret", auth=stranger, headers={"X-Request-ID": "abc-12345"})
    handler.setStream(before)

    line = json.loads(stream.getvalue().splitlines()[0])
    assert {name: line[name] for name in ("level", "logger", "message", "method", "path", "status")} == {
        "level": "INFO",
        "logger": "learnstream.access",
        "message": "request",
        "method": "GET",
        "path": "/courses",
        "status": 200,
    }
    assert "secret" not in str(line)
    assert (line["request_id"], line["user_id"]) == ("abc-12345", stranger.id)
