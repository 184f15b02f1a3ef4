"""The stores as the application reaches them, and the faults they can have."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from devstack.services.mongodb import MongoDB
from devstack.services.process import Service
from devstack.services.stack import Stack
from tests.faults.proxy import Proxy

VARIABLES = {"postgres": "DATABASE_URL", "mongodb": "MONGODB_URI", "redis": "REDIS_URL"}


@dataclass(frozen=True)
class Store:
    """A server behind a proxy."""

    server: Service
    proxy: Proxy

    @property
    def url(self) -> str:
        return self.proxy.url(self.server.url)

    def fail(self, how: str) -> None:
        FAULTS[how](self)

    def heal(self) -> None:
        self.server.thaw()
        self.proxy.heal()


FAULTS: dict[str, Callable[[Store], None]] = {
    "refused": lambda store: store.proxy.refuse(),
    "black-holed": lambda store: store.proxy.black_hole(),
    "frozen": lambda store: store.server.freeze(),
    "slow": lambda store: store.proxy.delay(2.0),
    "reset": lambda store: store.proxy.reset(),
}


@contextmanager
def put_behind_proxies(stack: Stack) -> Iterator[dict[str, Store]]:
    """Put a proxy before each server, which clients then use exclusively."""
    stores = {name: _store(stack.services[variable]) for name, variable in VARIABLES.items()}
    for store in stores.values():
        store.proxy.start()
    try:
        # Drivers switch to the address that the replica set advertises.
        assert isinstance(stores["mongodb"].server, MongoDB)
        stores["mongodb"].server.configure([stores["mongodb"].proxy.address])
        yield stores
    finally:
        for store in stores.values():
            store.heal()
            store.proxy.stop()


def _store(server: Service) -> Store:
    return Store(server, Proxy(("127.0.0.1", server.port or 0)))
