"""Tells viewers and the location how many are there, at most once a second and only when it changed."""

import logging
from collections.abc import Collection
from typing import Final

from ..clock import Clock
from ..errors import SmartPixelsError
from ..locations.links import Links
from ..protocol.messages import Audience
from ..realtime.fanout import Fanout
from ..viewers.presence import Presence
from ..viewers.service import ViewerService

_NOBODY: Final = Audience(watching=0, acting=0)
_LOGGER = logging.getLogger(__name__)
_EVERY_SECONDS: Final = 1.0


class AudienceNews:
    """Compares and sends, once a second."""

    def __init__(
        self, *, viewers: ViewerService, links: Links, fanout: Fanout, presence: Presence, clock: Clock
    ) -> None:
        self._viewers = viewers
        self._links = links
        self._fanout = fanout
        self._presence = presence
        self._clock = clock
        self._told: dict[str, Audience] = {}
        self._newly_linked: set[str] = set()
        links.subscribe(self._note_link)

    async def run(self) -> None:
        """Until canceled."""
        while True:
            await self._clock.sleep(_EVERY_SECONDS)
            try:
                await self._tell_all()
            except Exception:
                _LOGGER.exception("Cannot tell the audience")

    def _note_link(self, location_id: str) -> None:
        self._newly_linked.add(location_id)

    async def _tell_all(self) -> None:
        newly_linked, self._newly_linked = self._newly_linked, set()
        locations = self._viewers.watched() | self._told.keys() | newly_linked | self._links.here()
        await self._count(locations)
        for location_id in locations:
            self._tell(location_id, newly_linked=location_id in newly_linked)

    async def _count(self, locations: Collection[str]) -> None:
        """Ask how many are on other nodes."""
        here = {location_id: self._viewers.here(location_id) for location_id in locations}
        try:
            for location_id, everybody in (await self._presence.meet(here)).items():
                self._viewers.count_elsewhere(location_id, here[location_id], everybody)
        except SmartPixelsError:
            self._viewers.forget_elsewhere()

    def _tell(self, location_id: str, *, newly_linked: bool) -> None:
        audience = self._viewers.audience(location_id)
        changed = audience != self._told.get(location_id, _NOBODY)
        if changed:
            # Every node tells its own viewers.
            self._fanout.publish_here(location_id, audience)
        if changed or newly_linked:
            self._links.send(location_id, audience)
        self._told[location_id] = audience
        if audience == _NOBODY:
            del self._told[location_id]
