"""The Mux adapter for the video port, and the only module that uses Mux's SDK.

The SDK builds, authenticates and sends requests; responses are parsed here (`_preload_content=False`), because the SDK
rejects a whole response if it contains an enum value newer than the SDK.
"""

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, NamedTuple

import mux_python
import urllib3
from mux_python.exceptions import ApiException, OpenApiException

from learnstream.clock import now
from learnstream.errors.video_service import Busy, Refused, Unknown, VideoServiceError
from learnstream.integrations.mux import records
from learnstream.integrations.mux.records import UNREADABLE, Record
from learnstream.integrations.video import Asset, AssetPage, SigningKey, Upload

log = logging.getLogger(__name__)

# Connect and read timeouts in seconds. Our longest request makes two calls and must end within 15 s.
TIMEOUT = (1.5, 4.0)
# Assets per page of the list; Mux's maximum.
PAGE = 100
# The assumed clock difference to Mux if a response has no Date header.
CLOCK_SKEW = timedelta(minutes=1)


class Answer(NamedTuple):
    """The data of a response, the next page's cursor, and the time by Mux's clock."""

    data: Any
    next_cursor: Any
    as_of: datetime


class MuxVideo:
    """A `VideoService`."""

    def __init__(self, api_url: str, token_id: str, token_secret: str) -> None:
        self._api_url = api_url
        self._token = (token_id, token_secret)

    @cached_property
    def _client(self) -> mux_python.ApiClient:
        # Created by the first call, hence after gunicorn's fork; its pool is shared by all threads.
        configuration = mux_python.Configuration(self._api_url, username=self._token[0], password=self._token[1])
        configuration.retries = False
        return mux_python.ApiClient(configuration)

    @cached_property
    def _uploads(self) -> mux_python.DirectUploadsApi:
        return mux_python.DirectUploadsApi(self._client)

    @cached_property
    def _assets(self) -> mux_python.AssetsApi:
        return mux_python.AssetsApi(self._client)

    def create_upload(
        self, *, passthrough: str, title: str, cors_origin: str, timeout: int, subtitles: Sequence[str]
    ) -> Upload:
        settings = _asset_settings(passthrough=passthrough, title=title)
        if subtitles:
            # For a direct upload, Mux expects them in an input without a URL.
            settings["inputs"] = [{"generated_subtitles": _subtitles(subtitles)}]
        request = {"timeout": timeout, "cors_origin": cors_origin, "new_asset_settings": settings}
        answer = self._call(self._uploads.create_direct_upload, request)
        return _read(records.upload, answer.data, uncertain=True)

    def get_upload(self, upload_id: str) -> Upload:
        answer = self._call(self._uploads.get_direct_upload, upload_id)
        return _read(records.upload, answer.data)

    def cancel_upload(self, upload_id: str) -> None:
        self._call(self._uploads.cancel_direct_upload, upload_id, forbidden=Refused)

    def create_asset(self, url: str, *, passthrough: str, title: str, subtitles: Sequence[str]) -> Asset:
        source: Record = {"url": url}
        if subtitles:
            source["generated_subtitles"] = _subtitles(subtitles)
        request = _asset_settings(passthrough=passthrough, title=title) | {"inputs": [source]}
        answer = self._call(self._assets.create_asset, request)
        return _read(records.asset, answer.data, uncertain=True, as_of=answer.as_of)

    def get_asset(self, asset_id: str) -> Asset:
        answer = self._call(self._assets.get_asset, asset_id)
        return _read(records.asset, answer.data, as_of=answer.as_of)

    def list_assets(self, cursor: str | None) -> AssetPage:
        page: Record = {"cursor": cursor} if cursor else {}
        answer = self._call(self._assets.list_assets, limit=PAGE, **page)
        return _read(records.asset_page, answer.data, next_cursor=answer.next_cursor)

    def add_signed_playback_id(self, asset_id: str) -> str:
        answer = self._call(self._assets.create_asset_playback_id, asset_id, {"policy": "signed"})
        return _read(lambda record: str(record["id"]), answer.data, uncertain=True)

    def generate_subtitles(self, asset_id: str, audio_track_id: str, languages: Sequence[str]) -> None:
        request = {"generated_subtitles": _subtitles(languages)}
        self._call(self._assets.generate_asset_track_subtitles, asset_id, audio_track_id, request)

    def delete_asset(self, asset_id: str) -> None:
        self._call(self._assets.delete_asset, asset_id, refused=Busy)

    def create_signing_key(self) -> SigningKey:
        answer = self._call(mux_python.SigningKeysApi(self._client).create_signing_key)
        return _read(lambda record: SigningKey(record["id"], record["private_key"]), answer.data, uncertain=True)

    def _call(
        self,
        operation: Callable[..., Any],
        *arguments: Any,
        refused: type[VideoServiceError] = Refused,
        forbidden: type[VideoServiceError] = VideoServiceError,
        **query: Any,
    ) -> Answer:
        """Send a request; `refused` and `forbidden` are the errors that 400 and 403 stand for in this call."""
        errors = {400: refused, 403: forbidden, 404: Unknown, 422: refused}
        try:
            response = _send(operation, arguments, query, errors)
            return Answer(*_content(response.data), as_of=_time_of(response))
        except VideoServiceError as error:
            # Mux's message goes to the log, not to the client.
            log.warning("%s: %s", operation.__name__, error)
            raise


