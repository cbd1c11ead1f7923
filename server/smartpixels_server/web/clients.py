"""Who is at the other end: a client's real address, and the network it stands for.

Addresses are never stored and never logged. What is kept, for minutes and in memory or Redis only, is a network's key:
a hash with a salt that changes every hour.
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from aiohttp import web

from ..clock import Clock

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

SALT_SECONDS: Final = 3600
_PREFIX: Final = {4: 24, 6: 64}
_FORWARDED: Final = "X-Forwarded-For"
_CLOUDFLARE: Final = "CF-Connecting-IP"


class Clients:
    """Finds out who a request really comes from; headers count only when a configured proxy wrote them."""

    def __init__(
        self,
        clock: Clock,
        keys: Sequence[bytes],
        *,
        proxies: Iterable[Network] = (),
        cloudflare: Iterable[Network] = (),
    ) -> None:
        self._clock = clock
        self._key = keys[0]
        self._cloudflare = tuple(cloudflare)
        self._proxies = (*proxies, *self._cloudflare)

    def address(self, request: web.Request) -> Address | None:
        """Return the client's address; None when the connection has none."""
        found = _parsed(request.remote or "")
        if found is None or not _is_in(found, self._proxies):
            return found
        if _is_in(found, self._cloudflare):
            named = request.headers.getall(_CLOUDFLARE, [])
            if len(named) == 1 and (client := _parsed(named[0])) is not None:
                return client
        for hop in _hops(request):
            if hop is None:
                break
            found = hop
            if not _is_in(hop, self._proxies):
                break
        return found

    def network(self, request: web.Request) -> str | None:
        """Return the key of the client's /24 or /64.

        None for an address that is not of the internet: it says nothing about who is behind it.
        """
        address = self.address(request)
        if address is None or not address.is_global:
            return None
        network = ip_network(f"{address}/{_PREFIX[address.version]}", strict=False)
        hour = int(self._clock.now().timestamp() // SALT_SECONDS)
        return hmac.digest(self._key, f"network {hour} {network}".encode(), "sha256").hex()[:24]

    def origin(self, request: web.Request) -> str:
        """Return a key for throttling: the network's, or one for all who have none from the same address."""
        return self.network(request) or f"local {self.address(request)}"


def _hops(request: web.Request) -> Iterator[Address | None]:
    """Walk through `X-Forwarded-For` from its end, the only part that proxies of ours wrote."""
    for part in reversed(",".join(request.headers.getall(_FORWARDED, [])).split(",")):
        yield _parsed(part)


def _parsed(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
