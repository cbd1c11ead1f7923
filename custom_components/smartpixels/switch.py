"""The owner's switch: open for viewers, or closed."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .camera_entities import PublishSwitch
from .data import SmartPixelsConfigEntry
from .location_controls import OPEN_FOR_VIEWERS, OpenSwitch
from .relay_switch import RelaySwitch

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the owner's switch and, each in its subentry, the cameras and relays."""
    async_add_entities([OpenSwitch(entry, OPEN_FOR_VIEWERS)])
    for camera in entry.runtime_data.hardware.cameras:
        async_add_entities([PublishSwitch(camera)], config_subentry_id=camera.subentry.subentry_id)
    for hub in entry.runtime_data.hardware.relays:
        async_add_entities([RelaySwitch(hub, part) for part in hub.relays], config_subentry_id=hub.subentry.subentry_id)
