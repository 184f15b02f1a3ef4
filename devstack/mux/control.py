"""The emulator's controls: called by tests in the same process, and by `remote` for other processes."""

import shutil
from pathlib import Path

import urllib3

from devstack.emulation.control import VendorControl
from devstack.emulation.store import Record
from devstack.mux import lifecycle, samples, uploads
from devstack.mux.context import Context
from devstack.mux.encoder import MediaInfo
from devstack.mux.shapes import as_webhook


class Control(VendorControl):
    context: Context

    def emit(self, event_type: str, asset_id: str) -> None:
        """Send an asset event that nothing in the emulator triggers, such as `video.asset.warning`."""
        with self.context.store.transaction():
            asset = self.context.load("asset", asset_id)
            self.context.emit(event_type, "asset", as_webhook(asset))

    # Encoding

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

    def _shown(self, record: Record) -> Record:
        return as_webhook(record)
