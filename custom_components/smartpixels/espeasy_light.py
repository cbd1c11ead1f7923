"""The lights of ESPEasy units."""

from typing import Any, Final, override

from homeassistant.components.light import LightEntity
from homeassistant.components.light.const import ATTR_BRIGHTNESS, ATTR_RGB_COLOR, ATTR_RGBW_COLOR, ColorMode

from .drivers.espeasy_outputs import Lamp, Light
from .hardware.espeasy import Connected, EspEasyHub
from .house.exposed import device_id_of
from .relay_switch import translated

_MODES: Final = {1: ColorMode.BRIGHTNESS, 3: ColorMode.RGB, 4: ColorMode.RGBW}


class EspEasyLight(LightEntity):
    """A light at PWM pins, or a whole strip in one color."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, hub: EspEasyHub, lamp: Connected[Lamp]) -> None:
        self._hub = hub
        self._lamp = lamp
        self._attr_unique_id = device_id_of(hub.subentry.subentry_id, lamp.key)
        self._attr_device_info = hub.device_info
        self._attr_translation_key = "led_strip" if lamp.number is None else "pwm_light"
        self._attr_translation_placeholders = {"number": str(lamp.number)}
        self._attr_color_mode = _MODES[lamp.output.channels]
        self._attr_supported_color_modes = {self._attr_color_mode}

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the light."""
        self.async_on_remove(self._hub.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        """Return whether the unit answers."""
        return self._hub.available

    @property
    @override
    def assumed_state(self) -> bool:
        """Return whether the light cannot be read back, or has not been."""
        return self._lamp.output.assumed or self._light is None

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it shines, None while nobody knows."""
        return self._light.on if self._light else None

    @property
    @override
    def brightness(self) -> int | None:
        """Return its brightness."""
        return self._light.brightness if self._light else None

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int] | None:
        """Return its color."""
        match self._light.color if self._light else None:
            case (red, green, blue, *_):
                return red, green, blue
        return None

    @property
    @override
    def rgbw_color(self) -> tuple[int, int, int, int] | None:
        """Return its color with its white."""
        match self._light.color if self._light else None:
            case (red, green, blue, white):
                return red, green, blue, white
        return None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn on."""
        with translated(self._hub.subentry.title):
            await self._hub.async_turn_on(
                self._lamp,
                brightness=kwargs.get(ATTR_BRIGHTNESS),
                color=kwargs.get(ATTR_RGBW_COLOR) or kwargs.get(ATTR_RGB_COLOR),
            )

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn off."""
        with translated(self._hub.subentry.title):
            await self._hub.async_turn_off(self._lamp)

    @property
    def _light(self) -> Light | None:
        return self._lamp.latest if isinstance(self._lamp.latest, Light) else None
