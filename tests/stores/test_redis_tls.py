"""A `rediss://` URL, as on Heroku: TLS with a self-signed certificate."""

import socket
import ssl
import threading
from contextlib import suppress
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from learnstream.stores.redis import Redis
from tests.tls import write_self_signed


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate of another name."""
    return write_self_signed(tmp_path / "certificate.pem", "ec2.example.com")


def pump(source, target):
    with suppress(OSError, ssl.SSLError):
        while data := source.recv(65536):
            target.sendall(data)


@pytest.fixture
def address(settings, certificate):
    """The URL of a TLS proxy for one client in front of the tests' Redis."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    real = urlsplit(settings["REDIS_URL"])
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with suppress(OSError, ssl.SSLError):
            plain, _ = listener.accept()
            client = context.wrap_socket(plain, server_side=True)
            server = socket.create_connection((real.hostname, real.port))
            with client, server:
                threading.Thread(target=pump, args=(server, client), daemon=True).start()
                pump(client, server)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"rediss://{real.netloc.rpartition('@')[0]}@127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
    thread.join(timeout=5)


def test_a_self_signed_certificate_is_accepted(address):
    redis = Redis()
    redis.init_app(SimpleNamespace(config={"REDIS_URL": address, "REDIS_POOL_SIZE": 1}))

    assert redis.client.ping()
    redis.client.connection_pool.disconnect()
