"""The emulator: its server, its threads, and the credentials for applications."""

import secrets
import uuid
from pathlib import Path

from devstack.emulation.clock import Clock
from devstack.emulation.server import Server
from devstack.emulation.store import Record, Store
from devstack.emulation.webhooks import Webhooks
from devstack.mux import keys, lifecycle, renditions, tracks
from devstack.mux.app import create_app
from devstack.mux.behavior import MuxBehavior
from devstack.mux.context import Context
from devstack.mux.control import Control
from devstack.mux.encoder import Encoder
from devstack.mux.events import DIALECT
from devstack.mux.jobs import Job, Jobs
from devstack.startable import Startable


class Emulator(Control, Startable):
    """Mux on this machine, from `start` to `stop` or as a context manager.

    data_dir: keeps assets, uploads, events, keys and media between starts; a temporary one if None.
    port: a free one if 0.
    webhook_url: where events are posted; without one they are held for `take_events`.
    fast: an asset is ready before the response to its upload's last byte, with invented media info (`FAST_MEDIA_INFO`) and
        without ffmpeg; its stream and pictures are created from the uploaded file on first use. Only the first bytes
        of a file decide whether it is broken.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        port: int = 0,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        fast: bool = False,
        attempt_timeout: float = 5.0,
    ) -> None:
        self._server = Server("mux", data_dir, port)
        store, clock, behavior = self._server.store, Clock(), MuxBehavior()
        self._secrets = _secrets(store, webhook_secret)
        webhooks = Webhooks(
            store,
            clock,
            behavior,
            DIALECT,
            url=webhook_url,
            secret=self._secrets["webhook_secret"],
            attempt_timeout=attempt_timeout,
        )
        self.url = self._server.url
        self.context = Context(
            data_dir=self._server.directory,
            base_url=self.url,
            store=store,
            clock=clock,
            behavior=behavior,
            webhooks=webhooks,
            encoder=Encoder(),
            fast=fast,
            token_id=self._secrets["token_id"],
            token_secret=self._secrets["token_secret"],
            playback_secret=self._secrets["playback_secret"],
        )
        self.context.jobs = Jobs(self._run, inline=fast)

    def _run(self, job: Job) -> None:
        if job.kind == "asset":
            lifecycle.prepare(self.context, job.asset_id)
        elif job.kind == "track":
            tracks.prepare(self.context, job.asset_id, job.item_id)
        else:
            renditions.prepare(self.context, job.asset_id, job.item_id)

    def start(self) -> None:
        """Start serving, deliver undelivered events, and continue interrupted encodings."""
        app = create_app(self.context)
        app.extensions["mux_control"] = self
        self._server.start(app)
        self.context.jobs.start()
        for asset in self.context.store.find("asset"):
            for job in [Job("asset", asset["id"])] if asset["status"] == "preparing" else lifecycle.follow_ups(asset):
                self.context.jobs.submit(job)
        self.context.webhooks.start()

    def stop(self) -> None:
        self.context.behavior.stopping.set()
        self._server.stop()
        self.context.encoder.stop()
        self.context.jobs.stop()
        self.context.webhooks.stop()
        self._server.close()

    def environment(self) -> dict[str, str]:
        """Return the variables with which an application connects to this emulator."""
        return {
            "MUX_TOKEN_ID": self._secrets["token_id"],
            "MUX_TOKEN_SECRET": self._secrets["token_secret"],
            "MUX_WEBHOOK_SECRETS": self._secrets["webhook_secret"],
            "MUX_SIGNING_KEY_ID": self._secrets["signing_key_id"],
            "MUX_SIGNING_PRIVATE_KEY": self._secrets["signing_private_key"],
            "MUX_API_URL": self.url,
            "MUX_STREAM_URL": f"{self.url}/stream",
            "MUX_IMAGE_URL": f"{self.url}/image",
        }


def _secrets(store: Store, webhook_secret: str | None) -> Record:
    """Return the secrets, created at the first start; a given webhook secret replaces the stored one."""
    with store.transaction():
        stored = store.get("secrets", "kept") or _new_secrets(store)
        stored["webhook_secret"] = webhook_secret or stored["webhook_secret"]
        store.put("secrets", "kept", stored)
    return stored


def _new_secrets(store: Store) -> Record:
    key = keys.create(store)
    return {
        "token_id": str(uuid.uuid4()),
        "token_secret": secrets.token_urlsafe(48),
        "webhook_secret": secrets.token_hex(16),
        "playback_secret": secrets.token_urlsafe(32),
        "signing_key_id": key["id"],
        "signing_private_key": key["private_key"],
    }
