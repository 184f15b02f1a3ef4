"""Guards every address that a client gives: it must be a public `https://` URL, however a private one is disguised.

We fetch none of them ourselves. The video service or a reader's browser does, from its own network; the guard keeps us
from sending it to a router, or to the address where clouds hand out their secrets.
"""

import re
import socket
from collections.abc import Collection, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address

RESOLUTION_SECONDS = 2.0
MAX_LENGTH = 2048
# Printable ASCII without what browsers and libraries read differently.
PLAIN = re.compile(r"[\x21-\x7e]+")
NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# The URL standard reads a host as an IPv4 address if its last label is a number, even if that makes it invalid.
NUMERIC = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)")
# Names of the network or machine that resolves them: RFC 6761, 6762, 8375, and ICANN's reservation of `internal`.
LOCAL_NAMES = re.compile(r"[^.]+|(.+\.)?(localhost|local|internal|home\.arpa)")

# IPv6 networks whose addresses stand for an IPv4 address, and the bit at which that begins, counted from the right.
CARRIERS = {
    IPv6Network("::/96"): 0,  # IPv4-compatible
    IPv6Network("::ffff:0:0/96"): 0,  # IPv4-mapped
    IPv6Network("::ffff:0:0:0/96"): 0,  # IPv4-translated
    IPv6Network("64:ff9b::/96"): 0,  # NAT64
    IPv6Network("2002::/16"): 80,  # 6to4
}
# Besides the carriers, IANA has given out addresses of this network alone.
UNICAST = IPv6Network("2000::/3")
# IANA's special-purpose registries, as far as `ipaddress` of some supported Python takes them for ordinary addresses.
SPECIAL_4 = tuple(
    map(
        IPv4Network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # multicast tunnels
            "192.88.99.0/24",  # relays of 6to4
            "192.175.48.0/24",  # AS112
        ),
    )
)
SPECIAL_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them, which hides two addresses
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
# The bits before the IPv4 address in an interface identifier of ISATAP (RFC 5214), but for the one that may differ.
ISATAP, ISATAP_MASK = 0x0000_5EFE, 0xFDFF_FFFF


class NotPublic(ValueError):
    """The URL is not a public https address; the message says why, to the client."""


def check(url: str) -> str:
    """Return a URL that is public by its own words; where a name leads is not asked.

    Raises:
        NotPublic: it is not https, not plain, or names a private, local or reserved host.
    """
    _host(url)
    return url


def check_resolved(url: str, *, trusted: Collection[str] = ()) -> str:
    """Return a URL all of whose addresses are public; hosts that are `trusted` may be or lead to anything.

    Raises:
        NotPublic: as in `check`, or its name leads to such an address or to none.
    """
    host = _host(url, trusted)
    if host not in trusted and not _is_literal(host):
        _require_public(_resolve(host))
    return url


def _host(url: str, trusted: Collection[str] = ()) -> str:
    parts = _split(url)
    host = (parts.hostname or "").removesuffix(".")
    if host in trusted:
        return host
    if not (":" in host if "[" in parts.netloc else NAME.fullmatch(host)):
        raise NotPublic("Must name a host.")
    if _is_literal(host):
        _require_public([_literal(host)])
    elif LOCAL_NAMES.fullmatch(host):
        raise NotPublic("Must name a host that is known everywhere.")
    return host


def _split(url: str) -> SplitResult:
    if len(url) > MAX_LENGTH or not PLAIN.fullmatch(url) or "\\" in url:
        raise NotPublic("Must be plain ASCII without spaces, at most 2048 characters; encode the rest.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotPublic("Must be a public https:// URL.") from None
    if parts.scheme != "https":
        raise NotPublic("Must begin with https://")
    if port not in {None, 443}:
        raise NotPublic("Must not name a port other than 443.")
    if "@" in parts.netloc:
        raise NotPublic("Must not hold a user name or password.")
    return parts


def _is_literal(host: str) -> bool:
    return ":" in host or bool(NUMERIC.fullmatch(host))


def _literal(host: str) -> Address:
    """Return the address that a host spells out, in the one notation that is read alike everywhere.

    `010.0.0.1` is 8.0.0.1 to C libraries and 10.0.0.1 to others; a zone (`%eth0`) means something to one machine only.
    """
    if "%" not in host:
        with suppress(ValueError):
            return ip_address(host)
    with suppress(OSError):
        # Takes every notation that C libraries take: 127.1, 0x7f000001, 017700000001, 2130706433.
        _require_public([IPv4Address(socket.inet_aton(host))])
    raise NotPublic("Must name a host, or an address in its usual notation.")


def _require_public(addresses: Iterable[Address]) -> None:
    if not all(map(is_public, addresses)):
        raise NotPublic("Must not lead to a private, local or reserved address.")


def _resolve(host: str) -> list[Address]:
    """Ask for a name's addresses, in a thread of its own because the system's resolver cannot be given a time limit."""
    answer: SimpleQueue[list[Address]] = SimpleQueue()
    Thread(target=lambda: answer.put(_look_up(host)), name="resolve", daemon=True).start()
    try:
        addresses = answer.get(timeout=RESOLUTION_SECONDS)
    except Empty:
        addresses = []
    if not addresses:
        raise NotPublic("Must name a host that can be found.")
    return addresses


def _look_up(host: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ip_address(str(address[0]).partition("%")[0]) for *_, address in found]


def is_public(address: Address) -> bool:
    """Say whether an address is an ordinary one that the whole internet may reach: global, and nothing special."""
    if isinstance(address, IPv4Address):
        special = address.is_multicast or address.is_reserved or any(address in network for network in SPECIAL_4)
        return address.is_global and not special
    carried = _carried(address)
    if carried is not None:
        return is_public(carried)
    special = any(address in network for network in SPECIAL_6) or int(address) >> 32 & ISATAP_MASK == ISATAP
    return address in UNICAST and address.is_global and not special


def _carried(address: IPv6Address) -> IPv4Address | None:
    for network, begin in CARRIERS.items():
        if address in network:
            return IPv4Address(int(address) >> begin & 0xFFFFFFFF)
    return None
