"""What the entities of a WLED controller have in common."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, override

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import WledCoordinator
from .drivers.errors import DriverError
from .drivers.wled_change import Change
from .drivers.wled_report import Light, Report
from .house.exposed import device_id_of
from .wled_parts import segment_key

_SEVERAL: Final = 2


class WledEntity(CoordinatorEntity[WledCoordinator]):
    """An entity of a WLED controller."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: WledCoordinator) -> None:
        super().__init__(coordinator)
        entry, subentry = coordinator.config_entry, coordinator.subentry
        controller = coordinator.data.controller if coordinator.data else None
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            manufacturer="WLED",
            model=controller.product if controller else None,
            sw_version=controller.version if controller else None,
            configuration_url=f"http://{coordinator.driver.address}",
            via_device_id=dr.async_get_device_id_by_identifier(
                coordinator.hass, (DOMAIN, entry.entry_id), config_entry_id=entry.entry_id
            ),
        )

    async def async_command(self, command: Coroutine[Any, Any, Report]) -> None:
        """Wait for a command of the driver and show at once what it has led to."""
        try:
            report = await command
        except DriverError as err:
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

    async def async_start_preset(self, preset_id: int) -> None:
        """Start a preset; the controller's next word tells what has become of it."""
        await self.async_command(self.coordinator.driver.start_preset(preset_id))
        if self.coordinator.update_interval is not None:
            await self.coordinator.async_request_refresh()


class WledPartEntity(WledEntity):
    """An entity of the whole strip (`segment` is None) or of one segment; it lasts longer than its segment."""

    def __init__(self, coordinator: WledCoordinator, segment: int | None) -> None:
        super().__init__(coordinator)
        self.segment = segment
        if segment is not None:
            self._attr_translation_placeholders = {"segment": str(segment)}

    @property
    def part_id(self) -> str:
        """Return the identity of the part, which is also that of its light."""
        return device_id_of(
            self.coordinator.subentry.subentry_id, "" if self.segment is None else segment_key(self.segment)
        )

    @property
    def light(self) -> Light | None:
        """Return how the part is; None when it is not known or no more."""
        report = self.coordinator.data
        if report is None:
            return None
        return report.light if self.segment is None else report.segments.get(self.segment)

    @property
    @override
    def available(self) -> bool:
        """Return whether the controller answers and has the segment."""
        return super().available and self.light is not None

    async def async_apply(self, change: Change) -> None:
        """Have the controller change something."""
        await self.async_command(self.coordinator.driver.apply(change))


@callback
def async_add_parts(
    coordinator: WledCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    *make: Callable[[WledCoordinator, int | None], Entity],
) -> None:
    """Add entities of the strip now, and of each segment when there are several, as soon as it appears."""
    async_follow(coordinator, async_add_entities, lambda report: (None, *_segments(report)), *make)


@callback
def async_follow[T](
    coordinator: WledCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    parts: Callable[[Report | None], Sequence[T]],
    *make: Callable[[WledCoordinator, T], Entity],
) -> None:
    """Add entities for each of `parts`, now and as they appear."""
    known: set[T] = set()

    @callback
    def update() -> None:
        new = [part for part in parts(coordinator.data) if part not in known]
        known.update(new)
        if new:
            async_add_entities(
                [each(coordinator, part) for part in new for each in make],
                config_subentry_id=coordinator.subentry.subentry_id,
            )

    update()
    coordinator.config_entry.async_on_unload(coordinator.async_add_listener(update))


def _segments(report: Report | None) -> tuple[int, ...]:
    return tuple(report.segments) if report and len(report.segments) >= _SEVERAL else ()
