"""Messages that go out on paper."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import SmartPixelsConfigEntry
from .printer_entities import PrinterNotify

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the printers, each in its subentry."""
    for hub in entry.runtime_data.hardware.printers:
        async_add_entities([PrinterNotify(hub)], config_subentry_id=hub.subentry.subentry_id)
