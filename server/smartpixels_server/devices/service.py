"""Keeps the last states and tells viewers what changes."""

from typing import Final

from ..locations.links import Link, Links
from ..protocol.messages import Announcement, Catalog, Device, DeviceState, Play, SharingState
from ..realtime.fanout import Fanout
from .messages import LocationState, ViewerCatalog
from .model import DevicesView, LocationDevices

_EMPTY: Final = LocationDevices()


class DeviceService:
    """The devices of all locations, in memory. States outlive a lost link and a catalog replaces them whole."""

    def __init__(self, links: Links, viewers: Fanout) -> None:
        self._links = links
        self._viewers = viewers
        self._locations: dict[str, LocationDevices] = {}
        links.subscribe(self._publish_location_state)

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
        known = self._locations.setdefault(location_id, LocationDevices())
        known.apply_catalog(link, catalog)
        view = known.view()
        self._viewers.publish(
            location_id,
            ViewerCatalog(devices=tuple(view.devices), states=tuple(view.states), leaves=tuple(view.leaves)),
        )
        self._publish_location_state(location_id)

    def report(self, link: Link, report: DeviceState) -> None:
        """Take a device's state; one that is older than known is ignored."""
        location_id = link.location.location_id
        state = self._locations.setdefault(location_id, LocationDevices()).apply_state(link, report)
        if state is not None:
            self._viewers.publish_latest(location_id, state, key=state.device_id)

    def share(self, link: Link, sharing: SharingState) -> None:
        """Take the owner's word."""
        location_id = link.location.location_id
        self._locations.setdefault(location_id, LocationDevices()).sharing = sharing
        self._publish_location_state(location_id)

    def announce(self, link: Link, announcement: Announcement) -> None:
        """Take the owner's line for the page; an empty one takes it away."""
        location_id = link.location.location_id
        known = self._locations.setdefault(location_id, LocationDevices())
        known.announcement = announcement if announcement.text else None
        self._viewers.publish(location_id, announcement)

    def _publish_location_state(self, location_id: str) -> None:
        state = LocationState(link=self._links.status(location_id), sharing=self.sharing(location_id))
        self._viewers.publish(location_id, state)
