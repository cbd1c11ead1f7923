"""How much power the strip of a WLED controller takes."""

from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfPower

from .coordinator import WledCoordinator
from .wled_entity import WledEntity

POWER: Final = SensorEntityDescription(
    key="power",
    device_class=SensorDeviceClass.POWER,
    entity_category=EntityCategory.DIAGNOSTIC,
    native_unit_of_measurement=UnitOfPower.WATT,
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=1,
)


class PowerSensor(WledEntity, SensorEntity):
    """The power as the firmware estimates it from the current; unknown when it has no limit to reckon with."""

    entity_description = POWER

    def __init__(self, coordinator: WledCoordinator) -> None:
        super().__init__(coordinator)
        self._attr_unique_id = f"{coordinator.subentry.subentry_id}-{POWER.key}"

    @property
    @override
    def native_value(self) -> float | None:
        """Return the power."""
        return self.coordinator.watts
