"""The owner's switch: open for viewers, or closed."""

from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import STATE_OFF
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .data import SmartPixelsConfigEntry
from .entity import LocationEntity
from .protocol.messages import SharingMode

PARALLEL_UPDATES = 0

OPEN_FOR_VIEWERS: Final = SwitchEntityDescription(key="open_for_viewers", translation_key="open_for_viewers")


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switch."""
    async_add_entities([OpenSwitch(entry, OPEN_FOR_VIEWERS)])


class OpenSwitch(LocationEntity, SwitchEntity, RestoreEntity):
    """On while viewers may change what is exposed; keeps its word over restarts."""

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the owner's last word before the link opens."""
        if (last := await self.async_get_last_state()) is not None and last.state == STATE_OFF:
            self.house.sharing.set_mode(SharingMode.CLOSED)
        self.async_on_remove(self.house.sharing.add_listener(self.async_write_ha_state))

    @property
    @override
    def is_on(self) -> bool:
        """Return whether viewers may act."""
        return self.house.sharing.mode is SharingMode.OPEN

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Open."""
        self.house.sharing.set_mode(SharingMode.OPEN)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Close; what waits is refused."""
        self.house.sharing.set_mode(SharingMode.CLOSED)
