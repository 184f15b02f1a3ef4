"""The local S3 server, as a child process."""

import pytest

from devstack.s3 import S3Server


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
