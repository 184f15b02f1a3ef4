"""Downloads by slow clients, and those that are cut."""

import socket

import requests
from requests.adapters import HTTPAdapter


class SmallWindow(HTTPAdapter):
    """Connections of which the server's kernel takes some 100 kB that the client does not read, instead of megabytes.

    How much it takes grows with the segments that the client accepts, and with the client's own buffer.
    """

    def init_poolmanager(self, *args, **kwargs):
        options = [(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536), (socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)]
        super().init_poolmanager(*args, socket_options=options, **kwargs)


def is_cut(response):
    """Read a response to its end; return whether that came too early."""
    try:
        _ = response.content
    except requests.exceptions.ChunkedEncodingError:
        return True
    return False


def cut_responses(system):
    """How many responses the log says were cut because the disk is full."""
    return system.server.log.read_text().count("a response was cut: OSError: [Errno")
