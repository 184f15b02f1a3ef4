"""The watchdog, which shuts down connections whose calls take too long."""

import socket

from learnstream.stores.budget import Watchdog
from tests.waiting import within


def test_a_call_that_takes_too_long_is_cut():
    ours, theirs = socket.socketpair()
    with ours, theirs, Watchdog().cutting(ours.fileno(), 0.05):
        ours.settimeout(5)

        assert ours.recv(1) == b""


def test_a_connection_that_is_gone_already_does_not_end_it():
    watchdog, (ours, theirs) = Watchdog(), socket.socketpair()
    with ours, theirs, socket.socket() as unconnected:
        with watchdog.cutting(unconnected.fileno(), 0):
            within(5, lambda: not watchdog._calls)
        with watchdog.cutting(ours.fileno(), 0.05):
            ours.settimeout(5)

            assert ours.recv(1) == b""


def test_a_nearer_deadline_is_kept_after_a_later_one():
    watchdog, (ours, theirs) = Watchdog(), socket.socketpair()
    with ours, theirs:
        with watchdog.cutting(ours.fileno(), 30):
            pass
        with watchdog.cutting(ours.fileno(), 0.05):
            ours.settimeout(5)

            assert ours.recv(1) == b""
