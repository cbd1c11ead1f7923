"""Whether the location is linked to the server."""

from typing import Any, Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .camera_entities import OnAirSensor
from .data import SmartPixelsConfigEntry
from .entity import LocationEntity
from .printer_entities import PrinterOnlineSensor

PARALLEL_UPDATES = 0

LINK: Final = BinarySensorEntityDescription(
    key="link",
    translation_key="link",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
WATCHED: Final = BinarySensorEntityDescription(
    key="watched", translation_key="watched", device_class=BinarySensorDeviceClass.OCCUPANCY
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the link's state, whether somebody watches and, each in its subentry, the cameras' and printers' states."""
    async_add_entities([LinkSensor(entry, LINK), WatchedSensor(entry, WATCHED)])
    for camera in entry.runtime_data.hardware.cameras:
        async_add_entities([OnAirSensor(camera)], config_subentry_id=camera.subentry.subentry_id)
    for printer in entry.runtime_data.hardware.printers:
        async_add_entities([PrinterOnlineSensor(printer)], config_subentry_id=printer.subentry.subentry_id)


class LinkSensor(LocationEntity, BinarySensorEntity):
    """On while viewers can reach the location."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the link."""
        self.async_on_remove(self.link.connection.add_listener(self.async_write_ha_state))

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the link is open."""
        return self.link.connection.is_online

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return why it is not."""
        connection = self.link.connection
        return {"link": connection.state, "reason": str(connection.error) if connection.error else None}


class WatchedSensor(LocationEntity, BinarySensorEntity):
    """On while at least one viewer watches."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the audience and the link, without which nobody can watch."""
        self.async_on_remove(self.house.add_audience_listener(self.async_write_ha_state))
        self.async_on_remove(self.link.connection.add_listener(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        """Return whether the server can tell."""
        return self.link.connection.is_online

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether somebody watches; unknown until the server has said so."""
        return self.house.watching.watching > 0 if self.house.watching else None
