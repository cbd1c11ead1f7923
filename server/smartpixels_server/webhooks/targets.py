"""Where webhooks may go: to the internet, never into the network that the server stands in."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, override
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode

URL_LENGTH: Final = 500
_NAT64: Final = IPv6Network("64:ff9b::/96")


class TargetRefused(OSError):
    """An address that webhooks may not go to."""


def check_url(url: str, *, private: bool) -> None:
    """Raise SmartPixelsError `invalid` unless webhooks may go there, as far as the text says; see `Resolver`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as err:
        raise SmartPixelsError(ErrorCode.INVALID, "this is no address") from err
    if len(url) > URL_LENGTH or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise SmartPixelsError(ErrorCode.INVALID, f"an address has up to {URL_LENGTH} ASCII characters")
    if parts.scheme not in ({"http", "https"} if private else {"https"}) or not host:
        raise SmartPixelsError(ErrorCode.INVALID, "an address such as https://example.org/hook is needed")
    if parts.username is not None or parts.fragment:
        raise SmartPixelsError(ErrorCode.INVALID, "an address without user and fragment is needed")
    if not private and (host.rpartition(".")[2].isdecimal() or ":" in host) and not is_public(host):
        raise SmartPixelsError(ErrorCode.INVALID, "webhooks do not go to private addresses")


def is_public(text: str) -> bool:
    """Tell whether an IP address, and every one that it wraps, is of the internet."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in (address, *_wrapped(address)))


class Resolver(AbstractResolver):
    """Finds only public addresses. The connection goes to what was checked, so a name cannot change in between."""

    def __init__(self, names: AbstractResolver | None = None) -> None:
        self._names = names or ThreadedResolver()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._names.resolve(host, port, family)
        if not found or not all(is_public(one["host"]) for one in found):
            raise TargetRefused(f"{host} is a private address")
        return found

    @override
    async def close(self) -> None:
        await self._names.close()


def _wrapped(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    teredo = address.teredo[1] if address.teredo else None
    nat64 = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
    return [one for one in (address.ipv4_mapped, address.sixtofour, teredo, nat64) if one is not None]
