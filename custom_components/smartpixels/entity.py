"""What all entities have in common: which device they belong to."""

from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription

from .const import CONF_SERVER, CONF_SLUG, DOMAIN
from .data import SmartPixelsConfigEntry


def location_device_info(entry: SmartPixelsConfigEntry) -> DeviceInfo:
    """Return the device that stands for the location."""
    return DeviceInfo(
        identifiers={(DOMAIN, entry.entry_id)},
        entry_type=dr.DeviceEntryType.SERVICE,
        name=entry.title,
        manufacturer="SmartPixels",
        configuration_url=f"{entry.data[CONF_SERVER]}/l/{entry.data[CONF_SLUG]}",
    )


class LocationEntity(Entity):
    """An entity of the location itself."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: SmartPixelsConfigEntry, description: EntityDescription) -> None:
        self.entity_description = description
        self.entry_id = entry.entry_id
        self.link = entry.runtime_data.link
        self.house = entry.runtime_data.house
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = location_device_info(entry)
