"""How many watch."""

from typing import Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import SmartPixelsConfigEntry
from .entity import LocationEntity

PARALLEL_UPDATES = 0

VIEWERS: Final = SensorEntityDescription(
    key="viewers", translation_key="viewers", state_class=SensorStateClass.MEASUREMENT
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the audience."""
    async_add_entities([ViewersSensor(entry, VIEWERS)])


class ViewersSensor(LocationEntity, SensorEntity):
    """Viewers who watch now, as the server counts them; unknown until it has said so."""

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
    def native_value(self) -> int | None:
        """Return how many watch."""
        return self.house.watching.watching if self.house.watching else None
