"""Lights: a WLED controller as a whole and, when it has several segments, each of them."""

from collections.abc import Mapping, Sequence
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
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import (
    ATTR_INTENSITY,
    ATTR_PALETTE,
    ATTR_PALETTE_LIST,
    ATTR_PIXELS,
    ATTR_RGB,
    ATTR_SPEED,
    ATTR_START,
    ATTR_STOP,
    DOMAIN,
)
from .coordinator import WledCoordinator
from .data import SmartPixelsConfigEntry
from .drivers.wled_change import Change, Painting, Stroke
from .espeasy_light import EspEasyLight
from .wled_entity import WledPartEntity, async_add_parts

# The driver lets one command at a time through per controller; a slow one must not hold up the others.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights, each in its subentry."""
    for coordinator in entry.runtime_data.controllers.values():
        async_add_parts(coordinator, async_add_entities, WledLight)
    for unit in entry.runtime_data.hardware.units:
        async_add_entities(
            [EspEasyLight(unit, lamp) for lamp in unit.lamps], config_subentry_id=unit.subentry.subentry_id
        )


class WledLight(WledPartEntity, LightEntity):
    """The strip as one light, or one segment of it."""

    _attr_supported_features = LightEntityFeature.EFFECT | LightEntityFeature.TRANSITION
    _unrecorded_attributes = frozenset({ATTR_PALETTE_LIST})

    def __init__(self, coordinator: WledCoordinator, segment: int | None) -> None:
        super().__init__(coordinator, segment)
        self._attr_unique_id = self.part_id
        if segment is None:
            self._attr_name = None
            self._attr_translation_key = "strip"
        else:
            self._attr_translation_key = "segment"

    @property
    @override
    def color_mode(self) -> ColorMode:
        """Return RGBW when there are white LEDs."""
        return ColorMode.RGBW if self.light and self.light.has_white else ColorMode.RGB

    @property
    @override
    def supported_color_modes(self) -> set[ColorMode]:
        """Return the one mode that it has."""
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
        return self.light.on if self.light else None

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness; a segment's is its share of the whole strip's."""
        return self.light.brightness if self.light else None

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int] | None:
        """Return the first color."""
        match self.light.color if self.light else None:
            case (red, green, blue, *_):
                return red, green, blue
        return None

    @property
    @override
    def rgbw_color(self) -> tuple[int, int, int, int] | None:
        """Return the first color with its white."""
        match self.light.color if self.light else None:
            case (red, green, blue, *rest):
                return red, green, blue, rest[0] if rest else 0
        return None

    @property
    @override
    def effect(self) -> str | None:
        """Return the effect; none while painted pixels stand still."""
        return self.light.effect if self.light else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return what WLED has beyond a plain light."""
        report = self.coordinator.data
        if report is None or self.light is None:
            return None
        return {
            ATTR_PALETTE: self.light.palette,
            ATTR_PALETTE_LIST: list(report.controller.palettes),
            ATTR_SPEED: self.light.speed,
            ATTR_INTENSITY: self.light.intensity,
            ATTR_PIXELS: self.light.pixels,
        }

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn on; a color alone keeps the running effect, which then uses that color."""
        await self.async_apply(
            Change(
                segment=self.segment,
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
        await self.async_apply(Change(segment=self.segment, on=False, transition=kwargs.get(ATTR_TRANSITION)))

    async def async_set_effect(
        self,
        *,
        effect: str,
        palette: str | None = None,
        speed: int | None = None,
        intensity: int | None = None,
        brightness: int | None = None,
    ) -> None:
        """Run an effect, turned on; what is not given stays as it is."""
        report = self.coordinator.data
        self._check_known("unknown_effect", effect, report.controller.effects if report else ())
        if palette is not None:
            self._check_known("unknown_palette", palette, report.controller.palettes if report else ())
        await self.async_apply(
            Change(
                segment=self.segment,
                on=True,
                effect=effect,
                palette=palette,
                speed=speed,
                intensity=intensity,
                brightness=brightness,
            )
        )

    async def async_paint(self, *, ranges: Sequence[Mapping[str, Any]], brightness: int | None = None) -> None:
        """Paint single pixels, turned on. They stand until the next color, effect or preset."""
        pixels = self.light.pixels if self.light else None
        if pixels is None or any(each[ATTR_STOP] > pixels for each in ranges):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="cannot_paint" if pixels is None else "beyond_the_end",
                translation_placeholders={"device": self.coordinator.subentry.title, "pixels": str(pixels)},
            )
        strokes = [Stroke(each[ATTR_START], each[ATTR_STOP], tuple(each[ATTR_RGB])) for each in ranges]
        painting = Painting(segment=self.segment, strokes=strokes, brightness=brightness)
        await self.async_command(self.coordinator.driver.paint(painting))

    def _check_known(self, translation_key: str, name: str, known: tuple[str, ...]) -> None:
        if name not in known:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=translation_key,
                translation_placeholders={"name": name, "device": self.coordinator.subentry.title},
            )
