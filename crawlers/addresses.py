"""Which addresses a crawl may connect to: public ones, and the private ones that its sweep names."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressPolicy:
    """Lets public addresses pass, and any address of the hosts in ``private_hosts`` (host, or host:port)."""

    def __init__(self, private_hosts: Iterable[str] = ()) -> None:
        self._named = {_host_and_port(entry) for entry in private_hosts}

    def allows(self, address: IPAddress, *, host: str, port: int | None) -> bool:
        """Whether a connection to ``address``, reached by the name ``host``, may be made."""
        return is_public(address) or self.names(host, port)

    def names(self, host: str, port: int | None) -> bool:
        """Whether the sweep names this host, with this port or with none."""
        plain = host.lower().strip("[]").rstrip(".")
        return (plain, None) in self._named or (plain, port) in self._named


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the public Internet; addresses inside addresses are looked at too.

    >>> is_public(ipaddress.ip_address("::ffff:10.0.0.1")), is_public(ipaddress.ip_address("8.8.8.8"))
    (False, True)
    """
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local)


def _embedded(address: IPAddress) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    # Teredo names its client, who is the one that would be reached.
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def literal_address(host: str) -> IPAddress | None:
    """The address that a host name *is*, in any notation the C library takes; ``None`` for a real name.

    >>> literal_address("2130706433"), literal_address("0x7f.1"), literal_address("shop.example")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    plain = host.strip("[]").partition("%")[0]
    try:
        return ipaddress.ip_address(plain)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(plain))
    except (OSError, ValueError):
        return None


def private_host(url: str) -> str:
    """``host:port`` of a URL that is private as it is written; empty for a public address and for a name.

    >>> [private_host(url) for url in ("http://me:pw@127.0.0.1:81/shop", "http://localhost/", "http://a.cn/")]
    ['127.0.0.1:81', 'localhost', '']
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    address = literal_address(host)
    # RFC 6761, 6.3: such names are the machine's own everywhere.
    own = host == "localhost" or host.endswith(".localhost")
    return parts.netloc.rpartition("@")[2] if own or (address is not None and not is_public(address)) else ""


def port_of(url: str) -> int | None:
    """The port a URL leads to; ``None`` where the scheme has none.

    Raises:
        ValueError: the port is no number, or out of range.
    """
    parts = urlsplit(url)
    return parts.port or _DEFAULT_PORTS.get(parts.scheme)


def is_on_site(host: str, sites: Iterable[str]) -> bool:
    """Whether ``host`` is one of ``sites`` or below one; a leading ``www.`` stands for the whole site.

    >>> is_on_site("item.shop.example", ["www.shop.example"])
    True
    >>> is_on_site("evilshop.example", ["shop.example"])
    False
    """
    roots = [site.lower().removeprefix("www.") for site in sites]
    return any(host == root or host.endswith(f".{root}") for root in roots)


def _host_and_port(entry: str) -> tuple[str, int | None]:
    parts = urlsplit(f"//{entry}")
    try:
        return (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        # A bare IPv6 address, such as ::1, reads as host and port otherwise.
        return entry.lower().strip("[]"), None
