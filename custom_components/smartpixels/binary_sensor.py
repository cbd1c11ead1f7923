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

from .data import SmartPixelsConfigEntry
from .entity import LocationEntity

PARALLEL_UPDATES = 0

LINK: Final = BinarySensorEntityDescription(
    key="link",
    translation_key="link",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the link's state."""
    async_add_entities([LinkSensor(entry, LINK)])


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
