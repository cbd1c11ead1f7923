"""`on_site_code`, which a location asks for to show it, and `on_site`, by which a viewer proves to have seen it."""

from typing import Final

from ..clock import Clock
from ..locations.links import Link
from ..locations.sockets import LocationSockets
from ..protocol.messages import OnSiteCode, OnSiteCodeShown
from ..viewers.on_site import ON_SITE_SECONDS, OnSite
from ..viewers.sockets import ViewerConnection, ViewerSockets
from ..web.rate_limit import RateLimit
from .messages import EnterOnSite, OnSiteGranted

_ATTEMPTS: Final = 5
_ATTEMPT_SECONDS: Final = 20.0


class OnSiteSockets:
    """Gives codes to locations and takes them from viewers; guessing is slowed down per viewer and per network."""

    def __init__(self, viewers: ViewerSockets, locations: LocationSockets, on_site: OnSite, clock: Clock) -> None:
        self._locations = locations
        self._on_site = on_site
        self._limit = RateLimit(clock, capacity=_ATTEMPTS, refill_seconds=_ATTEMPT_SECONDS)
        locations.namespace.on(OnSiteCode, self._code)
        viewers.namespace.on(EnterOnSite, self._enter)

    async def _code(self, link: Link, _: OnSiteCode) -> OnSiteCodeShown:
        self._locations.require_hello(link)
        return OnSiteCodeShown(
            code=self._on_site.code(link.location.location_id), valid_ms=round(self._on_site.seconds_left() * 1000)
        )

    async def _enter(self, connection: ViewerConnection, wish: EnterOnSite) -> OnSiteGranted:
        viewer, location_id = connection.viewer, connection.joined
        self._limit.take(viewer.viewer_id)
        if viewer.network is not None:
            self._limit.take(f"network {viewer.network}")
        await self._on_site.enter(location_id, viewer.viewer_id, wish.code)
        return OnSiteGranted(on_site_ms=round(ON_SITE_SECONDS * 1000))
