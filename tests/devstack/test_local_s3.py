"""The local stack with files in S3."""

import os

import pytest

from config import load
from devstack.bootstrap import ROOT
from devstack.local.s3 import LocalS3
from devstack.local.secrets_file import SecretsFile
from devstack.processes.programs import Programs
from learnstream.integrations.s3.adapter import S3
from tests.platform.test_config import GOOD


def local(directory, environ=(), *, wanted=True):
    return LocalS3(directory, SecretsFile(directory), dict(environ), wanted=wanted)


@pytest.fixture
def run(tmp_path):
    """Return a function that starts the server, and returns it with a storage in its bucket; the next call restarts it."""
    (tmp_path / "logs").mkdir()
    programs = Programs(ROOT, tmp_path)

    def run():
        programs.stop()
        server = local(tmp_path)
        server.start(programs, dict(os.environ))
        server.wait_until_ready(programs)
        return server, S3(load(GOOD | server.environment()).FILES_S3)

    yield run
    programs.stop()


def test_objects_and_address_outlive_a_restart(run):
    server, store = run()
    store.put("files/1", [b"kept"], content_type=None)

    again, store = run()

    assert again.state() == server.state() == {"kind": "s3", "address": server.url}
    assert b"".join(store.open("files/1")) == b"kept"


@pytest.mark.parametrize(
    ("environ", "wanted", "state"),
    [
        ({}, False, {"kind": "gridfs", "address": None}),
        ({"FILES_S3_ENDPOINT": "https://s3.example.com"}, True, {"kind": "s3", "address": "https://s3.example.com"}),
        ({"FILES_S3_ENDPOINT": "https://s3.example.com"}, False, {"kind": "s3", "address": "https://s3.example.com"}),
    ],
)
def test_nothing_is_started_unless_it_is_wanted_and_missing(tmp_path, environ, wanted, state):
    programs = Programs(tmp_path, tmp_path)
    server = local(tmp_path, environ, wanted=wanted)

    server.start(programs, {})
    server.wait_until_ready(programs)

    assert programs.running == []
    assert (server.environment(), server.state()) == ({}, state)
