"""The components of one emulator, shared by its routes and its threads."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import current_app

from devstack.emulation.control import Parts
from devstack.emulation.store import Record
from devstack.mux.behavior import MuxBehavior
from devstack.mux.encoder import Encoder
from devstack.mux.errors import not_found
from devstack.mux.events import envelope

if TYPE_CHECKING:
    from devstack.mux.jobs import Jobs


@dataclass
class Context(Parts):
    """fast: assets become ready at once, with invented media info, without ffmpeg."""

    behavior: MuxBehavior
    data_dir: Path
    encoder: Encoder
    fast: bool
    token_id: str
    token_secret: str
    playback_secret: str
    jobs: "Jobs" = field(init=False)

    def save(self, kind: str, record: Record, event: str, shown: Record) -> None:
        """Write an asset or upload, and the webhook event for it."""
        with self.store.transaction():
            self.store.put(kind, record["id"], record)
            self.emit(f"video.{kind}.{event}", kind, shown)

    def emit(self, event_type: str, kind: str, shown: Record) -> None:
        """Write an event about a record; call it inside the transaction that causes it."""
        self.webhooks.emit(envelope(event_type, kind, shown))

    def load(self, kind: str, record_id: str) -> Record:
        """Return a record.

        Raises:
            MuxError: 404.
        """
        record = self.store.get(kind, record_id)
        if record is None:
            raise not_found()
        return record

    def media(self, asset_id: str) -> Path:
        """Return the directory of an asset's files."""
        return self.data_dir / "media" / asset_id

    def part(self, upload_id: str) -> Path:
        """Return the file that an upload's bytes are written to as they arrive."""
        return self.data_dir / "uploads" / upload_id

    def samples(self) -> Path:
        return self.data_dir / "samples"


def current_context() -> Context:
    """Return the context of the current request."""
    return cast(Context, current_app.extensions["mux"])
