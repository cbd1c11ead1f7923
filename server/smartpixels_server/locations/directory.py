"""Which node holds the link of which location, as all nodes tell each other: the newest claim wins."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

import msgspec

from ..protocol.messages import Part, Time
from ..storage.bus import Bus, Keep

_CHANNEL: Final = "links"


class Claim(Part, frozen=True, kw_only=True):
    """A node's word that it holds a location's link, or holds it no more; the greater version is the newer."""

    location_id: str
    node: str
    version: int
    online: bool
    since: Time


class LinkDirectory:
    """Everybody's claims."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._claims: dict[str, Claim] = {}
        self._listeners: list[Callable[[str], None]] = []
        bus.on_recovery(self._repeat)

    @property
    def node(self) -> str:
        """This node."""
        return self._bus.node

    def subscribe(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with the location's id whenever another node claimed or released."""
        self._listeners.append(listener)

    async def open(self) -> None:
        """Learn the claims of before, and from then on all others."""
        await self._bus.open(_CHANNEL, self._hear)

    def claim(self, location_id: str, *, since: datetime) -> None:
        """Tell everybody that this node holds the link."""
        self._tell(location_id, online=True, since=since)

    def release(self, location_id: str, *, since: datetime) -> None:
        """Tell everybody that nobody holds the link, unless another node claimed it meanwhile."""
        if location_id in self._claims and self._claims[location_id].node == self.node:
            self._tell(location_id, online=False, since=since)

    def holder(self, location_id: str) -> str | None:
        """Return the living node that holds the link."""
        claim = self._claims.get(location_id)
        return claim.node if claim is not None and claim.online and claim.node in self._bus.nodes() else None

    def latest(self, location_id: str) -> Claim | None:
        """Return the newest claim."""
        return self._claims.get(location_id)

    def locations(self) -> Collection[str]:
        """Return the locations that somebody ever claimed."""
        return tuple(self._claims)

    def is_first(self) -> bool:
        """Tell whether this node does what one of the living nodes shall do."""
        return self.node == min(self._bus.nodes(), default=self.node)

    def _tell(self, location_id: str, *, online: bool, since: datetime) -> None:
        known = self._claims.get(location_id)
        version = max(known.version + 1 if known else 0, int(self._bus.time() * 1_000_000))
        self._claims[location_id] = Claim(
            location_id=location_id, node=self.node, version=version, online=online, since=since
        )
        self._publish(self._claims[location_id])

    def _publish(self, claim: Claim) -> None:
        keep = Keep(field=claim.location_id, version=claim.version)
        self._bus.publish(_CHANNEL, msgspec.json.encode(claim), keep=keep)

    def _hear(self, payload: bytes, _kept: bool) -> None:  # noqa: FBT001 - a listener
        claim = msgspec.json.decode(payload, type=Claim)
        known = self._claims.get(claim.location_id)
        if known is None or (known.version, known.node) < (claim.version, claim.node):
            self._claims[claim.location_id] = claim
            for listener in self._listeners:
                listener(claim.location_id)

    def _repeat(self) -> None:
        for claim in self._claims.values():
            if claim.node == self.node:
                self._publish(claim)
