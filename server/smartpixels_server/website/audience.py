"""Tells viewers and the location how many are there, at most once a second and only when it changed."""

import logging
from typing import Final

from ..clock import Clock
from ..locations.links import Links
from ..protocol.messages import Audience
from ..realtime.fanout import Fanout
from ..viewers.service import ViewerService

_NOBODY: Final = Audience(watching=0, acting=0)
_LOGGER = logging.getLogger(__name__)
_EVERY_SECONDS: Final = 1.0


class AudienceNews:
    """Compares and sends, once a second."""

    def __init__(self, *, viewers: ViewerService, links: Links, fanout: Fanout, clock: Clock) -> None:
        self._viewers = viewers
        self._links = links
        self._fanout = fanout
        self._clock = clock
        self._told: dict[str, Audience] = {}
        self._newly_linked: set[str] = set()
        links.subscribe(self._newly_linked.add)

    async def run(self) -> None:
        """Until canceled."""
        while True:
            await self._clock.sleep(_EVERY_SECONDS)
            try:
                self._tell_all()
            except Exception:
                _LOGGER.exception("Cannot tell the audience")

    def _tell_all(self) -> None:
        for location_id in self._viewers.watched() | self._told.keys() | self._newly_linked:
            self._tell(location_id)
        self._newly_linked.clear()

    def _tell(self, location_id: str) -> None:
        audience = self._viewers.audience(location_id)
        changed = audience != self._told.get(location_id, _NOBODY)
        if changed:
            self._fanout.publish(location_id, audience)
        if changed or location_id in self._newly_linked:
            self._links.send(location_id, audience)
        self._told[location_id] = audience
        if audience == _NOBODY:
            del self._told[location_id]
