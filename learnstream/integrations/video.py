"""The video port: the operations that LearnStream needs from a video service, and their types."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypedDict

from flask import current_app

from learnstream.clock import now
from learnstream.errors.video_service import Unconfigured

EXTENSION = "video_service"
# Languages for which the service generates subtitles from the audio.
SUBTITLE_LANGUAGES = (
    *("en", "es", "it", "pt", "de", "fr", "pl", "ru", "nl", "ca", "tr"),
    *("sv", "uk", "no", "fi", "sk", "el", "cs", "hr", "da", "ro", "bg"),
)


class VideoError(TypedDict):
    """Why the service could not fetch or process a file."""

    type: str
    messages: list[str]


class Stage(enum.StrEnum):
    """The processing stage that the service reports for a video."""

    WAITING = "waiting"
    PREPARING = "preparing"
    READY = "ready"
    ERRORED = "errored"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Track:
    """A video, audio or text track. `status`: preparing, ready, errored or deleted; meaningful for text tracks only."""

    id: str
    type: str
    status: str
    text_type: str = ""
    text_source: str = ""
    language_code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A snapshot of an asset at an instant of the service's clock. `duration` is in seconds."""

    id: str
    stage: Stage
    as_of: datetime
    passthrough: str | None = None
    upload_id: str | None = None
    playback_id: str | None = None  # the first signed one
    duration: float | None = None
    aspect_ratio: str | None = None
    max_resolution: str | None = None
    tracks: tuple[Track, ...] = ()
    error: VideoError | None = None


@dataclass(frozen=True, slots=True)
class AssetPage:
    """A page of the list of all assets: their ids, and the next page's cursor; None on the last page."""

    asset_ids: tuple[str, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A direct upload. `url` accepts the file until `timeout` seconds after its creation."""

    id: str
    stage: Stage
    passthrough: str | None = None
    url: str | None = None
    timeout: int | None = None
    asset_id: str | None = None
    error: VideoError | None = None


@dataclass(frozen=True, slots=True)
class VideoUpdate:
    """An update from one webhook event, of exactly one of an upload, an asset or an asset's track.

    `rank` orders updates of the same instant, since the service's timestamps may have whole seconds only.
    """

    id: str
    at: datetime
    rank: int
    upload: Upload | None = None
    asset: Asset | None = None
    track: Track | None = None
    track_of: str | None = None  # the track's asset

    @property
    def asset_id(self) -> str | None:
        return self.asset.id if self.asset else self.upload.asset_id if self.upload else self.track_of

    @property
    def upload_id(self) -> str | None:
        return self.upload.id if self.upload else self.asset.upload_id if self.asset else None

    @property
    def passthrough(self) -> str | None:
        source = self.upload or self.asset
        return source.passthrough if source else None


# An update of a finished asset outranks one of an asset that is still being prepared.
DONE_RANK = 4


def as_update(asset: Asset) -> VideoUpdate:
    """Convert a fetched asset to an update, so that it can be ordered among webhook events."""
    rank = DONE_RANK * (asset.stage is not Stage.PREPARING)
    return VideoUpdate("", asset.as_of, rank=rank, asset=asset)


def upload_update(upload: Upload) -> VideoUpdate:
    """Convert a fetched upload to an update. Uploads only move forward, so the time does not matter."""
    return VideoUpdate("", now(), rank=0, upload=upload)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A signing key for playback tokens. The service returns the private key only once."""

    id: str
    private_key: str


class VideoService(Protocol):
    """A video service. Every call may raise `VideoServiceError`, takes a few seconds at most, and is never retried.

    passthrough: returned with every webhook event. title: shown in the service's dashboard.
    subtitles: codes of the languages for which the service generates subtitles.
    """

    def create_upload(
        self, *, passthrough: str, title: str, cors_origin: str, timeout: int, subtitles: Sequence[str]
    ) -> Upload:
        """Create a direct upload. `timeout` is in seconds."""

    def get_upload(self, upload_id: str) -> Upload:
        """Return the current state of an upload."""

    def cancel_upload(self, upload_id: str) -> None:
        """Cancel an upload. Raises `Refused` if the file has arrived or the upload has ended."""

    def create_asset(self, url: str, *, passthrough: str, title: str, subtitles: Sequence[str]) -> Asset:
        """Create an asset from the file at a URL, which the service fetches."""

    def get_asset(self, asset_id: str) -> Asset:
        """Return the current state of an asset."""

    def list_assets(self, cursor: str | None) -> AssetPage:
        """Return a page of the list of assets, by default the first. Raises `Refused` if the cursor has expired."""

    def add_signed_playback_id(self, asset_id: str) -> str:
        """Add a signed playback id to an asset, and return it."""

    def generate_subtitles(self, asset_id: str, audio_track_id: str, languages: Sequence[str]) -> None:
        """Generate subtitles for an asset that is ready."""

    def delete_asset(self, asset_id: str) -> None:
        """Delete an asset permanently. Raises `Busy` while it is being prepared."""

    def create_signing_key(self) -> SigningKey:
        """Create a signing key for playback tokens."""


def service() -> VideoService:
    """Return the configured video service.

    Raises:
        Unconfigured: no video service is configured.
    """
    chosen: VideoService | None = current_app.extensions[EXTENSION]()
    if chosen is None:
        raise Unconfigured()
    return chosen
