"""Which URLs the video service may be asked to fetch: public ones, in whatever notation somebody hides a private one.

We never fetch them ourselves. The service does, from its own network; the guard keeps us from being the one who sends
it to somebody's router or to the address where clouds hand out their secrets.
"""

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import SplitResult, urlsplit

from flask import current_app

from learnstream.errors import Unprocessable

Address = IPv4Address | IPv6Address

RESOLUTION_SECONDS = 2.0
MAX_LENGTH = 2048
# Printable ASCII without what browsers and libraries read differently.
PLAIN = re.compile(r"[\x21-\x7e]+")
NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")

# IPv6 networks whose addresses stand for an IPv4 address, and the bit at which that begins, counted from the right.
CARRIERS = {
    IPv6Network("::/96"): 0,  # IPv4-compatible
    IPv6Network("::ffff:0:0/96"): 0,  # IPv4-mapped
    IPv6Network("::ffff:0:0:0/96"): 0,  # IPv4-translated
    IPv6Network("64:ff9b::/96"): 0,  # NAT64
    IPv6Network("64:ff9b:1::/48"): 0,  # NAT64 of one's own
    IPv6Network("2002::/16"): 80,  # 6to4
}
# Teredo hides its two addresses, and nothing worth fetching lies behind it.
TEREDO = IPv6Network("2001::/32")


class SourceRefused(Unprocessable):
    """The URL is not one that the video service may be asked to fetch."""

    code = "video_url_refused"
    detail = "The video's URL must be a public https:// address."

    def __init__(self, why: str = "Must be a public https:// URL.") -> None:
        super().__init__(errors={"json": {"video_url": [why]}})


def check(url: str) -> str:
    """Return the URL if the video service may be asked to fetch it.

    Raises:
        SourceRefused: it is not https, not plain, or leads (or may lead) to an address that is not public.
    """
    parts = _split(url)
    host = _host(parts)
    if host not in current_app.config["VIDEO_URL_HOSTS"] and not all(map(is_public, _addresses(host))):
        raise SourceRefused("Must not lead to a private, local or reserved address.")
    return url


def _split(url: str) -> SplitResult:
    if len(url) > MAX_LENGTH or not PLAIN.fullmatch(url) or "\\" in url:
        raise SourceRefused("Must be plain ASCII without spaces, at most 2048 characters; encode the rest.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SourceRefused() from None
    if parts.scheme != "https":
        raise SourceRefused("Must begin with https://")
    if port not in {None, 443}:
        raise SourceRefused("Must not name a port other than 443.")
    if "@" in parts.netloc:
        raise SourceRefused("Must not hold a user name or password.")
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")
    if not host or not (":" in host or NAME.fullmatch(host)):
        raise SourceRefused("Must name a host.")
    return host


def _addresses(host: str) -> Iterable[Address]:
    """Return every address a host may mean.

    Raises:
        SourceRefused: it means none.
    """
    if ":" in host:
        try:
            return [ip_address(host)]
        except ValueError:
            raise SourceRefused("Must name a host.") from None
    try:
        # Takes every notation that C libraries take: 127.1, 0x7f000001, 017700000001, 2130706433.
        return [IPv4Address(socket.inet_aton(host))]
    except OSError:
        return _resolve(host)


def _resolve(host: str) -> list[Address]:
    """Ask for a name's addresses, in a thread of its own because the system's resolver cannot be given a time limit."""
    answer: SimpleQueue[list[Address]] = SimpleQueue()
    Thread(target=lambda: answer.put(_look_up(host)), name="resolve", daemon=True).start()
    try:
        addresses = answer.get(timeout=RESOLUTION_SECONDS)
    except Empty:
        addresses = []
    if not addresses:
        raise SourceRefused("Must name a host that can be found.")
    return addresses


def _look_up(host: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ip_address(str(address[0]).partition("%")[0]) for *_, address in found]


def is_public(address: Address) -> bool:
    """Say whether anybody on the internet may reach an address, and so may the video service."""
    if isinstance(address, IPv6Address):
        if address in TEREDO or address.is_site_local:
            return False
        carried = _carried(address)
        if carried is not None:
            return is_public(carried)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _carried(address: IPv6Address) -> IPv4Address | None:
    for network, begin in CARRIERS.items():
        if address in network:
            return IPv4Address(int(address) >> begin & 0xFFFFFFFF)
    return None
