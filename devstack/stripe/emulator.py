"""The emulator: its server, its threads, and the credentials for applications."""

import secrets
from pathlib import Path

from devstack.emulation.clock import Clock
from devstack.emulation.server import Server
from devstack.emulation.store import Record, Store
from devstack.emulation.webhooks import Webhooks
from devstack.startable import Startable
from devstack.stripe.app import create_app
from devstack.stripe.behavior import StripeBehavior
from devstack.stripe.context import Context
from devstack.stripe.control import Control
from devstack.stripe.events import DIALECT


class Emulator(Control, Startable):
    """Stripe on this machine, from `start` to `stop` or as a context manager.

    data_dir: keeps everything between starts; a temporary one if None.
    port: a free one if 0.
    webhook_url: where events are posted; without one they are held for `take_events`.
    live: the account is in live mode, which the key says.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        port: int = 0,
        webhook_url: str | None = None,
        live: bool = False,
        attempt_timeout: float = 5.0,
    ) -> None:
        self._server = Server("stripe", data_dir, port)
        store, clock, behavior = self._server.store, Clock(), StripeBehavior()
        self._secrets = _secrets(store, live=live)
        self.url = self._server.url
        webhooks = Webhooks(
            store,
            clock,
            behavior,
            DIALECT,
            url=webhook_url,
            secret=self._secrets["webhook_secret"],
            attempt_timeout=attempt_timeout,
        )
        self.context = Context(
            base_url=self.url,
            store=store,
            clock=clock,
            behavior=behavior,
            webhooks=webhooks,
            key=self._secrets["key"],
            live=live,
        )

    def start(self) -> None:
        """Start serving, and deliver undelivered events."""
        app = create_app(self.context)
        app.extensions["stripe_control"] = self
        self._server.start(app)
        self.context.webhooks.start()

    def stop(self) -> None:
        self.context.behavior.stopping.set()
        self._server.stop()
        self.context.webhooks.stop()
        self._server.close()

    def environment(self) -> dict[str, str]:
        """Return the variables with which an application connects to this emulator."""
        return {
            "STRIPE_SECRET_KEY": self._secrets["key"],
            "STRIPE_WEBHOOK_SECRETS": self._secrets["webhook_secret"],
            "STRIPE_API_URL": self.url,
        }


def _secrets(store: Store, *, live: bool) -> Record:
    """Return the secrets, created at the first start."""
    with store.transaction():
        stored = store.get("secrets", "kept")
        if stored is None:
            mode = "live" if live else "test"
            stored = {
                "key": f"sk_{mode}_{secrets.token_hex(16)}",
                "webhook_secret": f"whsec_{secrets.token_hex(16)}",
            }
            store.put("secrets", "kept", stored)
    return stored
