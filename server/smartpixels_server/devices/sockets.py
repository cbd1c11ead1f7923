"""What locations report: `catalog`, `device_state`, `sharing_state`, `announcement`."""

from ..locations.links import Link
from ..locations.sockets import LocationSockets
from ..protocol.messages import Announcement, Catalog, DeviceState, SharingState
from .service import DeviceService


class DeviceSockets:
    """Takes the reports, once the location has said hello."""

    def __init__(self, locations: LocationSockets, devices: DeviceService) -> None:
        self._locations = locations
        self._devices = devices
        locations.before_hello(devices.open)
        locations.namespace.on(Catalog, self._catalog)
        locations.namespace.on(DeviceState, self._device_state)
        locations.namespace.on(SharingState, self._sharing_state)
        locations.namespace.on(Announcement, self._announcement)

    async def _catalog(self, link: Link, catalog: Catalog) -> None:
        self._locations.require_hello(link)
        self._devices.replace(link, catalog)

    async def _device_state(self, link: Link, report: DeviceState) -> None:
        self._locations.require_hello(link)
        self._devices.report(link, report)

    async def _sharing_state(self, link: Link, sharing: SharingState) -> None:
        self._locations.require_hello(link)
        self._devices.share(link, sharing)

    async def _announcement(self, link: Link, announcement: Announcement) -> None:
        self._locations.require_hello(link)
        self._devices.announce(link, announcement)
