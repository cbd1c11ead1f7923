"""The live links: which locations are online, asking them things, ending links that lost their right."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from ..clock import Clock
from ..metrics import Metrics
from ..protocol.errors import ErrorCode
from ..protocol.messages import Goodbye, Message
from ..realtime.peer import Peer, PeerGone
from .directory import LinkDirectory
from .model import LinkStatus, Location
from .store import LocationStore

SWEEP_SECONDS: Final = 3.0
"""How often tokens are checked again; a revocation takes at most this long and a moment."""

_REPLACED: Final = "another link uses the same token"
_LOGGER = logging.getLogger(__name__)


class LinkLost(Exception):
    """The location is not linked, or its link ended before it answered."""


class Link:
    """One connection of a location, from its accepted token on; registered once it said hello."""

    def __init__(self, location: Location, peer: Peer, *, token_hash: str) -> None:
        self.location = location
        self.peer = peer
        self.token_hash = token_hash
        self.ended_as: ErrorCode | None = None
        self.is_gone = False

    def end(self, code: ErrorCode, message: str) -> None:
        """Disconnect for good and say why."""
        self.ended_as = code
        self.peer.end(Goodbye(code=code, message=message))


class Links:
    """The registry of live links, at most one per location; those of other nodes are known by the directory."""

    def __init__(self, store: LocationStore, clock: Clock, *, metrics: Metrics, directory: LinkDirectory) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._directory = directory
        self._live: dict[str, Link] = {}
        self._since: dict[str, datetime] = {}
        self._online: set[str] = set()
        self._seen: set[str] = set()
        self._started = clock.now()
        self._listeners: list[Callable[[str], None]] = []
        directory.subscribe(self._claimed)

    def subscribe(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with the location's id whenever it goes online or offline."""
        self._listeners.append(listener)

    async def load(self) -> None:
        """Remember from before the start who was seen when, and who is linked to other nodes."""
        self._since.update(await self._store.last_seen())
        await self._directory.open()

    def status(self, location_id: str) -> LinkStatus:
        """Return whether the location is linked, and since when so."""
        online = self.holder(location_id) is not None
        return LinkStatus(online=online, since=self._since.get(location_id, self._started))

    def holder(self, location_id: str) -> str | None:
        """Return the node that the location is linked to."""
        return self._directory.node if location_id in self._live else self._directory.holder(location_id)

    def is_here(self, location_id: str) -> bool:
        """Tell whether the location is linked to this node."""
        return location_id in self._live

    def here(self) -> set[str]:
        """Return the locations that are linked to this node."""
        return set(self._live)

    def is_ours(self, location_id: str) -> bool:
        """Tell whether this node is the one that speaks for the location, such as to webhooks."""
        latest = self._directory.latest(location_id)
        if location_id in self._live or latest is None or latest.node == self._directory.node:
            return True
        return latest.online and self.holder(location_id) is None and self._directory.is_first()

    def is_current(self, link: Link) -> bool:
        """Tell whether this is the location's registered link."""
        return self._live.get(link.location.location_id) is link

    def register(self, link: Link) -> None:
        """Make this the location's link; one that was there before gets a goodbye `replaced`, on whatever node."""
        location_id = link.location.location_id
        older = self._live.get(location_id)
        if older is link:
            return
        if older is not None:
            older.end(ErrorCode.REPLACED, _REPLACED)
        else:
            _LOGGER.info("Location %s online", link.location.slug)
        self._live[location_id] = link
        self._seen.add(location_id)
        self._changed(location_id, since=self._clock.now())
        self._directory.claim(location_id, since=self._since[location_id])

    async def unregister(self, link: Link) -> None:
        """Forget a link that ended; does nothing when a newer one took its place."""
        link.is_gone = True
        location_id = link.location.location_id
        if self.is_current(link):
            del self._live[location_id]
            self._seen.add(location_id)
            _LOGGER.info("Location %s offline", link.location.slug)
            now = self._clock.now()
            self._directory.release(location_id, since=now)
            self._changed(location_id, since=now)

    def send(self, location_id: str, message: Message) -> None:
        """Send a message that needs no answer; nothing happens when the location is offline."""
        if location_id in self._live:
            self._live[location_id].peer.send(message)

    async def call(self, location_id: str, message: Message, *, timeout: float) -> Any:  # noqa: ASYNC109 - injected clock
        """Return the location's answer as JSON. Raises LinkLost, or TimeoutError after `timeout` seconds."""
        if location_id not in self._live:
            raise LinkLost
        link = self._live[location_id]
        try:
            with self._metrics.link_call(location_id):
                return await link.peer.call(message, timeout=timeout)
        except PeerGone as err:
            raise LinkLost from err

    async def watch(self) -> None:
        """Until canceled: end links whose token was revoked, by whatever process, and note who was here when."""
        while True:
            await self._clock.sleep(SWEEP_SECONDS)
            try:
                self._notice_nodes()
                await self._end_revoked()
                await self.save()
            except Exception:
                _LOGGER.exception("Cannot check the tokens of the live links")

    async def save(self) -> None:
        """Note in the store which locations were here since the last time."""
        seen = self._seen | self._live.keys()
        if seen:
            await self._store.set_last_seen(seen, at=self._clock.now())
            self._seen -= seen

    async def _end_revoked(self) -> None:
        live = dict(self._live)
        valid = await self._store.token_hashes(live) if live else {}
        for location_id, link in live.items():
            if valid.get(location_id) != link.token_hash:
                link.end(ErrorCode.REVOKED, "the token is no longer valid")

    def _claimed(self, location_id: str) -> None:
        """Another node has news of the location's link."""
        latest = self._directory.latest(location_id)
        if latest is None:
            return
        if latest.online and location_id in self._live:
            link = self._live.pop(location_id)
            _LOGGER.info("Location %s is linked to another process", link.location.slug)
            link.end(ErrorCode.REPLACED, _REPLACED)
        if location_id not in self._live:
            self._changed(location_id, since=latest.since)

    def _notice_nodes(self) -> None:
        """Other nodes died with their links, or turn out to be alive."""
        for location_id in self._directory.locations():
            if (self.holder(location_id) is not None) != (location_id in self._online):
                self._changed(location_id, since=self._clock.now())

    def _changed(self, location_id: str, *, since: datetime) -> None:
        if self.holder(location_id) is None:
            self._online.discard(location_id)
        else:
            self._online.add(location_id)
        self._since[location_id] = since
        for listener in self._listeners:
            listener(location_id)
