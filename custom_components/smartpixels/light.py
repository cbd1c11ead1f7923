"""One light per WLED controller, acting on all its segments."""

from typing import Any, override

from homeassistant.components.light import LightEntity
from homeassistant.components.light.const import (
    ATTR_BRIGHTNESS,
    ATTR_EFFECT,
    ATTR_RGB_COLOR,
    ATTR_RGBW_COLOR,
    ATTR_TRANSITION,
    ColorMode,
    LightEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import ATTR_INTENSITY, ATTR_PALETTE, ATTR_PALETTE_LIST, ATTR_SPEED, DOMAIN
from .coordinator import WledCoordinator
from .data import SmartPixelsConfigEntry
from .drivers.wled import Change, Light, WledError
from .entity import WledEntity

# The driver lets one command at a time through per controller; a slow one must not hold up the others.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights, each in its subentry."""
    for subentry_id, coordinator in entry.runtime_data.controllers.items():
        async_add_entities([WledLight(coordinator)], config_subentry_id=subentry_id)


class WledLight(WledEntity, LightEntity):
    """The strip as one light."""

    _attr_name = None
    _attr_supported_features = LightEntityFeature.EFFECT | LightEntityFeature.TRANSITION
    _attr_translation_key = "strip"
    _unrecorded_attributes = frozenset({ATTR_PALETTE_LIST})

    def __init__(self, coordinator: WledCoordinator) -> None:
        super().__init__(coordinator)
        self._attr_unique_id = coordinator.subentry.subentry_id

    @property
    @override
    def color_mode(self) -> ColorMode:
        """Return RGBW when the strip has white LEDs."""
        report = self.coordinator.data
        return ColorMode.RGBW if report and report.controller.has_white else ColorMode.RGB

    @property
    @override
    def supported_color_modes(self) -> set[ColorMode]:
        """Return the one mode that the strip has."""
        return {self.color_mode}

    @property
    @override
    def effect_list(self) -> list[str]:
        """Return what the controller knows, none before it has answered once."""
        report = self.coordinator.data
        return list(report.controller.effects) if report else []

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether anything shines."""
        return self._light.on if self._light else None

    @property
    @override
    def brightness(self) -> int | None:
        """Return the controller's brightness."""
        return self._light.brightness if self._light else None

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int] | None:
        """Return the first color of the main segment."""
        match self._light.color if self._light else None:
            case (red, green, blue, *_):
                return red, green, blue
        return None

    @property
    @override
    def rgbw_color(self) -> tuple[int, int, int, int] | None:
        """Return the first color of the main segment with its white."""
        match self._light.color if self._light else None:
            case (red, green, blue, *rest):
                return red, green, blue, rest[0] if rest else 0
        return None

    @property
    @override
    def effect(self) -> str | None:
        """Return the effect of the main segment."""
        return self._light.effect if self._light else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return what WLED has beyond a plain light."""
        report = self.coordinator.data
        if report is None:
            return None
        return {
            ATTR_PALETTE: report.light.palette,
            ATTR_PALETTE_LIST: list(report.controller.palettes),
            ATTR_SPEED: report.light.speed,
            ATTR_INTENSITY: report.light.intensity,
        }

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn on; a color alone keeps the running effect, which then uses that color."""
        await self._apply(
            Change(
                on=True,
                brightness=kwargs.get(ATTR_BRIGHTNESS),
                color=kwargs.get(ATTR_RGBW_COLOR) or kwargs.get(ATTR_RGB_COLOR),
                effect=kwargs.get(ATTR_EFFECT),
                transition=kwargs.get(ATTR_TRANSITION),
            )
        )

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn off."""
        await self._apply(Change(on=False, transition=kwargs.get(ATTR_TRANSITION)))

    async def async_set_effect(
        self,
        *,
        effect: str,
        palette: str | None = None,
        speed: int | None = None,
        intensity: int | None = None,
    ) -> None:
        """Run an effect, turned on; what is not given stays as it is."""
        report = self.coordinator.data
        self._check_known("unknown_effect", effect, report.controller.effects if report else ())
        if palette is not None:
            self._check_known("unknown_palette", palette, report.controller.palettes if report else ())
        await self._apply(Change(on=True, effect=effect, palette=palette, speed=speed, intensity=intensity))

    @property
    def _light(self) -> Light | None:
        return self.coordinator.data.light if self.coordinator.data else None

    def _check_known(self, translation_key: str, name: str, known: tuple[str, ...]) -> None:
        if name not in known:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=translation_key,
                translation_placeholders={"name": name, "device": self.coordinator.subentry.title},
            )

    async def _apply(self, change: Change) -> None:
        try:
            report = await self.coordinator.driver.apply(change)
        except WledError as err:
            # The next fetch says whether it is gone; nobody waits for that here.
            self.coordinator.config_entry.async_create_background_task(
                self.hass, self.coordinator.async_refresh(), f"{self.coordinator.name} refresh"
            )
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="command_failed",
                translation_placeholders={"device": self.coordinator.subentry.title, "error": str(err)},
            ) from err
        self.coordinator.async_set_updated_data(report)
