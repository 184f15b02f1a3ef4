"""A check of the configured file storage, for operators: what the application and browsers need of it, tried for real."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bson import ObjectId

from learnstream.clock import now
from learnstream.errors.file_storage import FileStorageError
from learnstream.integrations import files as port
from learnstream.integrations.files import FileStore, UploadTarget
from learnstream.services.media import files

if TYPE_CHECKING:
    import urllib3

CONTENT = b"%PDF-1.7 A check of the storage; it may be deleted.\n"
PDF = "application/pdf"
LIFETIME = timedelta(minutes=5)
CONNECT_TIMEOUT, READ_TIMEOUT = 2, 10  # seconds


class Result(NamedTuple):
    """The outcome of one step; `problem` is None if it succeeded."""

    step: str
    problem: str | None


class Failed(Exception):
    """A step did not succeed: its text says what happened instead."""


def run(origins: list[str]) -> Iterator[Result]:
    """Try the storage for new files with an object that is deleted in the end; yield the result of each step.

    origins: those from which browsers upload, as the bucket's CORS rule must permit them.
    """
    store, name = port.service(), files.staging_name(ObjectId())
    try:
        for step, action in _steps(store, name, origins):
            yield Result(step, _problem(action))
    finally:
        yield Result("delete", _problem(lambda: _delete(store, name)))


def _steps(store: FileStore, name: str, origins: list[str]) -> Iterator[tuple[str, Callable[[], None]]]:
    yield "write and read", lambda: _write_and_read(store, name)
    yield "list", lambda: _list(store, name)
    if store.kind == "gridfs":  # clients reach it through this application only
        return
    target = store.upload_target(name, size=len(CONTENT), content_type=PDF, expires_at=now() + LIFETIME)
    yield "upload by a client", lambda: _expect(200, _send(target, CONTENT))
    yield "rejection of another size", lambda: _expect(403, _send(target, CONTENT + b"more"))
    yield "download by a client", lambda: _download(store, name)
    for origin in origins:
        yield f"upload from pages of {origin} (CORS)", lambda origin=origin: _ask_as_browser(target, origin)  # type: ignore[misc]


def _problem(action: Callable[[], None]) -> str | None:
    try:
        action()
    except FileStorageError as error:
        return f"{error.detail} The log has the reason."
    except Failed as error:
        return str(error)
    return None


def _write_and_read(store: FileStore, name: str) -> None:
    store.put(name, [CONTENT], content_type=PDF)
    if b"".join(store.open(name)) != CONTENT:
        raise Failed("other bytes were read than had been written")


def _list(store: FileStore, name: str) -> None:
    if name not in store.names(name, older_than=now() + timedelta(days=1)):
        raise Failed("the object is not listed")


def _download(store: FileStore, name: str) -> None:
    shown = {"filename": "Проверка.pdf", "content_type": PDF, "inline": True}
    url = store.download_url(name, **shown, expires_at=now() + LIFETIME) or ""  # type: ignore[arg-type]
    response = _request("GET", url, {"Range": "bytes=0-3"})
    _expect(206, response)
    if response.data != CONTENT[:4] or not response.headers.get("Content-Disposition", "").startswith("inline;"):
        raise Failed("the bytes or headers are not those that were asked for")


def _delete(store: FileStore, name: str) -> None:
    store.delete(name)
    if name in store.names(name, older_than=now() + timedelta(days=1)):
        raise Failed(f"{name} is still listed")


def _send(target: UploadTarget, content: bytes) -> "urllib3.BaseHTTPResponse":
    return _request(target.method, target.url, target.headers, content)


def _ask_as_browser(target: UploadTarget, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    response = _request("OPTIONS", target.url, asked)
    if response.headers.get("Access-Control-Allow-Origin") not in {origin, "*"}:
        raise Failed(f"the answer to a browser's question was {response.status}, without permission")


def _request(method: str, url: str, headers: dict[str, str], body: bytes | None = None) -> "urllib3.BaseHTTPResponse":
    import urllib3  # noqa: PLC0415 - 0.6 MB that only this check needs

    timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT)
    try:
        return urllib3.request(method, url, headers=headers, body=body, timeout=timeout, retries=False, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        raise Failed(str(error)) from error


def _expect(status: int, response: "urllib3.BaseHTTPResponse") -> None:
    if response.status != status:
        reason = " ".join(response.data.decode(errors="replace").split())
        raise Failed(f"the answer was {response.status}: {reason[:300]}")
