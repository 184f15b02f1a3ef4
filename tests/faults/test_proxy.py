import socket
import threading
import time

import pytest

from tests.faults.proxy import Proxy


@pytest.fixture
def echo():
    """A server that echoes every message."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(client):
        with client:
            while message := client.recv(1024):
                client.sendall(message)

    def accept():
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def proxy(echo):
    with Proxy(echo) as proxy:
        yield proxy


@pytest.fixture
def client(proxy):
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=2) as client:
        assert request(client, b"hello") == b"hello"
        yield client


def request(client, message):
    client.sendall(message)
    return client.recv(1024)


def read_to_end(client, message):
    # A reset may overtake bytes that were sent before it.
    client.sendall(message)
    while client.recv(1024):
        pass


def test_a_refusing_proxy_resets_connections_and_accepts_no_new_ones(proxy, client):
    proxy.refuse()

    with pytest.raises(ConnectionResetError):
        client.recv(1)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port))


def test_a_healed_proxy_has_the_same_address(proxy):
    proxy.refuse()
    proxy.heal()

    with socket.create_connection(("127.0.0.1", proxy.port), timeout=2) as client:
        assert request(client, b"again") == b"again"


def test_a_black_hole_accepts_connections_and_never_replies(proxy, client):
    proxy.black_hole()

    for each in (client, socket.create_connection(("127.0.0.1", proxy.port))):
        each.settimeout(0.2)
        with pytest.raises(TimeoutError):
            request(each, b"anybody?")
        each.close()


def test_data_sent_to_a_black_hole_is_delivered_after_healing(proxy, client):
    proxy.black_hole()
    client.sendall(b"late")
    proxy.heal()

    assert client.recv(1024) == b"late"


def test_replies_are_delayed(proxy, client):
    proxy.delay(0.2)
    began = time.monotonic()

    assert request(client, b"slow") == b"slow"
    assert time.monotonic() - began >= 0.2


def test_every_reply_is_cut_off_in_the_middle(proxy, client):
    proxy.reset()

    with pytest.raises(ConnectionResetError):
        read_to_end(client, b"broken")
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=2) as another, pytest.raises(ConnectionResetError):
        read_to_end(another, b"broken, too")


def test_requests_are_held_in_the_middle_and_released(proxy, client):
    proxy.hold_after(5)
    assert request(client, b"first") == b"first"

    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        request(client, b"second")
    proxy.release()

    assert client.recv(1024) == b"second"


def test_a_fault_begins_while_requests_are_held(proxy, client):
    proxy.hold_after(0)
    client.sendall(b"lost")
    proxy.reset()
    proxy.release()

    with pytest.raises(ConnectionResetError):
        read_to_end(client, b"")


def test_the_url_points_to_the_proxy(proxy):
    assert proxy.url("redis://:secret@1.2.3.4:5/0") == f"redis://:secret@{proxy.address}/0"
