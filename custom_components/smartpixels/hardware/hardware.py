"""All hardware of a location beside WLED, made from the subentries and kept together."""

import asyncio
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN, SUBENTRY_CAMERA, SUBENTRY_ESPEASY, SUBENTRY_GPIO, SUBENTRY_PRINTER, SUBENTRY_RELAY_BOARD
from ..data import SmartPixelsConfigEntry
from .camera import CameraHub
from .espeasy import EspEasyHub
from .gpio import GpioHub
from .hub import Hub
from .printer import PrinterHub
from .relay_board import RelayBoardHub
from .relays import RelayHub

_HUBS: Final[dict[str, type[Hub]]] = {
    SUBENTRY_CAMERA: CameraHub,
    SUBENTRY_ESPEASY: EspEasyHub,
    SUBENTRY_GPIO: GpioHub,
    SUBENTRY_PRINTER: PrinterHub,
    SUBENTRY_RELAY_BOARD: RelayBoardHub,
}


class Hardware:
    """The hubs of one location."""

    def __init__(self, hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> None:
        self._hubs = tuple(
            _HUBS[subentry.subentry_type](hass, entry, subentry=subentry)
            for subentry in entry.subentries.values()
            if subentry.subentry_type in _HUBS
        )

    def hub(self, subentry_id: str) -> Hub | None:
        """Return the hub of one subentry, if it has any."""
        return next((hub for hub in self._hubs if hub.subentry.subentry_id == subentry_id), None)

    def summary(self) -> list[dict[str, Any]]:
        """Return for a helper's eyes how everything is."""
        return [
            {
                "type": hub.subentry.subentry_type,
                "answers": hub.available,
                "error": type(hub.error).__name__ if hub.error else None,
            }
            for hub in self._hubs
        ]

    @property
    def relays(self) -> tuple[RelayHub, ...]:
        """Return everything that has relays."""
        return tuple(hub for hub in self._hubs if isinstance(hub, RelayHub))

    @property
    def units(self) -> tuple[EspEasyHub, ...]:
        """Return the ESPEasy units."""
        return tuple(hub for hub in self._hubs if isinstance(hub, EspEasyHub))

    @property
    def printers(self) -> tuple[PrinterHub, ...]:
        """Return the printers."""
        return tuple(hub for hub in self._hubs if isinstance(hub, PrinterHub))

    @property
    def cameras(self) -> tuple[CameraHub, ...]:
        """Return the cameras."""
        return tuple(hub for hub in self._hubs if isinstance(hub, CameraHub))

    async def async_start(self) -> None:
        """Look at everything once, and follow it from now on."""
        for hub in self._hubs:
            _forget_gone_parts(hub)
        await asyncio.gather(*(hub.async_start() for hub in self._hubs))

    async def async_close(self) -> None:
        """Leave everything alone; what was on for a moment only is off."""
        await asyncio.gather(*(hub.async_close() for hub in self._hubs))


@callback
def _forget_gone_parts(hub: Hub) -> None:
    """Remove the entities and devices of parts that the owner took away."""
    entry_id, subentry_id = hub.entry.entry_id, hub.subentry.subentry_id
    entities = er.async_get(hub.hass)
    for entity in er.async_entries_for_config_entry(entities, entry_id):
        if entity.config_subentry_id == subentry_id and entity.unique_id not in hub.unique_ids:
            entities.async_remove(entity.entity_id)
    devices, kept = dr.async_get(hub.hass), {(DOMAIN, unique_id) for unique_id in hub.unique_ids}
    for device in dr.async_child_entries_for_config_entry(devices, entry_id):
        if device.config_subentry_id == subentry_id and not device.identifiers & kept:
            devices.async_remove_device(device.id)
