"""The file storages: GridFS, and a bucket of the local S3 server."""

from datetime import timedelta

import pytest
from flask import has_app_context

from devstack.s3 import S3Server
from learnstream.integrations import files
from learnstream.integrations.gridfs.adapter import GridFs
from learnstream.integrations.s3 import objects
from learnstream.integrations.s3.adapter import S3
from learnstream.integrations.s3.objects import Objects
from learnstream.stores.sql import db
from tests.faults.proxy import Proxy


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """The server's process, started when a test first asks for it."""
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3(s3_server):
    """The server with an empty bucket."""
    s3_server.clear()
    return s3_server


@pytest.fixture
def files_in_s3(app, s3, monkeypatch):
    """Let the application keep new files in the bucket."""
    monkeypatch.setitem(app.extensions, files.EXTENSION, files.Stores(GridFs(), S3(s3.bucket)))
    return s3


@pytest.fixture
def impatient(monkeypatch):
    """Wait for a bucket for a short time only."""
    monkeypatch.setattr(objects, "READ_TIMEOUT", timedelta(seconds=0.3))
    monkeypatch.setattr(objects, "CALL_TIMEOUT", timedelta(seconds=0.6))
    monkeypatch.setattr(objects, "TRANSFER_TIMEOUT", timedelta(seconds=0.8))


@pytest.fixture
def s3_proxy(s3):
    """A proxy before the server, which fails on demand."""
    host, _, port = s3.url.removeprefix("http://").partition(":")
    with Proxy((host, int(port))) as proxy:
        yield proxy


@pytest.fixture(params=["gridfs", "s3"])
def file_store(app, request):
    """The application's file storage, of each kind in turn."""
    if request.param == "s3":
        request.getfixturevalue("files_in_s3")
    return files.service()


@pytest.fixture(autouse=True)
def no_s3_inside_a_transaction(monkeypatch):
    """Fail a test in which S3 was called while a SQL transaction was open: a slow store would hold a connection."""
    opened = []
    translated = Objects._translated

    def checked(self, *args):
        if has_app_context() and db.session().in_transaction():
            opened.append(True)
        return translated(self, *args)

    monkeypatch.setattr(Objects, "_translated", checked)
    yield
    assert opened == [], "called inside an open SQL transaction"
