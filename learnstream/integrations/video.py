"""What LearnStream asks of a video service, in its own words, and how such a service says no."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import current_app

from learnstream.clock import now
from learnstream.errors.video_service import Unconfigured

EXTENSION = "video_service"
# Languages in which the service writes subtitles from what it hears.
SUBTITLE_LANGUAGES = (
    *("en", "es", "it", "pt", "de", "fr", "pl", "ru", "nl", "ca", "tr"),
    *("sv", "uk", "no", "fi", "sk", "el", "cs", "hr", "da", "ro", "bg"),
)


class Stage(enum.StrEnum):
    """How far the service says a video has come."""

    WAITING = "waiting"
    PREPARING = "preparing"
    READY = "ready"
    ERRORED = "errored"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Track:
    """A picture, a sound or a text of an asset. `status`: preparing, ready, errored or deleted; texts alone have it."""

    id: str
    type: str
    status: str
    text_type: str = ""
    text_source: str = ""
    language_code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A whole asset, as it was at an instant of the service's clock. `duration` is in seconds."""

    id: str
    stage: Stage
    as_of: datetime
    passthrough: str | None = None
    upload_id: str | None = None
    playback_id: str | None = None  # the first that needs a token
    duration: float | None = None
    aspect_ratio: str | None = None
    max_resolution: str | None = None
    tracks: tuple[Track, ...] = ()
    error: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class AssetPage:
    """A page of the list of all assets: their ids, and what names the next page; None on the last."""

    asset_ids: tuple[str, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A direct upload. `url` takes the file's bytes until `timeout` seconds after it was made."""

    id: str
    stage: Stage
    passthrough: str | None = None
    url: str | None = None
    timeout: int | None = None
    asset_id: str | None = None
    error: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class VideoUpdate:
    """What one event tells, about exactly one of an upload, an asset or an asset's track.

    `rank` orders updates of the same instant, since the service's clock may tell whole seconds only.
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
    """Return what an asset that was asked for tells, to be weighed against events."""
    rank = DONE_RANK * (asset.stage is not Stage.PREPARING)
    return VideoUpdate("", asset.as_of, rank=rank, asset=asset)


def upload_update(upload: Upload) -> VideoUpdate:
    """Return what an upload that was asked for tells. Uploads only move forward, so the time does not matter."""
    return VideoUpdate("", now(), rank=0, upload=upload)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key for playback tokens. The service shows the private half this once."""

    id: str
    private_key: str


class VideoService(Protocol):
    """A video service. Every call may raise `VideoServiceError`, takes seconds at most, and is never repeated by itself.

    passthrough: comes back with every event. title: for people who look at the service's own pages.
    subtitles: language codes in which subtitles are to be written by the service.
    """

    def create_upload(
        self, *, passthrough: str, title: str, cors_origin: str, timeout: int, subtitles: Sequence[str]
    ) -> Upload:
        """Ask for a URL that takes a file. `timeout` is in seconds."""

    def get_upload(self, upload_id: str) -> Upload:
        """Return what became of an upload."""

    def cancel_upload(self, upload_id: str) -> None:
        """Take no file any more. Raises `Refused` when the file has arrived or the upload is over."""

    def create_asset(self, url: str, *, passthrough: str, title: str, subtitles: Sequence[str]) -> Asset:
        """Make an asset of the file at a URL, which the service fetches."""

    def get_asset(self, asset_id: str) -> Asset:
        """Return an asset as it is now."""

    def list_assets(self, cursor: str | None) -> AssetPage:
        """Return the page of all assets that a cursor names, by default the first. Raises `Refused` for an outworn one."""

    def add_signed_playback_id(self, asset_id: str) -> str:
        """Give an asset a playback id that needs a token."""

    def generate_subtitles(self, asset_id: str, audio_track_id: str, languages: Sequence[str]) -> None:
        """Have subtitles written for an asset that is ready."""

    def delete_asset(self, asset_id: str) -> None:
        """Delete an asset for good. Raises `Busy` while it is being prepared."""

    def create_signing_key(self) -> SigningKey:
        """Make a key for playback tokens."""


def service() -> VideoService:
    """Return the service that the configuration chose.

    Raises:
        Unconfigured: it chose none.
    """
    chosen: VideoService | None = current_app.extensions[EXTENSION]
    if chosen is None:
        raise Unconfigured()
    return chosen
