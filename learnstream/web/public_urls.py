"""Validation of URLs from clients: they must be public `https://` URLs, in whatever notation the host is written.

The server fetches none of them. The video service or a reader's browser does, from its own network; the validation
prevents SSRF: requests to routers, or to the metadata services of cloud providers.
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
# Printable ASCII without spaces; browsers and libraries parse anything else differently.
PLAIN = re.compile(r"[\x21-\x7e]+")
NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# The URL standard parses a host as an IPv4 address if its last label is a number, even if that makes it invalid.
NUMERIC = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)")
# Names with a local meaning only: RFC 6761, 6762, 8375, and ICANN's reservation of `internal`.
LOCAL_NAMES = re.compile(r"[^.]+|(.+\.)?(localhost|local|internal|home\.arpa)")

# IPv6 networks whose addresses embed an IPv4 address, and the bit at which that begins, counted from the right.
EMBEDDING = {
    IPv6Network("::/96"): 0,  # IPv4-compatible
    IPv6Network("::ffff:0:0/96"): 0,  # IPv4-mapped
    IPv6Network("::ffff:0:0:0/96"): 0,  # IPv4-translated
    IPv6Network("64:ff9b::/96"): 0,  # NAT64
    IPv6Network("2002::/16"): 80,  # 6to4
}
# Apart from those, IANA has allocated addresses of this network only.
UNICAST = IPv6Network("2000::/3")
# IANA's special-purpose registries, where `ipaddress` of some supported Python considers them global.
SPECIAL_4 = tuple(
    map(
        IPv4Network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # multicast tunnels
            "192.88.99.0/24",  # 6to4 relays
            "192.175.48.0/24",  # AS112
        ),
    )
)
SPECIAL_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, including Teredo, which embeds two addresses
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
# The bits before the IPv4 address in an ISATAP interface identifier (RFC 5214), except the one that may differ.
ISATAP, ISATAP_MASK = 0x0000_5EFE, 0xFDFF_FFFF


class NotPublic(ValueError):
    """The URL is not a public https URL; the message tells the client why."""


def check(url: str) -> str:
    """Return a URL that is public judging by its text; host names are not resolved.

    Raises:
        NotPublic: it is not https, not plain ASCII, or names a private, local or reserved host.
    """
    _host(url)
    return url


def check_resolved(url: str, *, trusted: Collection[str] = ()) -> str:
    """Return a URL whose host resolves to public addresses only; `trusted` hosts are not checked.

    Raises:
        NotPublic: as in `check`, or its name resolves to such an address or to none.
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
        raise NotPublic("Must contain a valid host.")
    if _is_literal(host):
        _require_public([_literal(host)])
    elif LOCAL_NAMES.fullmatch(host):
        raise NotPublic("Must contain a public host name.")
    return host


def _split(url: str) -> SplitResult:
    if len(url) > MAX_LENGTH or not PLAIN.fullmatch(url) or "\\" in url:
        raise NotPublic("Must be ASCII without spaces, at most 2048 characters; percent-encode other characters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotPublic("Must be a public https:// URL.") from None
    if parts.scheme != "https":
        raise NotPublic("Must start with https://.")
    if port not in {None, 443}:
        raise NotPublic("Must not use a port other than 443.")
    if "@" in parts.netloc:
        raise NotPublic("Must not contain a user name or password.")
    return parts


def _is_literal(host: str) -> bool:
    return ":" in host or bool(NUMERIC.fullmatch(host))


def _literal(host: str) -> Address:
    """Return the address that a host spells out, in the one notation that all parsers agree on.

    `010.0.0.1` is 8.0.0.1 to C libraries and 10.0.0.1 to others; a zone (`%eth0`) is meaningful on one machine only.
    """
    if "%" not in host:
        with suppress(ValueError):
            return ip_address(host)
    with suppress(OSError):
        # Accepts every notation that C libraries accept: 127.1, 0x7f000001, 017700000001, 2130706433.
        _require_public([IPv4Address(socket.inet_aton(host))])
    raise NotPublic("Must contain a host name, or an IP address in standard notation.")


def _require_public(addresses: Iterable[Address]) -> None:
    if not all(map(is_public, addresses)):
        raise NotPublic("Must not resolve to a private, local or reserved address.")


def _resolve(host: str) -> list[Address]:
    """Return a name's addresses, resolved in a separate thread because the system's resolver has no timeout."""
    answer: SimpleQueue[list[Address]] = SimpleQueue()
    Thread(target=lambda: answer.put(_look_up(host)), name="resolve", daemon=True).start()
    try:
        addresses = answer.get(timeout=RESOLUTION_SECONDS)
    except Empty:
        addresses = []
    if not addresses:
        raise NotPublic("Must contain a host name that can be resolved.")
    return addresses


def _look_up(host: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ip_address(str(address[0]).partition("%")[0]) for *_, address in found]


def is_public(address: Address) -> bool:
    """True if an address is an ordinary, globally reachable one, outside the special-purpose networks."""
    if isinstance(address, IPv4Address):
        special = address.is_multicast or address.is_reserved or any(address in network for network in SPECIAL_4)
        return address.is_global and not special
    embedded = _embedded(address)
    if embedded is not None:
        return is_public(embedded)
    special = any(address in network for network in SPECIAL_6) or int(address) >> 32 & ISATAP_MASK == ISATAP
    return address in UNICAST and address.is_global and not special


def _embedded(address: IPv6Address) -> IPv4Address | None:
    for network, begin in EMBEDDING.items():
        if address in network:
            return IPv4Address(int(address) >> begin & 0xFFFFFFFF)
    return None
