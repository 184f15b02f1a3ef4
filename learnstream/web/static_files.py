"""Static files: compressed, and kept by browsers as long as the page that names them asks for the same content."""

import mimetypes
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.utils import safe_join

from learnstream.errors.family import NoSuchAddress
from learnstream.web import packed
from learnstream.web.packed import REVALIDATE, YEAR, Packed

VERSION = "v"  # the query parameter with the content's digest
MOST = 100  # files in memory


def init_app(app: Flask) -> None:
    """Add the digest of a static file's content to the URLs that pages have for it."""
    app.url_defaults(_add_version)


def send(name: str) -> Response:
    """Return a static file."""
    path = _path(name)
    if path is None:
        raise NoSuchAddress()
    return send_packed(_read(path), mimetypes.guess_type(path.name)[0] or "application/octet-stream")


def send_packed(found: Packed, mimetype: str) -> Response:
    """Return a file's content. Only its URL with the digest is valid forever: during a release, two versions are served."""
    is_versioned = request.args.get(VERSION) == found.digest
    return packed.send(found, mimetype, max_age=YEAR if is_versioned else REVALIDATE)


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and (path := _path(values.get("filename", ""))):
        values[VERSION] = _read(path).digest


def _path(name: str) -> Path | None:
    joined = safe_join(str(current_app.static_folder), name)
    # `Path.is_file` raises an error for a name that is too long for the file system.
    return Path(joined) if joined and os.path.isfile(joined) else None  # noqa: PTH113


def _read(path: Path) -> Packed:
    return _packed(path, path.stat().st_mtime_ns)


@lru_cache(MOST)
def _packed(path: Path, _: int) -> Packed:
    return packed.pack(path.read_bytes())
