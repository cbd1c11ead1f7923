"""Choices of a WLED controller: the preset that runs, and the palette of each part."""

from typing import override

from homeassistant.components.select import SelectEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import WledCoordinator
from .data import SmartPixelsConfigEntry
from .drivers.wled_change import Change
from .drivers.wled_report import Preset
from .location_controls import SHARING_MODE, SharingModeSelect
from .wled_entity import WledEntity, WledPartEntity, async_add_parts

# The driver lets one command at a time through per controller; a slow one must not hold up the others.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the owner's word on sharing and, each in its subentry, the choices of each controller."""
    async_add_entities([SharingModeSelect(entry, SHARING_MODE)])
    for subentry_id, coordinator in entry.runtime_data.controllers.items():
        async_add_entities([PresetSelect(coordinator)], config_subentry_id=subentry_id)
        async_add_parts(coordinator, async_add_entities, PaletteSelect)


class PresetSelect(WledEntity, SelectEntity):
    """The preset that runs; unknown while none does."""

    _attr_translation_key = "preset"

    def __init__(self, coordinator: WledCoordinator) -> None:
        super().__init__(coordinator)
        self._attr_unique_id = f"{coordinator.subentry.subentry_id}-preset"

    @property
    @override
    def options(self) -> list[str]:
        """Return the names of the presets, those that several have once."""
        return list(self._presets)

    @property
    @override
    def current_option(self) -> str | None:
        """Return the name of the preset that runs."""
        report = self.coordinator.data
        return report.preset.name if report and report.preset else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Start a preset."""
        await self.async_start_preset(self._presets[option].preset_id)

    @property
    def _presets(self) -> dict[str, Preset]:
        report = self.coordinator.data
        presets = sorted(report.presets.values(), key=lambda preset: preset.name) if report else ()
        return {preset.name: preset for preset in presets}


class PaletteSelect(WledPartEntity, SelectEntity):
    """The palette that effects of a part draw with."""

    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, coordinator: WledCoordinator, segment: int | None) -> None:
        super().__init__(coordinator, segment)
        self._attr_unique_id = f"{self.part_id}-palette"
        self._attr_translation_key = "palette" if segment is None else "segment_palette"
        self._attr_entity_registry_enabled_default = segment is None

    @property
    @override
    def options(self) -> list[str]:
        """Return the palettes that the controller knows."""
        report = self.coordinator.data
        return list(dict.fromkeys(report.controller.palettes)) if report else []

    @property
    @override
    def current_option(self) -> str | None:
        """Return the palette."""
        return self.light.palette if self.light else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Draw with another palette."""
        await self.async_apply(Change(segment=self.segment, palette=option))
