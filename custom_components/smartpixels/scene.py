"""The presets of WLED controllers, each as a scene that viewers can be given."""

from typing import Any, override

from homeassistant.components.scene import Scene
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import ATTR_MAY_FLASH
from .coordinator import WledCoordinator
from .data import SmartPixelsConfigEntry
from .drivers.wled_report import Preset, Report
from .house.effects import preset_is_safe
from .house.exposed import device_id_of
from .wled_entity import WledEntity, async_follow
from .wled_parts import preset_key

# The driver lets one command at a time through per controller; a slow one must not hold up the others.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add a scene for each preset, now and when the owner saves another one."""
    for coordinator in entry.runtime_data.controllers.values():
        async_follow(coordinator, async_add_entities, _preset_ids, PresetScene)


class PresetScene(WledEntity, Scene):
    """A preset; gone ones stay, unavailable, as the owner may save them again."""

    _attr_translation_key = "preset"

    def __init__(self, coordinator: WledCoordinator, preset_id: int) -> None:
        super().__init__(coordinator)
        self._preset_id = preset_id
        self._attr_unique_id = device_id_of(coordinator.subentry.subentry_id, preset_key(preset_id))

    @property
    @override
    def name(self) -> str | None:
        """Return the name that the owner gave it on the controller."""
        return self._preset.name if self._preset else None

    @property
    @override
    def available(self) -> bool:
        """Return whether the controller answers and has the preset."""
        return super().available and self._preset is not None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return whether it may flash: viewers never get such a one."""
        return {ATTR_MAY_FLASH: not preset_is_safe(self._preset.effects)} if self._preset else None

    @override
    async def async_activate(self, **kwargs: Any) -> None:
        """Start the preset."""
        await self.async_start_preset(self._preset_id)

    @property
    def _preset(self) -> Preset | None:
        return self.coordinator.data.presets.get(self._preset_id) if self.coordinator.data else None


def _preset_ids(report: Report | None) -> tuple[int, ...]:
    return tuple(report.presets) if report else ()
