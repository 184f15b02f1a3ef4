"""Validation of requests as Mux does it; anything invalid is a 400 that names the field."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from flask import request

from devstack.emulation.store import Record
from devstack.mux.errors import MuxError

POLICIES = ("public", "signed")
QUALITIES = ("basic", "plus", "premium")
TIERS = ("1080p", "1440p", "2160p")
RESOLUTIONS = ("highest", "audio-only", "2160p", "1440p", "1080p", "720p", "540p", "480p", "360p", "270p")
LANGUAGES = (
    *("en", "es", "it", "pt", "de", "fr", "pl", "ru", "nl", "ca", "tr"),
    *("sv", "uk", "no", "fi", "sk", "el", "cs", "hr", "da", "ro", "bg"),
)
META_LENGTHS = {"title": 512, "creator_id": 128, "external_id": 128}


def body() -> Record:
    """Return the request's JSON object."""
    value = request.get_json(silent=True)
    if not isinstance(value, dict):
        raise MuxError(400, "The request body must be a JSON object")
    return value


def paging() -> tuple[int, int]:
    """Return the first and past-the-last index from `limit` and `page`."""
    limit = min(100, max(1, request.args.get("limit", 25, int)))
    start = (max(1, request.args.get("page", 1, int)) - 1) * limit
    return start, start + limit


def cursor_for(position: int | None) -> str | None:
    """Return the opaque cursor of a position in a list; None at its end."""
    return None if position is None else urlsafe_b64encode(f"before:{position}".encode()).decode().rstrip("=")


def cursor() -> int | None:
    """Return the position from the request's cursor; None without one."""
    encoded = request.args.get("cursor")
    if encoded is None:
        return None
    try:
        prefix, position = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode().split(":")
        if prefix == "before":
            return int(position)
    except ValueError:
        pass
    raise MuxError(400, "cursor is none that a page gave")


def check_text(record: Record, field: str, max_length: int) -> None:
    value = record.get(field)
    if value is not None and (not isinstance(value, str) or len(value) > max_length):
        raise MuxError(400, f"{field} must be a string of at most {max_length} characters")


def check_choice(record: Record, field: str, choices: tuple[str, ...]) -> None:
    if record.get(field) is not None and record[field] not in choices:
        raise MuxError(400, f"{field} must be one of {', '.join(choices)}")


def check_metadata(record: Record) -> None:
    """Check the two fields that can be updated later."""
    check_text(record, "passthrough", 255)
    meta = record.get("meta") or {}
    if not isinstance(meta, dict):
        raise MuxError(400, "meta must be an object")
    for field, max_length in META_LENGTHS.items():
        check_text(meta, field, max_length)


def check_asset(settings: Record) -> Record:
    """Return a create-asset request, checked as Mux checks it."""
    check_metadata(settings)
    check_choice(settings, "video_quality", QUALITIES)
    check_choice(settings, "max_resolution_tier", TIERS)
    for policy in policies(settings):
        if policy not in POLICIES:
            raise MuxError(400, f"{policy!r} is not a playback policy")
    for rendition in _objects(settings, "static_renditions"):
        check_choice(rendition, "resolution", RESOLUTIONS)
    for subtitles in generated_subtitles(settings):
        check_subtitles(subtitles)
    return settings


def check_subtitles(subtitles: Record) -> None:
    check_text(subtitles, "name", 255)
    if subtitles.get("language_code", "en") not in LANGUAGES:
        raise MuxError(400, f"subtitles cannot be generated in {subtitles['language_code']!r}")


def policies(settings: Record) -> list[str]:
    """Return the playback policies; `playback_policy` is the deprecated name."""
    value = settings.get("playback_policies") or settings.get("playback_policy") or []
    if not isinstance(value, list | str):
        raise MuxError(400, "playback_policies must be a list")
    return [value] if isinstance(value, str) else value


def inputs(settings: Record) -> list[Record]:
    """Return the inputs; `input` is the deprecated name, and a bare URL is an input."""
    value = settings.get("inputs") or settings.get("input") or []
    return [{"url": value}] if isinstance(value, str) else _objects({"inputs": value}, "inputs")


def generated_subtitles(settings: Record) -> list[Record]:
    return [subtitles for source in inputs(settings)[:1] for subtitles in _objects(source, "generated_subtitles")]


def _objects(record: Record, field: str) -> list[Any]:
    value = record.get(field) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise MuxError(400, f"{field} must be a list of objects")
    return value
