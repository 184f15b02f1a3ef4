"""The emulator's controls: called by tests in the same process, and by `remote` for other processes."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import urllib3

from devstack.emulation.behavior import ApiFault
from devstack.emulation.store import Record
from devstack.emulation.webhooks import Event
from devstack.mux import lifecycle, samples, uploads
from devstack.mux.context import Context
from devstack.mux.encoder import MediaInfo
from devstack.mux.shapes import as_webhook


class Control:
    context: Context

    # Misbehavior

    def misbehave(self, *, api: ApiFault | dict[str, Any] | None = None, **changes: Any) -> None:
        """Misbehave from now on; the arguments are the fields of `MuxBehavior` and `ApiFault`."""
        self.context.behavior.change(api=api, **changes)

    def behave(self) -> None:
        """Stop misbehaving; events that waited for their group are delivered."""
        self.context.behavior.reset()
        self.context.webhooks.ungroup()

    # Events

    def hold(self) -> None:
        """Keep events until they are taken or released. An emulator without a webhook URL always does."""
        self.context.webhooks.hold()

    def release(self, order: Sequence[str] | None = None) -> None:
        """Deliver events again, the held ones first: in the order of these ids, or oldest first."""
        self.context.webhooks.release(order)

    def take_events(self) -> list[Event]:
        """Return the held events, oldest first, after all running encodings; each is returned once."""
        self.settle()
        return self.context.webhooks.take()

    def sign(self, body: bytes, *, secret: str | None = None, at: int | None = None) -> dict[str, str]:
        """Return the headers with which these bytes would be posted."""
        at = int(time.time()) if at is None else at
        return {**self.context.webhooks.headers(body, secret=secret, at=at), "Content-Type": "application/json"}

    def events(self) -> list[Record]:
        """Return all events with their state: held, taken, grouped, pending, delivered, dropped, abandoned."""
        return [as_webhook(event) for event in self.context.webhooks.events()]

    def deliveries(self) -> list[Record]:
        """Return every attempt to post an event, in order; `response_status_code` is 0 if there was no response."""
        return [as_webhook(attempt) for attempt in self.context.webhooks.deliveries()]

    def redeliver(self, event_id: str) -> bool:
        """Post an event once more, whatever its state; return False if it does not exist."""
        return self.context.webhooks.redeliver(event_id)

    def flush(self) -> None:
        """Wait for encodings, then attempt every undelivered event once, due or not; return when that is done."""
        self.settle()
        self.context.webhooks.flush()

    def deliver_due(self) -> None:
        """Attempt the events that are due by the clock; return when that is done."""
        self.context.webhooks.deliver_due()

    def emit(self, event_type: str, asset_id: str) -> None:
        """Send an asset event that nothing in the emulator triggers, such as `video.asset.warning`."""
        with self.context.store.transaction():
            asset = self.context.load("asset", asset_id)
            self.context.emit(event_type, "asset", as_webhook(asset))

    # Time

    def advance(self, seconds: float) -> None:
        """Advance the clock of deadlines: upload timeouts, webhook retries, token expiry."""
        self.context.clock.advance(seconds)
        self.context.webhooks.wake()

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until no encoding is running.

        Raises:
            TimeoutError: one still is.
        """
        if not self.context.jobs.settle(timeout):
            raise TimeoutError(f"an encoding is still under way after {timeout} seconds")

    def pause_encoding(self) -> None:
        """Keep new assets in `preparing`."""
        self.context.jobs.pause()

    def resume_encoding(self) -> None:
        self.context.jobs.resume()

    # Videos

    def sample_video(self, seconds: int = 2) -> Path:
        """Return a tiny real MP4 with picture and sound."""
        path = samples.create(self.context.encoder, self.context.samples(), f"sample-{seconds}s.mp4")
        if path is None:
            raise ValueError(f"there is no sample of {seconds} seconds")
        return path

    def put_video(self, upload_url: str, path: Path) -> int:
        """PUT a file to an upload URL as a client would; return the status."""
        headers = {"Content-Type": "video/mp4"}
        with urllib3.PoolManager() as pool:
            return pool.request("PUT", upload_url, body=path.read_bytes(), headers=headers, retries=False).status

    def make_ready(self, upload_id: str, *, media_info: MediaInfo = lifecycle.FAST_MEDIA_INFO) -> str:
        """Complete an upload without bytes or ffmpeg, with invented media info; return the asset's id.

        Its stream and pictures are those of the plain sample, created on first use.
        """
        asset_id = uploads.complete(self.context, upload_id)
        lifecycle.become_ready(self.context, asset_id, media_info)
        return asset_id

    def uploads(self) -> list[Record]:
        """Return all uploads."""
        return self.context.store.find("upload")

    # Everything

    def reset(self) -> None:
        """Delete assets, uploads, events and misbehavior; access token, webhook secret and signing keys stay."""
        self.hold()
        self.behave()
        self.context.encoder.abort()
        self.context.jobs.clear()
        self.context.jobs.resume()
        self.context.webhooks.clear()
        self.context.store.clear("asset", "upload", "playback")
        self.context.clock.reset()
        self.context.webhooks.release()
        for directory in ("media", "uploads"):
            shutil.rmtree(self.context.data_dir / directory, ignore_errors=True)
