"""The `/location` namespace up to the handshake; what the devices report is bound in `devices`."""

from collections.abc import Awaitable, Callable
from typing import Final

from .. import __version__
from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol.codec import Json
from ..protocol.errors import ErrorCode
from ..protocol.messages import Hello, Welcome
from ..protocol.version import MIN_PROTOCOL_VERSION, PROTOCOL_VERSION, is_compatible
from ..realtime.binder import Namespace
from ..realtime.peer import Peer
from .links import Link, Links
from .model import token_hash
from .service import LocationService

NAMESPACE: Final = "/location"
_TOKEN_LENGTH: Final = 512


class LocationSockets:
    """Lets locations in and makes them say hello first."""

    def __init__(self, locations: LocationService, links: Links, clock: Clock) -> None:
        self._locations = locations
        self._links = links
        self._clock = clock
        self._preparations: list[Callable[[str], Awaitable[None]]] = []
        self.namespace = Namespace(NAMESPACE, connect=self._connect, disconnect=links.unregister, is_trusted=True)
        self.namespace.on(Hello, self._hello)

    def before_hello(self, prepare: Callable[[str], Awaitable[None]]) -> None:
        """Let `prepare`, called with the location's id, end before the link is registered and answered."""
        self._preparations.append(prepare)

    def require_hello(self, link: Link) -> None:
        """Raise SmartPixelsError unless the link is the registered one of its location."""
        if not self._links.is_current(link):
            raise SmartPixelsError(ErrorCode.HELLO_REQUIRED, "say hello first")

    async def _connect(self, peer: Peer, auth: Json) -> Link:
        token = auth.get("token")
        if not isinstance(token, str) or len(token) > _TOKEN_LENGTH:
            raise SmartPixelsError(ErrorCode.UNAUTHORIZED, "a token is needed")
        location = await self._locations.authenticate(token)
        return Link(location, peer, token_hash=token_hash(token))

    async def _hello(self, link: Link, hello: Hello) -> Welcome:
        if not is_compatible(hello.protocol_version, hello.min_protocol_version):
            raise SmartPixelsError(
                ErrorCode.UNSUPPORTED_VERSION,
                f"this server speaks versions {MIN_PROTOCOL_VERSION} to {PROTOCOL_VERSION}",
            )
        for prepare in self._preparations:
            await prepare(link.location.location_id)
        if link.ended_as is not None or link.is_gone:
            raise SmartPixelsError(link.ended_as or ErrorCode.OFFLINE, "this link has ended")
        self._links.register(link)
        return Welcome(
            protocol_version=PROTOCOL_VERSION,
            min_protocol_version=MIN_PROTOCOL_VERSION,
            software="smartpixels-server",
            software_version=__version__,
            location_id=link.location.location_id,
            slug=link.location.slug,
            name=link.location.name,
            server_time=self._clock.now(),
        )
