"""Which addresses a crawler may connect to: never this machine, its networks or a cloud's metadata service.

The name is resolved here, every address is checked, and the connection is made to a checked one; so a name that
changes its address between check and connection (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable

CACHE_S = 60.0  # how long an answer of the name service is used

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
# Not public whatever this Python's tables say: `is_global` changed between releases.
_NEVER_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "64:ff9b:1::/48", "fec0::/10"),
    )
)


class UnsafeAddress(Exception):
    """A host's addresses are all on this machine, in private networks, or otherwise not public."""


def is_public(address: Address) -> bool:
    """Whether *address* is on the public internet; IPv4 addresses inside IPv6 ones are looked at as such.

    >>> is_public(ipaddress.ip_address("::ffff:169.254.169.254"))
    False
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    if any(address in network for network in _NEVER_PUBLIC if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


class Resolver:
    """Host names to public addresses, remembered for a minute. Thread-safe."""

    def __init__(
        self,
        look_up: Callable[[str, int], list[str]] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look_up = look_up or _getaddrinfo
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._lock = threading.Lock()

    def public_addresses(self, host: str, port: int) -> tuple[str, ...]:
        """The public addresses of *host*, best first as the system sorts them.

        Raises OSError if it does not resolve, :class:`UnsafeAddress` if none of its addresses is public.
        """
        if (known := self.known(host, port)) is not None:
            return known
        addresses = self._look_up(host, port)
        public = tuple(text for text in addresses if is_public(ipaddress.ip_address(text)))
        if not public:
            raise UnsafeAddress(
                f"{host} is at {', '.join(addresses) or 'no address'}, which is not on the public internet"
            )
        with self._lock:
            self._known[f"{host}:{port}"] = (self._monotonic(), public)
        return public

    def known(self, host: str, port: int) -> tuple[str, ...] | None:
        """What :meth:`public_addresses` would say without asking anybody; None if somebody has to be asked."""
        with self._lock:
            found = self._known.get(f"{host}:{port}")
        return found[1] if found and self._monotonic() - found[0] < CACHE_S else None


def _getaddrinfo(host: str, port: int) -> list[str]:
    rows = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows))
