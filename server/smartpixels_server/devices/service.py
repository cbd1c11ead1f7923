"""Keeps the last states and tells viewers what changes."""

import asyncio
from typing import Final

from ..locations.links import Link, Links
from ..protocol.messages import Announcement, Catalog, Device, DeviceState, Play, SharingState
from ..realtime.fanout import Fanout
from ..storage.bus import Bus
from .messages import LocationState, ViewerCatalog, ViewerState
from .model import DevicesView, LocationDevices

_EMPTY: Final = LocationDevices()


class DeviceService:
    """The devices of all locations, in memory. States outlive a lost link and a catalog replaces them whole.

    The node that a location is linked to tells the others, and believes nobody else; those that opened it follow.
    """

    def __init__(self, links: Links, viewers: Fanout, bus: Bus) -> None:
        self._links = links
        self._viewers = viewers
        self._locations: dict[str, LocationDevices] = {}
        self._following: set[asyncio.Future[None]] = set()
        links.subscribe(self._link_changed)
        bus.on_recovery(self._repeat)
        viewers.on_news(ViewerCatalog, self._take_catalog)
        viewers.on_news(ViewerState, self._take_state)
        viewers.on_news(LocationState, self._take_location_state)
        viewers.on_news(Announcement, self._take_announcement)

    async def open(self, location_id: str) -> None:
        """Follow the location, also when it is linked to another node; to be awaited before anything else is asked."""
        await self._viewers.open(location_id)

    def view(self, location_id: str) -> DevicesView:
        """Return devices, states and sharing of a location as they are now."""
        return self._locations.get(location_id, _EMPTY).view()

    def device(self, location_id: str, device_id: str) -> Device | None:
        """Return a device that the location shows."""
        return self._locations.get(location_id, _EMPTY).devices.get(device_id)

    def sharing(self, location_id: str) -> SharingState:
        """Return the owner's word."""
        return self._locations.get(location_id, _EMPTY).sharing

    def play(self, location_id: str) -> Play:
        """Return how the owner wants viewers to play."""
        return self._locations.get(location_id, _EMPTY).play

    def replace(self, link: Link, catalog: Catalog) -> None:
        """Take a location's catalog. Raises MalformedMessage."""
        location_id = link.location.location_id
        self._known(location_id).apply_catalog(link, catalog)
        self._viewers.publish(location_id, self._catalog(location_id), keep="catalog")
        self._publish_sharing(location_id)

    def report(self, link: Link, report: DeviceState) -> None:
        """Take a device's state; one that is older than known is ignored."""
        location_id = link.location.location_id
        state = self._known(location_id).apply_state(link, report)
        if state is not None:
            self._viewers.publish_latest(location_id, state, key=state.device_id)

    def share(self, link: Link, sharing: SharingState) -> None:
        """Take the owner's word."""
        location_id = link.location.location_id
        self._known(location_id).sharing = sharing
        self._publish_sharing(location_id)

    def announce(self, link: Link, announcement: Announcement) -> None:
        """Take the owner's line for the page; an empty one takes it away."""
        location_id = link.location.location_id
        self._known(location_id).announcement = announcement if announcement.text else None
        self._viewers.publish(location_id, announcement, keep="announcement")

    def _known(self, location_id: str) -> LocationDevices:
        return self._locations.setdefault(location_id, LocationDevices())

    def _catalog(self, location_id: str) -> ViewerCatalog:
        known = self._known(location_id)
        return ViewerCatalog(
            devices=tuple(known.devices.values()),
            states=tuple(known.states.values()),
            leaves=known.leaves,
            play=known.play,
        )

    def _location_state(self, location_id: str) -> LocationState:
        return LocationState(link=self._links.status(location_id), sharing=self.sharing(location_id))

    def _publish_sharing(self, location_id: str) -> None:
        self._viewers.publish(location_id, self._location_state(location_id), keep="sharing")

    def _link_changed(self, location_id: str) -> None:
        self._show_location_state(location_id)
        if not self._links.is_here(location_id):
            # So that whoever looks at it here, on whatever page, finds it known.
            following = asyncio.ensure_future(self.open(location_id))
            self._following.add(following)
            following.add_done_callback(self._following.discard)

    def _show_location_state(self, location_id: str) -> None:
        # Every node notices by itself.
        self._viewers.publish_here(location_id, self._location_state(location_id))

    def _take_catalog(self, location_id: str, catalog: ViewerCatalog) -> bool:
        return not self._links.is_here(location_id) and self._known(location_id).take_catalog(catalog)

    def _take_state(self, location_id: str, state: ViewerState) -> bool:
        return not self._links.is_here(location_id) and self._known(location_id).take_state(state)

    def _take_location_state(self, location_id: str, state: LocationState) -> bool:
        if self._links.is_here(location_id):
            return False
        known = self._known(location_id)
        changed = known.sharing != state.sharing
        known.sharing = state.sharing
        if changed:
            self._show_location_state(location_id)
        return False

    def _take_announcement(self, location_id: str, announcement: Announcement) -> bool:
        if self._links.is_here(location_id):
            return False
        known = self._known(location_id)
        before, known.announcement = known.announcement, announcement if announcement.text else None
        return before != known.announcement

    def _repeat(self) -> None:
        """The other nodes missed something: tell them again what they have from here."""
        for location_id, known in self._locations.items():
            if self._links.is_here(location_id):
                self._viewers.publish_elsewhere(location_id, self._catalog(location_id), keep="catalog")
                self._viewers.publish_elsewhere(location_id, self._location_state(location_id), keep="sharing")
                announcement = known.announcement or Announcement(text="")
                self._viewers.publish_elsewhere(location_id, announcement, keep="announcement")
