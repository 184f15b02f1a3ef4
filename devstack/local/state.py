"""`.devstack/state.json`: what runs, for scripts. The file exists while LearnStream runs."""

import json
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

from devstack.local.secrets_file import write_private
from devstack.services.stack import KINDS, Stack


class Account(TypedDict):
    """An account to sign in with."""

    role: str
    email: str
    password: str


class Store(TypedDict):
    """The address of a store; without a pid if it is an external one."""

    address: str
    pid: int | None


class MailServer(TypedDict):
    """Where mails are sent; `inbox` is the URL of the page that shows them, unless it is an external server."""

    address: str
    inbox: str | None


class FileStorage(TypedDict):
    """Where the bytes of files are: `gridfs` or `s3`, with the URL of the server that clients upload to."""

    kind: str
    address: str | None


class VendorAccess(TypedDict):
    """The address of a vendor's API, and the secret that signs its events."""

    address: str
    webhook_secret: str


class State(TypedDict):
    """The file's content."""

    url: str
    watch: str
    quiz: str
    homework: str
    grades: str
    catalogue: str
    course: str
    orders: str
    book: str
    search: str
    notifications: str
    upload: str
    accounts: list[Account]
    services: dict[str, Store]
    mux: VendorAccess
    stripe: VendorAccess
    mail: MailServer
    files: FileStorage


def path(directory: Path) -> Path:
    return directory / "state.json"


def write(directory: Path, state: State) -> None:
    write_private(path(directory), state)


def remove(directory: Path) -> None:
    path(directory).unlink(missing_ok=True)


def running_url(directory: Path) -> str | None:
    """Return the URL of the running LearnStream, as its last start wrote it."""
    try:
        return str(json.loads(path(directory).read_text())["url"])
    except (OSError, ValueError, KeyError):
        return None


def stores(stack: Stack) -> dict[str, Store]:
    """Return every store, external ones included."""
    return {kind.__name__.lower(): _store(stack, name) for name, kind in KINDS.items()}


def _store(stack: Stack, name: str) -> Store:
    if service := stack.services.get(name):
        return {"address": service.address, "pid": service.pid}
    # Without the credentials that the URL may contain.
    return {"address": urlsplit(stack.external_urls[name]).netloc.rpartition("@")[2], "pid": None}
