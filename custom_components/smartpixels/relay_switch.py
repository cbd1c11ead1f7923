"""One switch per relay, whatever it hangs on."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.components.switch.const import SwitchDeviceClass
from homeassistant.core import ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import DOMAIN
from .drivers.errors import DriverError
from .hardware.relays import RelayHub, RelayPart
from .house.exposed import device_id_of


class RelaySwitch(SwitchEntity):
    """On while the relay is closed; says so when that is only assumed."""

    _attr_device_class = SwitchDeviceClass.SWITCH
    _attr_device_info: DeviceInfo | ChildDeviceInfo | None
    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = "relay"

    def __init__(self, hub: RelayHub, part: RelayPart) -> None:
        self.hub = hub
        self._key = part.key
        self._attr_unique_id = device_id_of(hub.subentry.subentry_id, part.key)
        self._attr_device_info = hub.relay_device(part.key)
        self._attr_translation_placeholders = {"number": str(part.number)}
        if part.own_device:
            self._attr_name = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the relay."""
        self.async_on_remove(self.hub.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        """Return whether the relay can be switched."""
        return self.hub.available

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the relay is closed, None while nobody knows."""
        return self.hub.relay_state(self._key).on

    @property
    @override
    def assumed_state(self) -> bool:
        """Return whether the relay was never read back."""
        state = self.hub.relay_state(self._key)
        return state.assumed or state.on is None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Close the relay."""
        await self._try(self.hub.async_switch(self._key, on=True))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Open the relay."""
        await self._try(self.hub.async_switch(self._key, on=False))

    async def async_pulse(self) -> None:
        """Close the relay for a moment."""
        await self._try(self.hub.async_pulse(self._key))

    async def _try(self, command: Awaitable[None]) -> None:
        with translated(self.hub.subentry.title):
            await command


@contextmanager
def translated(device: str) -> Iterator[None]:
    """Raise HomeAssistantError where a driver's error comes up."""
    try:
        yield
    except DriverError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="command_failed",
            translation_placeholders={"device": device, "error": str(err)},
        ) from err


async def async_pulse(entity: Entity, call: ServiceCall) -> None:
    """Close a relay for a moment, as the action's handler."""
    if not isinstance(entity, RelaySwitch):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_relay",
            translation_placeholders={"entity": entity.entity_id},
        )
    await entity.async_pulse()
