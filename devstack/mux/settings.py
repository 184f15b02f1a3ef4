"""Validation of requests as Mux does it; anything invalid is a 400 that names the field."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from flask import request

from devstack.mux.errors import MuxError
from devstack.mux.store import Record

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
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise MuxError(400, "The request body must be a JSON object")
    return found


def paging() -> tuple[int, int]:
    """Return the first and past-the-last index from `limit` and `page`."""
    limit = min(100, max(1, request.args.get("limit", 25, int)))
    start = (max(1, request.args.get("page", 1, int)) - 1) * limit
    return start, start + limit


def cursor_for(place: int | None) -> str | None:
    """Return the opaque cursor of a position in a list; None at its end."""
    return None if place is None else urlsafe_b64encode(f"before:{place}".encode()).decode().rstrip("=")


def cursor() -> int | None:
    """Return the position from the request's cursor; None without one."""
    given = request.args.get("cursor")
    if given is None:
        return None
    try:
        word, place = urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode().split(":")
        if word == "before":
            return int(place)
    except ValueError:
        pass
    raise MuxError(400, "cursor is none that a page gave")


def check_text(record: Record, field: str, longest: int) -> None:
    value = record.get(field)
    if value is not None and (not isinstance(value, str) or len(value) > longest):
        raise MuxError(400, f"{field} must be a string of at most {longest} characters")


def check_choice(record: Record, field: str, choices: tuple[str, ...]) -> None:
    if record.get(field) is not None and record[field] not in choices:
        raise MuxError(400, f"{field} must be one of {', '.join(choices)}")


def check_labels(record: Record) -> None:
    """Check the two fields that can be updated later."""
    check_text(record, "passthrough", 255)
    meta = record.get("meta") or {}
    if not isinstance(meta, dict):
        raise MuxError(400, "meta must be an object")
    for field, longest in META_LENGTHS.items():
        check_text(meta, field, longest)


def check_asset(settings: Record) -> Record:
    """Return a create-asset request, checked as Mux checks it."""
    check_labels(settings)
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


def check_subtitles(wanted: Record) -> None:
    check_text(wanted, "name", 255)
    if wanted.get("language_code", "en") not in LANGUAGES:
        raise MuxError(400, f"subtitles cannot be generated in {wanted['language_code']!r}")


def policies(settings: Record) -> list[str]:
    """Return the playback policies; `playback_policy` is the deprecated name."""
    found = settings.get("playback_policies") or settings.get("playback_policy") or []
    if not isinstance(found, list | str):
        raise MuxError(400, "playback_policies must be a list")
    return [found] if isinstance(found, str) else found


def inputs(settings: Record) -> list[Record]:
    """Return the inputs; `input` is the deprecated name, and a bare URL is an input."""
    found = settings.get("inputs") or settings.get("input") or []
    return [{"url": found}] if isinstance(found, str) else _objects({"inputs": found}, "inputs")


def generated_subtitles(settings: Record) -> list[Record]:
    return [wanted for source in inputs(settings)[:1] for wanted in _objects(source, "generated_subtitles")]


def _objects(record: Record, field: str) -> list[Any]:
    found = record.get(field) or []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise MuxError(400, f"{field} must be a list of objects")
    return found
