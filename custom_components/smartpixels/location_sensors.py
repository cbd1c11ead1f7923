"""What goes on at a location: who watches, what they do, what it costs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.typing import StateType

from .data import SmartPixelsConfigEntry
from .entity import LocationEntity
from .house.house import House
from .link.link import Link
from .protocol.messages import SharingMode

type Subscribe = Callable[[House, Link, Callable[[], None]], Callable[[], None]]


def _audience(house: House, _link: Link, listener: Callable[[], None]) -> Callable[[], None]:
    return house.add_audience_listener(listener)


def _counts(house: House, _link: Link, listener: Callable[[], None]) -> Callable[[], None]:
    return house.counted.add(listener)


def _sharing(house: House, _link: Link, listener: Callable[[], None]) -> Callable[[], None]:
    return house.sharing.add_listener(listener)


def _power(house: House, _link: Link, listener: Callable[[], None]) -> Callable[[], None]:
    return house.power.told.add(listener)


def _link(_house: House, link: Link, listener: Callable[[], None]) -> Callable[[], None]:
    return link.connection.add_listener(listener)


@dataclass(frozen=True, kw_only=True)
class LocationSensorDescription(SensorEntityDescription):
    """How to read something, and when to do so again."""

    read: Callable[[House, Link], StateType | datetime]
    follow: Subscribe
    attributes: Callable[[House], dict[str, Any]] | None = None
    needs_link: bool = False
    daily: bool = False


def _energy(house: House, _link: Link) -> float | None:
    status = house.power.status
    return round(status.used_wh, 1) if status else None


def _handle(house: House, _link: Link) -> str | None:
    return house.tally.last.handle if house.tally.last else None


def _latency(_house: House, link: Link) -> float | None:
    return None if link.latency is None else round(link.latency * 1000)


SENSORS: Final = (
    LocationSensorDescription(
        key="viewers",
        translation_key="viewers",
        state_class=SensorStateClass.MEASUREMENT,
        read=lambda house, _: house.watching.watching if house.watching else None,
        follow=_audience,
        needs_link=True,
    ),
    LocationSensorDescription(
        key="acting",
        translation_key="acting",
        state_class=SensorStateClass.MEASUREMENT,
        read=lambda house, _: house.watching.acting if house.watching else None,
        follow=_audience,
        needs_link=True,
    ),
    LocationSensorDescription(
        key="commands_today",
        translation_key="commands_today",
        state_class=SensorStateClass.TOTAL_INCREASING,
        read=lambda house, _: house.tally.done,
        follow=_counts,
        daily=True,
    ),
    LocationSensorDescription(
        key="refused_today",
        translation_key="refused_today",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        state_class=SensorStateClass.TOTAL_INCREASING,
        read=lambda house, _: house.tally.refused,
        follow=_counts,
        daily=True,
    ),
    LocationSensorDescription(key="last_viewer", translation_key="last_viewer", read=_handle, follow=_counts),
    LocationSensorDescription(
        key="sharing",
        translation_key="sharing",
        device_class=SensorDeviceClass.ENUM,
        options=[mode.value for mode in SharingMode],
        read=lambda house, _: house.sharing.effective.mode.value,
        follow=_sharing,
        attributes=lambda house: {"reason": house.sharing.state.reason},
    ),
    LocationSensorDescription(
        key="next_change",
        translation_key="next_change",
        device_class=SensorDeviceClass.TIMESTAMP,
        read=lambda house, _: house.sharing.effective.next_change,
        follow=_sharing,
    ),
    LocationSensorDescription(
        key="energy_tonight",
        translation_key="energy_tonight",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        state_class=SensorStateClass.TOTAL_INCREASING,
        suggested_display_precision=0,
        read=_energy,
        follow=_power,
    ),
    LocationSensorDescription(
        key="latency",
        translation_key="latency",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        read=_latency,
        follow=_link,
        needs_link=True,
    ),
)


class LocationSensor(LocationEntity, SensorEntity):
    """One figure or word about the location."""

    entity_description: LocationSensorDescription

    def __init__(self, entry: SmartPixelsConfigEntry, description: LocationSensorDescription) -> None:
        super().__init__(entry, description)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what it is about, the link if it needs that, and midnight."""
        described = self.entity_description
        self.async_on_remove(described.follow(self.house, self.link, self.async_write_ha_state))
        if described.needs_link:
            self.async_on_remove(self.link.connection.add_listener(self.async_write_ha_state))
        if described.daily:
            self.async_on_remove(async_track_time_change(self.hass, self._on_midnight, hour=0, minute=0, second=0))

    @property
    @override
    def available(self) -> bool:
        """Return whether it can be known now."""
        return not self.entity_description.needs_link or self.link.connection.is_online

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return it as it is now."""
        return self.entity_description.read(self.house, self.link)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return what else there is to say."""
        attributes = self.entity_description.attributes
        return attributes(self.house) if attributes else None

    @callback
    def _on_midnight(self, _now: datetime) -> None:
        self.async_write_ha_state()
