"""A TCP proxy between the application and a store that fails on demand, as networks and servers do."""

import asyncio
import contextlib
import math
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine
from dataclasses import dataclass
from threading import Thread
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from devstack.processes import ports
from devstack.startable import Startable

CHUNK = 65536
# Closing with a linger time of zero sends a reset instead of an orderly end.
NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, eq=False)
class Link:
    """A client's connection and the matching one to the store."""

    to_client: StreamWriter
    to_store: StreamWriter
    pumps: list[asyncio.Task[None]]

    def end(self, *, abruptly: bool) -> None:
        for pump in self.pumps:
            pump.cancel()
        _end(self.to_client, abruptly=abruptly)
        _end(self.to_store, abruptly=False)


class Proxy(Startable):
    """Forwards to `upstream` from `start` to `stop` or as a context manager; applies the chosen faults until `heal`."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self.upstream = upstream
        self.port = ports.free()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self._links: set[Link] = set()
        self._passing = asyncio.Event()
        self._delay = 0.0
        self._resetting = False
        self._released = asyncio.Event()
        self._allowance = math.inf  # bytes

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, original: str) -> str:
        """Return the store's URL with the proxy's address."""
        parts = urlsplit(original)
        credentials, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=credentials + at + self.address))

    def refuse(self) -> None:
        """Behave like a stopped server: reset connections, and refuse new ones."""
        self._call(self._refuse())

    def black_hole(self) -> None:
        """Behave like a frozen server: connections open, but nothing is answered. `heal` delivers the delayed data."""
        self._loop.call_soon_threadsafe(self._passing.clear)

    def delay(self, seconds: float) -> None:
        """Delay every reply by this long."""
        self._delay = seconds

    def reset(self) -> None:
        """Cut off every reply in the middle, and reset its connection."""
        self._resetting = True

    def hold_after(self, size: int) -> None:
        """Forward so many more bytes to the store, then hold all others until `release`: a moment to fail in."""
        self._released.clear()
        self._allowance = size

    def release(self) -> None:
        """Forward what was held, as far as a fault that began meanwhile lets it through."""
        self._call(self._release())

    def heal(self) -> None:
        """Forward everything again."""
        self._call(self._heal())

    def start(self) -> None:
        self._thread.start()
        self._call(self._heal())

    def stop(self) -> None:
        self._call(self._refuse())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(timeout=10)

    async def _release(self) -> None:
        self._allowance = math.inf
        self._released.set()

    async def _heal(self) -> None:
        self._delay, self._resetting = 0.0, False
        await self._release()
        self._passing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._link, "127.0.0.1", self.port, backlog=128)

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for link in self._links:
            link.end(abruptly=True)
        while self._links:
            await asyncio.sleep(0)

    async def _link(self, client: StreamReader, to_client: StreamWriter) -> None:
        try:
            store, to_store = await asyncio.open_connection(*self.upstream)
        except OSError:
            return _end(to_client, abruptly=True)
        pumps = [self._pump(client, to_store, is_reply=False), self._pump(store, to_client, is_reply=True)]
        link = Link(to_client, to_store, [asyncio.create_task(pump) for pump in pumps])
        self._links.add(link)
        await asyncio.wait(link.pumps, return_when=asyncio.FIRST_COMPLETED)
        link.end(abruptly=self._resetting)
        await asyncio.wait(link.pumps)
        self._links.discard(link)
        return None

    async def _pump(self, source: StreamReader, target: StreamWriter, *, is_reply: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK):
                if not is_reply:
                    await self._admit(len(chunk))
                await self._passing.wait()
                if is_reply:
                    await asyncio.sleep(self._delay)
                broken = is_reply and self._resetting
                target.write(chunk[: len(chunk) // 2] if broken else chunk)
                await target.drain()
                if broken:
                    return

    async def _admit(self, size: int) -> None:
        self._allowance -= size
        if self._allowance < 0:
            await self._released.wait()


def _end(writer: StreamWriter, *, abruptly: bool) -> None:
    if abruptly:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        writer.transport.abort()
    writer.close()
