"""The owner's word as entities: mode, switch, brightness cap, reconnect."""

from typing import Any, Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import PERCENTAGE, EntityCategory

from .entity import LocationEntity
from .house.exposed import brightness_of
from .link.connection import LinkState
from .protocol.messages import SharingMode

OPEN_FOR_VIEWERS: Final = SwitchEntityDescription(key="open_for_viewers", translation_key="open_for_viewers")
SHARING_MODE: Final = SelectEntityDescription(
    key="sharing_mode", translation_key="sharing_mode", options=[mode.value for mode in SharingMode]
)
BRIGHTNESS_CAP: Final = NumberEntityDescription(
    key="brightness_cap",
    translation_key="brightness_cap",
    entity_category=EntityCategory.CONFIG,
    native_max_value=100,
    native_min_value=1,
    native_step=1,
    native_unit_of_measurement=PERCENTAGE,
    mode=NumberMode.SLIDER,
)
RECONNECT: Final = ButtonEntityDescription(
    key="reconnect", translation_key="reconnect", entity_category=EntityCategory.DIAGNOSTIC
)


class OpenSwitch(LocationEntity, SwitchEntity):
    """On while the owner lets viewers change what is exposed."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the owner's word."""
        self.async_on_remove(self.house.sharing.add_listener(self.async_write_ha_state))

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the owner lets viewers act."""
        return self.house.sharing.chosen is SharingMode.OPEN

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Open, also out of a pause."""
        self.house.sharing.set_mode(SharingMode.OPEN)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Close; what waits is refused."""
        self.house.sharing.set_mode(SharingMode.CLOSED)


class SharingModeSelect(LocationEntity, SelectEntity):
    """The owner's word on what viewers may do. Opening hours and the like may say less."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the owner's word."""
        self.async_on_remove(self.house.sharing.add_listener(self.async_write_ha_state))

    @property
    @override
    def current_option(self) -> str:
        """Return the owner's word."""
        return self.house.sharing.chosen.value

    @override
    async def async_select_option(self, option: str) -> None:
        """Change it."""
        self.house.sharing.set_mode(SharingMode(option))


class BrightnessCap(LocationEntity, NumberEntity):
    """How bright viewers may make anything."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the cap."""
        self.async_on_remove(self.house.sharing.add_listener(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> float:
        """Return the cap."""
        return round(self.house.rules.max_brightness / 2.55)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the cap."""
        self.house.set_max_brightness(brightness_of(value))


class ReconnectButton(LocationEntity, ButtonEntity):
    """Opens a fresh link now."""

    @override
    async def async_press(self) -> None:
        """Connect anew; a link that was refused for good begins from the start."""
        if self.link.connection.state is LinkState.REFUSED:
            self.hass.config_entries.async_schedule_reload(self.entry_id)
        else:
            self.link.connection.reconnect()
