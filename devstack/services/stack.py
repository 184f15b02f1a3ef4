"""The three stores together: started in parallel, each replaceable by an address in the environment."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from devstack.errors import DevstackError
from devstack.processes import logs, ownership
from devstack.services.mongodb import MongoDB
from devstack.services.postgres import Postgres
from devstack.services.process import Service, make_directory
from devstack.services.redis import Redis
from devstack.services.scratch import Lock, create_scratch, remove, sweep
from devstack.startable import Startable

S = TypeVar("S", bound=Service)
KINDS: dict[str, type[Service]] = {"DATABASE_URL": Postgres, "MONGODB_URI": MongoDB, "REDIS_URL": Redis}


class Stack(Startable):
    """The stores of one source tree.

    If `ephemeral`, they live in a temporary directory that is deleted afterwards, and are not `durable` against power
    failures by default. A variable of KINDS that is set in `environ` replaces that store.
    """

    def __init__(
        self,
        root: Path,
        *,
        ephemeral: bool = False,
        durable: bool | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.directory = root / ".devstack"
        self.ephemeral = ephemeral
        self.durable = not ephemeral if durable is None else durable
        self.external_urls = {name: environ[name] for name in KINDS if environ.get(name)}
        self.services: dict[str, Service] = {}
        self._lock: Lock | None = None

    def start(self) -> None:
        """Start the stores whose addresses were not given.

        Raises:
            InUseError: another devstack runs on this tree.
            DevstackError: a server did not start; the others are stopped again.
        """
        if len(self.external_urls) == len(KINDS) and self.ephemeral:
            return
        self._lock_directory()
        try:
            _run_in_parallel([service.start for service in self.services.values()])
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        try:
            _run_in_parallel([service.stop for service in self.services.values()])
        finally:
            self._release_directory()

    def check(self) -> None:
        """Raise a DevstackError if a server has exited by itself."""
        for service in self.services.values():
            if not service.running:
                raise DevstackError(f"{service.name} ended. {logs.tail(service.log)}")

    @property
    def is_held(self) -> bool:
        """True if this process holds the directory's lock."""
        return self._lock is not None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the directory's lock without starting anything."""
        self._lock_directory()
        try:
            yield
        finally:
            self._release_directory()

    def erase(self) -> None:
        """Delete all data; only while held or started."""
        for service in self.services.values():
            service.stop()
            service.end_leftovers()
            service.erase()
        shutil.rmtree(self.directory)

    def environment(self) -> dict[str, str]:
        """Return the three variables with the addresses of the stores."""
        return self.external_urls | {name: service.url for name, service in self.services.items()}

    @property
    def postgres(self) -> Postgres:
        return self._service("DATABASE_URL", Postgres)

    @property
    def mongodb(self) -> MongoDB:
        return self._service("MONGODB_URI", MongoDB)

    @property
    def redis(self) -> Redis:
        return self._service("REDIS_URL", Redis)

    def _service(self, name: str, kind: type[S]) -> S:
        service = self.services[name]
        assert isinstance(service, kind)  # noqa: S101 - told to the type checker
        return service

    def _lock_directory(self) -> None:
        if self.ephemeral:
            sweep()
            self.directory, self._lock = create_scratch(in_memory=not self.durable)
        else:
            make_directory(self.directory)
            self._lock = Lock(self.directory / "lock")
        self._end_leftovers()
        self.services = {
            name: kind(self.directory / kind.__name__.lower(), durable=self.durable)
            for name, kind in KINDS.items()
            if name not in self.external_urls
        }

    def _end_leftovers(self) -> None:
        """We hold the lock, so a process with this directory's mark has lost its devstack, or is to end with it."""
        ownership.end(lambda: ownership.marked_with(self.directory), first=signal.SIGTERM, timeout=5)

    def _release_directory(self) -> None:
        if self._lock is None:
            return
        self._end_leftovers()
        if self.ephemeral:
            remove(self.directory)
        self._lock.release()
        self._lock = None


def _run_in_parallel(actions: list[Callable[[], None]]) -> None:
    """Run all actions to their end, then raise the first error."""
    pool = ThreadPoolExecutor(max_workers=len(KINDS))
    try:
        running = [pool.submit(action) for action in actions]
        for future in running:
            future.result()
    finally:
        # Also on an interrupt: a server that is half started could not be stopped.
        pool.shutdown(wait=True)
