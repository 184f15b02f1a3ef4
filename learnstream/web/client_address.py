"""The client's address and network."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import has_request_context, request

IPV6_NETWORK_BITS = 64
UNKNOWN_NETWORK = "unknown"


def client_address() -> str:
    """Return the client's address; empty outside a request or if a proxy's header contains no address."""
    address = _address()
    return str(address) if address else ""


def client_network() -> str:
    """Return the client's network, the key of rate limits: see `network_of`."""
    return _network(_address())


def network_of(text: str) -> str:
    """Return the network of an address: an IPv4 address, or the /64 of an IPv6 one, usually assigned to one customer."""
    return _network(_parse(text))


def _network(address: IPv4Address | IPv6Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_NETWORK_BITS), strict=False))
    return str(address) if address else UNKNOWN_NETWORK


def _address() -> IPv4Address | IPv6Address | None:
    return _parse(request.remote_addr or "") if has_request_context() else None


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address
