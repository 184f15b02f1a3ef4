"""A store that fails: every call ends in time, with an error of the port."""

import ssl
import time
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from devstack.s3 import settings
from devstack.s3.server import BucketServer, Handler
from learnstream.clock import now
from learnstream.errors.file_storage import Busy, Missing, Unreachable
from learnstream.integrations.s3 import objects
from learnstream.integrations.s3.adapter import S3
from tests.tls import write_self_signed

NAME = "files/64b000000000000000000001"
CONTENT = bytes(range(256)) * 5000
LONGEST = 5.0

CALLS = {
    "stat": lambda store: store.stat(NAME),
    "open": lambda store: list(store.open(NAME)),
    "put": lambda store: store.put("files/2", [CONTENT], content_type=None),
    "copy": lambda store: store.copy(NAME, "files/2"),
    "delete": lambda store: store.delete(NAME),
    "names": lambda store: list(store.names("files/", older_than=now() + timedelta(hours=1))),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@pytest.fixture
def store(s3, s3_proxy, impatient):
    """A storage behind the proxy, with one object. The port is signed: the server's own would not match."""
    S3(s3.bucket).put(NAME, [CONTENT], content_type=None)
    return S3(replace(s3.bucket, endpoint=f"http://{s3_proxy.address}"))


def fails(call, store, error=Unreachable):
    """Return whether a call raises an error, in time."""
    started = time.monotonic()
    with pytest.raises(error):
        call(store)
    return time.monotonic() - started < LONGEST


@every_call
def test_a_store_that_refuses_connections_is_unreachable(store, s3_proxy, call):
    s3_proxy.refuse()

    assert fails(call, store)


@every_call
def test_a_frozen_store_is_unreachable(store, s3_proxy, call):
    s3_proxy.black_hole()

    assert fails(call, store)


@pytest.mark.parametrize("name", ["open", "put", "copy"])
def test_a_transfer_that_stalls_is_given_up_before_its_time_is_over(s3, s3_proxy, impatient, monkeypatch, name):
    monkeypatch.setattr(objects, "TRANSFER_TIMEOUT", timedelta(minutes=1))
    S3(s3.bucket).put(NAME, [CONTENT], content_type=None)
    store = S3(replace(s3.bucket, endpoint=f"http://{s3_proxy.address}"))
    s3_proxy.black_hole()

    assert fails(CALLS[name], store)


@every_call
def test_a_slow_store_is_unreachable(store, s3_proxy, call):
    s3_proxy.delay(2)

    assert fails(call, store)


@every_call
def test_a_store_that_resets_connections_is_unreachable(store, s3_proxy, call):
    s3_proxy.reset()

    assert fails(call, store)


def test_a_store_that_comes_back_is_used_again(store, s3_proxy):
    s3_proxy.refuse()
    assert fails(CALLS["stat"], store)

    s3_proxy.heal()

    assert store.stat(NAME).size == len(CONTENT)


@every_call
def test_a_bucket_that_does_not_exist_is_no_missing_object(s3, call):
    assert fails(call, S3(replace(s3.bucket, name="another")))


@every_call
def test_a_wrong_key_is_no_missing_object(s3, call):
    assert fails(call, S3(replace(s3.bucket, secret_access_key="another")))


def test_the_variables_of_other_tools_have_no_effect(s3, monkeypatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.setenv(name, "another")
    store = S3(s3.bucket)

    store.put(NAME, [b"x"], content_type=None)

    assert store.stat(NAME).size == 1


class Faulty(Handler):
    """Answers `statuses` first, then with `lie` more bytes announced than there are; `refused` counts the first."""

    def _check_and_run(self, action, bucket, key):
        if not self.server.statuses:
            return super()._check_and_run(action, bucket, key)
        self._read_body()
        return self._send(self.server.statuses.pop(), b"<Error><Code>SlowDown</Code></Error>")

    def _send_headers(self, status, length, headers=None):
        lying = self.command in self.server.lying and status == 200
        if lying:
            self.close_connection = True
        super()._send_headers(status, length + lying, headers)


@pytest.fixture
def faulty(tmp_path, impatient):
    """A server with an object, whose answers the test chooses: `statuses`, and the methods that it is `lying` about."""
    with BucketServer(tmp_path, lambda url: settings.bucket(url, "secret"), handler=Faulty) as server:
        server.statuses, server.lying = [], set()
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        server.store = S3(server.bucket)
        server.store.put(NAME, [CONTENT], content_type=None)
        yield server
        server.shutdown()


@pytest.mark.parametrize("status", [500, 503])
@every_call
def test_a_store_that_fails_once_is_asked_again(faulty, status, call):
    faulty.statuses[:] = [status]

    call(faulty.store)

    assert faulty.statuses == []


@every_call
def test_a_store_that_throttles_is_busy(faulty, call):
    faulty.statuses[:] = [503] * 20

    assert fails(call, faulty.store, Busy)


@every_call
def test_a_store_that_rejects_a_call_is_not_asked_again(faulty, call):
    faulty.statuses[:] = [400] * 20

    assert fails(call, faulty.store)
    assert len(faulty.statuses) >= 18


def test_an_object_that_ends_early_is_an_error(faulty):
    faulty.lying.add("GET")

    assert fails(CALLS["open"], faulty.store)


@pytest.mark.parametrize("name", ["put", "copy"])
def test_a_written_object_of_another_size_is_an_error(faulty, name):
    sizes = iter([0, 1])
    faulty.lying.add("HEAD")
    if name == "copy":  # asks for the size twice: of the source truly, of the copy not

        class Once(set):
            def __contains__(self, method):
                return method == "HEAD" and next(sizes) == 1

        faulty.lying = Once()

    assert fails(CALLS[name], faulty.store)


def test_an_object_that_was_never_written_is_an_error(faulty, tmp_path):
    class Forgetful(type(faulty.store._objects)):
        def stat(self, name):
            (tmp_path / faulty.bucket.name / name).unlink()
            return super().stat(name)

    with pytest.raises(Unreachable):
        Forgetful(faulty.bucket).put("files/2", [CONTENT], content_type=None)


def test_a_store_without_a_trusted_certificate_gets_nothing(tmp_path, impatient):
    with BucketServer(tmp_path, lambda url: settings.bucket(url.replace("http:", "https:"), "secret")) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(write_self_signed(tmp_path / "certificate.pem", "127.0.0.1"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

        assert fails(CALLS["put"], S3(server.bucket))
        assert list((tmp_path / server.bucket.name).iterdir()) == []
        server.shutdown()


def test_a_missing_object_is_missing(faulty):
    with pytest.raises(Missing):
        faulty.store.stat("files/none")
