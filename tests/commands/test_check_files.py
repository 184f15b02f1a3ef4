from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from devstack.s3 import settings
from devstack.s3.server import BucketServer, Handler
from learnstream.clock import now
from learnstream.integrations import files as port
from learnstream.integrations.gridfs.adapter import GridFs
from learnstream.integrations.s3.adapter import S3

ORIGIN = "https://app.school.test"
CORS = f"upload from pages of {ORIGIN} (CORS)"
EVERYTHING = [
    "write and read",
    "list",
    "upload by a client",
    "rejection of another size",
    "download by a client",
    CORS,
    "delete",
]


@pytest.fixture(autouse=True)
def origins(app, monkeypatch):
    monkeypatch.setitem(app.config, "CORS_ORIGINS", [ORIGIN])


def check(app, exit_code=0):
    """Return the steps that succeeded, and those that failed with the reason."""
    result = app.test_cli_runner().invoke(args=["check-files"])
    assert result.exit_code == exit_code, result.output
    lines = [line.split(maxsplit=1) for line in result.output.splitlines()]
    failed = dict(text.split(": ", 1) for word, text in lines if word == "failed")
    return [text for word, text in lines if word == "ok"], failed


def nothing_is_left():
    return list(port.service().names("staging/", older_than=now() + timedelta(hours=1))) == []


def test_a_bucket_is_tried_in_every_respect(app, files_in_s3):
    assert check(app) == (EVERYTHING, {})
    assert nothing_is_left()


def test_gridfs_needs_no_clients(app):
    assert check(app) == (["write and read", "list", "delete"], {})
    assert nothing_is_left()


def test_a_wrong_key_is_noticed(app, s3, monkeypatch):
    wrong = S3(replace(s3.bucket, secret_access_key="another"))
    monkeypatch.setitem(app.extensions, port.EXTENSION, port.Stores(GridFs(), wrong))

    succeeded, failed = check(app, exit_code=1)

    assert succeeded == ["rejection of another size", CORS]
    assert "SignatureDoesNotMatch" in failed["upload by a client"]
    assert failed["write and read"].startswith("The file storage is unavailable")


class Lax(Handler):
    """A server that checks no signature, and has no CORS rule."""

    def _check_and_run(self, action, bucket, key):
        action(bucket, key)

    def do_OPTIONS(self):  # noqa: N802 - the base class's name
        self.send_error(403)


def test_a_store_that_is_lax_or_closed_to_browsers_is_noticed(app, tmp_path, monkeypatch):
    with BucketServer(tmp_path, lambda url: settings.bucket(url, "secret"), handler=Lax) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        monkeypatch.setitem(app.extensions, port.EXTENSION, port.Stores(GridFs(), S3(server.bucket)))

        _, failed = check(app, exit_code=1)

        assert set(failed) == {"rejection of another size", CORS}
        assert "without permission" in failed[CORS]
        assert nothing_is_left()
        server.shutdown()
