"""How fast and how strong the effects of a WLED controller are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, override

from homeassistant.components.number import NumberEntity, NumberEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import WledCoordinator
from .data import SmartPixelsConfigEntry
from .drivers.wled_change import Change
from .drivers.wled_report import Light
from .location_controls import BRIGHTNESS_CAP, BrightnessCap
from .wled_entity import WledPartEntity, async_add_parts

# The driver lets one command at a time through per controller; a slow one must not hold up the others.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class LevelDescription(NumberEntityDescription):
    """How to read a level of a part, and what changes it."""

    read: Callable[[Light], int | None]
    change: Callable[[int | None, int], Change]


LEVELS: Final = (
    LevelDescription(
        key="speed",
        read=lambda light: light.speed,
        change=lambda segment, value: Change(segment=segment, speed=value),
    ),
    LevelDescription(
        key="intensity",
        read=lambda light: light.intensity,
        change=lambda segment, value: Change(segment=segment, intensity=value),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the brightness cap and, each in its subentry, the levels of each controller."""
    async_add_entities([BrightnessCap(entry, BRIGHTNESS_CAP)])
    for coordinator in entry.runtime_data.controllers.values():
        make = [partial(LevelNumber, description=description) for description in LEVELS]
        async_add_parts(coordinator, async_add_entities, *make)


class LevelNumber(WledPartEntity, NumberEntity):
    """A level from 0 to 255 of a part's effect."""

    entity_description: LevelDescription
    _attr_entity_category = EntityCategory.CONFIG
    _attr_native_max_value = 255
    _attr_native_min_value = 0
    _attr_native_step = 1

    def __init__(self, coordinator: WledCoordinator, segment: int | None, *, description: LevelDescription) -> None:
        super().__init__(coordinator, segment)
        self.entity_description = description
        self._attr_unique_id = f"{self.part_id}-{description.key}"
        self._attr_translation_key = description.key if segment is None else f"segment_{description.key}"
        self._attr_entity_registry_enabled_default = segment is None

    @property
    @override
    def native_value(self) -> int | None:
        """Return the level."""
        return self.entity_description.read(self.light) if self.light else None

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the level."""
        await self.async_apply(self.entity_description.change(self.segment, int(value)))
