"""The catcher: its SMTP port, which can be closed and opened again, its mails and its faults."""

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any

from devstack.mail.faults import Fault, Faults
from devstack.mail.mails import Mails
from devstack.mail.smtp import Conversation, Handler
from devstack.web import HOST


class Catcher:
    """An SMTP server in the running event loop; the methods without `async` are called from other threads."""

    def __init__(self, port: int = 0) -> None:
        self.mails = Mails()
        self.faults = Faults()
        self._loop = asyncio.get_running_loop()
        self._conversations: set[Conversation] = set()
        self._server: asyncio.Server | None = None
        self._socket = _bind(port)
        self.port: int = self._socket.getsockname()[1]

    async def open(self) -> None:
        """Accept connections; no effect if it does."""
        if self._server is None:
            self._server = await self._loop.create_server(self._converse, sock=self._socket)

    async def close(self) -> None:
        """Refuse connections, and cut those that are open."""
        if self._server is None:
            return
        self._server.close()
        for conversation in list(self._conversations):
            conversation.abort()
        self._server = None
        # Bound, but not listening: connections are refused, and no other process takes the port.
        self._socket = _bind(self.port)

    def fail(self, fault: Fault) -> None:
        if fault.kind == "refuse":
            self._run(self.close())
        else:
            self.faults.add(fault)

    def recover(self) -> None:
        """Forget all faults. Clients that wait for an answer get none."""
        self.faults.clear()
        self._run(self.open())

    def _converse(self) -> Conversation:
        return Conversation(Handler(self.mails, self.faults), self._loop, self._conversations)

    def _run(self, action: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(action, self._loop).result(timeout=10)


def _bind(port: int) -> socket.socket:
    # With its protocol named, or asyncio would not set TCP_NODELAY: answers of several lines then took 40 ms.
    bound = socket.socket(proto=socket.IPPROTO_TCP)
    # A recently closed connection does not block the port.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, port))
    return bound
