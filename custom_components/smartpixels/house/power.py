"""Feeds the house rules with the power that devices report, also of those that speak only when something changes."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from .energy import EnergyStatus
from .rules import HouseRules
from .told import Told
from .verdicts import Instant

MEASURE_INTERVAL: Final = timedelta(minutes=1)


class Power:
    """All sources of power at a location, each under the id of a device of the rules."""

    def __init__(self, hass: HomeAssistant, rules: HouseRules, *, now: Callable[[], Instant]) -> None:
        self.told = Told()
        self._hass = hass
        self._rules = rules
        self._now = now
        self._sources: dict[str, Callable[[], float | None]] = {}
        self._stop: CALLBACK_TYPE | None = None

    @property
    def status(self) -> EnergyStatus | None:
        """Return how the energy of the night stands; None when nothing here tells its power."""
        return self._rules.energy(self._now()) if self._sources else None

    @callback
    def add(self, device_id: str, watts: Callable[[], float | None]) -> Callable[[], None]:
        """Take a source; returns what to call when it has something new."""
        self._sources[device_id] = watts

        @callback
        def measure() -> None:
            self._sample(device_id)
            self.told.tell()

        return measure

    @callback
    def start(self) -> None:
        """Measure now, and from now on."""
        self._stop = async_track_time_interval(self._hass, self._measure_all, MEASURE_INTERVAL)
        self._measure_all(None)

    @callback
    def close(self) -> None:
        """Measure no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def _measure_all(self, _now: datetime | None) -> None:
        for device_id in self._sources:
            self._sample(device_id)
        self.told.tell()

    def _sample(self, device_id: str) -> None:
        watts = self._sources[device_id]()
        self._rules.power(device_id, math.nan if watts is None else watts, self._now())
