"""Addresses outside the house: what may be asked for by name, checked before anything is sent (SSRF, OWASP ASVS 5)."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Sequence
from urllib.parse import SplitResult

#: Global by their prefix, yet they lead to whatever IPv4 address they carry: NAT64 (RFC 6052, 8215), 6to4, Teredo.
TRANSLATED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class NotOutside(ValueError):
    """An address cannot be asked; `passing` where another attempt may find it."""

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.passing = passing


def lies_inside(address: str) -> bool:
    """Return whether an IP address may lead into the house: private, loopback, link-local, multicast, translated."""
    ip = ipaddress.ip_address(address.split("%")[0])
    return not ip.is_global or ip.is_multicast or any(ip in net for net in TRANSLATED if net.version == ip.version)


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
WEB = ("http", "https")


def resolved(url: SplitResult, *, inside: bool = False, schemes: Collection[str] = WEB, allowed: Sequence[Network] = ()) -> str:
    """Return the IP address to talk to; raises NotOutside if there is none, or one lies inside and that is not allowed.

    `allowed` are networks inside that may be talked to all the same.
    """
    if url.scheme not in schemes or not url.hostname:
        raise NotOutside(f"{url.geturl()} is not an address of {', '.join(schemes)}")
    try:
        found = socket.getaddrinfo(url.hostname, url.port, proto=socket.IPPROTO_TCP)
    except OSError as error:
        raise NotOutside(f"{url.hostname} cannot be found", passing=True) from error
    addresses = [str(address[0]) for *_rest, address in found]
    if not inside and any(lies_inside(each) and not _among(each, allowed) for each in addresses):
        raise NotOutside(f"{url.hostname} lies inside the private network")
    return addresses[0]


def _among(address: str, networks: Sequence[Network]) -> bool:
    ip = ipaddress.ip_address(address.split("%")[0])
    return any(ip.version == net.version and ip in net for net in networks)


def pinned(url: SplitResult, ip: str) -> str:
    """Return an address that leads to the very IP that was checked."""
    target = (f"[{ip}]" if ":" in ip else ip) + (f":{url.port}" if url.port else "")
    return url._replace(netloc=target).geturl()
