"""Sensors of a location, and what the strips take."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import SmartPixelsConfigEntry
from .location_sensors import SENSORS, LocationSensor
from .wled_power import PowerSensor

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add those of the location and, each in its subentry, what the strips take."""
    async_add_entities([LocationSensor(entry, description) for description in SENSORS])
    for subentry_id, coordinator in entry.runtime_data.controllers.items():
        async_add_entities([PowerSensor(coordinator)], config_subentry_id=subentry_id)
