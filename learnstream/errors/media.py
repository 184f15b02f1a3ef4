"""Errors of videos, their sources and their webhook events."""

from typing import Any

from learnstream.errors import (
    BadRequest,
    Conflict,
    Denied,
    NotFound,
    Retry,
    Unavailable,
    Unprocessable,
)


class NoVideo(NotFound):
    code, detail = "no_video", "This lesson has no video."


class NoDocument(NotFound):
    code, detail = "no_document", "This lesson has no document."


class FileLinkInvalid(Denied):
    code, detail = "file_link_invalid", "The link to this file is not valid here; request another one."
    retry = Retry.NEVER


class FileLinkExpired(Denied):
    code, detail = "file_link_expired", "The link to this file has expired; request another one."
    retry = Retry.NEVER


class FileLinkOutdated(Denied):
    code, detail = "file_link_outdated", "The lesson does not show this file any more; request another link."
    retry = Retry.NEVER


class WebhooksUnconfigured(Unavailable):
    """Without a secret, no webhook can be verified."""

    code, detail = "webhooks_unconfigured", "No webhook secret is configured on this server."
    retry_after = 300


class SignatureInvalid(Denied):
    code, detail = "signature_invalid", "The Mux-Signature header does not match this body."
    retry = Retry.NEVER


class SignatureExpired(Denied):
    code, detail = "signature_expired", "The timestamp in the Mux-Signature header is more than five minutes off."
    retry = Retry.NEVER


class UnknownAsset(Unprocessable):
    code, detail = "unknown_asset", "The video service has no such asset."

    def __init__(self, *_: Any) -> None:
        super().__init__(errors={"json": {"asset_id": [self.detail]}})


class VideoErrored(Conflict):
    code, detail = "video_errored", "The video service could not read this asset's file."


class VideoDeleted(Conflict):
    code, detail = "video_deleted", "This asset is being deleted."


class SubtitlesTooEarly(Conflict):
    code, detail = "video_not_ready", "Subtitles can be written once the asset is ready."
    retry = Retry.LATER


class Contended(Conflict):
    """Too many concurrent writes to the same video; retrying later succeeds."""

    retry = Retry.LATER


class SourceRefused(Unprocessable):
    """The URL must not be passed to the video service for fetching."""

    code = "video_url_refused"
    detail = "The video's URL must be a public https:// address."

    def __init__(self, why: str = "Must be a public https:// URL.") -> None:
        super().__init__(errors={"json": {"video_url": [why]}})


class NoSuchVideo(NotFound):
    detail = "The video does not exist."


class NotAnEvent(BadRequest):
    code, detail = "not_an_event", "The body must be a JSON object with the strings `id` and `type`."


class NoSuchEvent(NotFound):
    detail = "The webhook event does not exist; webhook events are kept for 45 days."
