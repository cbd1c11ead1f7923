"""The entities of an adopted camera: the owner's word, and whether pictures leave the house."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.const import STATE_ON
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity

from .hardware.camera import CameraHub


@dataclass(frozen=True, slots=True)
class StoredCamera(ExtraStoredData):
    """Which camera the owner's word was about."""

    reference: str

    @override
    def as_dict(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {"reference": self.reference}


class PublishSwitch(SwitchEntity, RestoreEntity):
    """On while the owner lets viewers see the camera. Off at first, and after the camera was exchanged."""

    _attr_has_entity_name = True
    _attr_is_on = False
    _attr_should_poll = False
    _attr_translation_key = "publish"

    def __init__(self, hub: CameraHub) -> None:
        self._hub = hub
        self._attr_unique_id = hub.publish_id
        self._attr_device_info = hub.device_info

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the owner's last word on this very camera."""
        last, stored = await self.async_get_last_state(), await self.async_get_last_extra_data()
        same = stored is not None and stored.as_dict() == self.extra_restore_state_data.as_dict()
        self._say(allowed=same and last is not None and last.state == STATE_ON)

    @property
    @override
    def extra_restore_state_data(self) -> StoredCamera:
        """Return which camera the word is about."""
        return StoredCamera(self._hub.reference)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let viewers see it."""
        self._say(allowed=True)
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let nobody see it."""
        self._say(allowed=False)
        self.async_write_ha_state()

    def _say(self, *, allowed: bool) -> None:
        self._attr_is_on = allowed
        self._hub.publisher.allow(allowed=allowed)


class OnAirSensor(BinarySensorEntity):
    """On while pictures of the camera leave the house."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = "on_air"

    def __init__(self, hub: CameraHub) -> None:
        self._hub = hub
        self._attr_unique_id = hub.on_air_id
        self._attr_device_info = hub.device_info

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the camera and whatever publishes it."""
        self.async_on_remove(self._hub.async_add_listener(self.async_write_ha_state))
        self.async_on_remove(self._hub.publisher.listen(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        """Return whether there is a camera to speak of."""
        return self._hub.available

    @property
    @override
    def is_on(self) -> bool:
        """Return whether pictures leave the house at this moment."""
        return self._hub.publisher.on_air
