"""Join a server: normalize its address, exchange the pairing code for a token."""

import ipaddress
from http import HTTPStatus
from typing import Annotated, Final

import aiohttp
from msgspec import Meta, Struct
from yarl import URL

from ..protocol.codec import decode
from ..protocol.errors import ErrorCode, MalformedMessage
from ..protocol.messages import Identifier, Name
from .errors import CannotConnect, NotAServer, PairingRefused

_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_LONGEST_ADDRESS: Final = 200


class Pairing(Struct, frozen=True):
    """What a server hands out for a pairing code."""

    token: Annotated[str, Meta(min_length=1, max_length=512)]
    location_id: Identifier
    slug: Identifier
    name: Name


class _Refused(Struct, frozen=True):
    class Error(Struct, frozen=True):
        code: Annotated[str, Meta(max_length=64)]

    error: Error


def parse_server(text: str) -> str:
    """Return the server's origin for what a person typed or pasted, also a link to one of its pages.

    Without a scheme it is https, or http for this machine and private networks. Raises ValueError.
    """
    text = text.strip()
    if len(text) > _LONGEST_ADDRESS:
        raise ValueError("too long")
    url = URL(text if "://" in text else f"//{text}")
    if url.host is None or url.scheme not in ("", "http", "https") or url.user or " " in text:
        raise ValueError("not an address of a web server")
    scheme = url.scheme or ("http" if _is_private(url.host) else "https")
    port = url.port if url.scheme else url.explicit_port
    return str(URL.build(scheme=scheme, host=url.host, port=port).origin())


async def pair(session: aiohttp.ClientSession, server: str, code: str) -> Pairing:
    """Exchange a pairing code for a token. Raises CannotConnect, NotAServer or PairingRefused."""
    try:
        async with session.post(
            URL(server) / "api/v1/pair", json={"code": code.strip()}, timeout=_TIMEOUT, allow_redirects=False
        ) as response:
            status = response.status
            answer = await response.json(content_type=None)
    except (aiohttp.ClientConnectionError, TimeoutError) as err:
        raise CannotConnect(str(err) or type(err).__name__) from err
    except (aiohttp.ClientError, ValueError) as err:
        raise NotAServer(f"unreadable answer: {err}") from err
    try:
        if status == HTTPStatus.OK:
            return decode(Pairing, answer)
        raise PairingRefused(ErrorCode(decode(_Refused, answer).error.code), f"HTTP {status}")
    except (MalformedMessage, ValueError) as err:
        raise NotAServer(f"unexpected answer with HTTP {status}") from err


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith(".local")
