"""`POST /api/v1/pair`: a pairing code for a token."""

from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta

from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol.codec import ack, decode
from ..protocol.errors import ErrorCode, MalformedMessage
from ..protocol.messages import Part
from ..web.clients import Clients
from ..web.rate_limit import RateLimit
from .service import LocationService

_ATTEMPTS: Final = 10
_ATTEMPT_SECONDS: Final = 6.0


class PairRequest(Part, frozen=True, kw_only=True):
    """What a location sends to pair."""

    code: Annotated[str, Meta(min_length=1, max_length=32)]


class PairReply(Part, frozen=True, kw_only=True):
    """What it gets: the token, once."""

    token: str
    location_id: str
    slug: str
    name: str


class PairingRoutes:
    """Pairs; guessing is slowed down per network of the client."""

    def __init__(self, locations: LocationService, clients: Clients, clock: Clock) -> None:
        self._locations = locations
        self._clients = clients
        self._limit = RateLimit(clock, capacity=_ATTEMPTS, refill_seconds=_ATTEMPT_SECONDS)

    def add_to(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_post("/api/v1/pair", self._pair)

    async def _pair(self, request: web.Request) -> web.Response:
        self._limit.take(self._clients.origin(request))
        try:
            wanted = decode(PairRequest, msgspec.json.decode(await request.read()))
        except (MalformedMessage, msgspec.DecodeError, RecursionError) as err:
            raise SmartPixelsError(ErrorCode.MALFORMED, str(err)) from err
        paired = await self._locations.pair(wanted.code)
        reply = PairReply(
            token=paired.token,
            location_id=paired.location.location_id,
            slug=paired.location.slug,
            name=paired.location.name,
        )
        return web.json_response(ack(reply), headers={"Cache-Control": "no-store"})