def _send(
    operation: Callable[..., Any],
    arguments: tuple[Any, ...],
    query: Record,
    errors: dict[int, type[VideoServiceError]],
) -> urllib3.BaseHTTPResponse:
    """Send one request and read the whole response; `errors` maps a status to its error."""
    try:
        response: urllib3.BaseHTTPResponse = operation(
            *arguments, **query, _preload_content=False, _request_timeout=TIMEOUT
        )
        response.data  # noqa: B018 - reads it, and returns the connection to the pool
    except ApiException as error:
        raise _to_error(error, errors) from error
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
        raise VideoServiceError(str(error)) from error
    except urllib3.exceptions.HTTPError as error:
        raise VideoServiceError(str(error), uncertain=True) from error
    except (OpenApiException, ValueError) as error:
        # The SDK's own validation rejected the request before sending it.
        raise Refused(str(error)) from error
    return response


def _asset_settings(*, passthrough: str, title: str) -> Record:
    return {
        "playback_policies": ["signed"],
        "passthrough": passthrough,
        "meta": {"title": title[:512], "external_id": passthrough},
    }


def _subtitles(languages: Sequence[str]) -> list[Record]:
    return [{"language_code": language, "name": language} for language in languages]


def _to_error(error: ApiException, errors: dict[int, type[VideoServiceError]]) -> VideoServiceError:
    kind = errors.get(error.status, VideoServiceError)
    # A 5xx response may follow a request that took effect; a 4xx response never does.
    return kind(f"{error.status} {error.body}"[:500], uncertain=error.status is not None and error.status >= 500)


def _content(body: bytes) -> tuple[Any, Any]:
    """Return the data of a response, and the next page's cursor."""
    if not body:
        return {}, None
    try:
        content = json.loads(body)
        return content["data"], content.get("next_cursor")
    except UNREADABLE as error:
        raise VideoServiceError(f"unexpected response body: {body[:100]!r}", uncertain=True) from error


def _read(reader: Callable[..., Any], data: Any, *, uncertain: bool = False, **more: Any) -> Any:
    try:
        return reader(data, **more)
    except UNREADABLE as error:
        raise VideoServiceError(f"unexpected response data: {error!r}", uncertain=uncertain) from error


def _time_of(response: Any) -> datetime:
    # Whole seconds, rounded down: a webhook event of the same second may be later, and must not count as older.
    try:
        return parsedate_to_datetime(response.headers["Date"])
    except UNREADABLE:
        return now() - CLOCK_SKEW
