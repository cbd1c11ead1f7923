"""Relays at GPIO lines of the machine that Home Assistant runs on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Final, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.event import async_track_time_interval

from ..const import CONF_INVERTED, CONF_PULSE, CONF_RELAYS
from ..data import SmartPixelsConfigEntry
from ..drivers.errors import DriverError
from ..drivers.gpio import GpioRelays
from ..drivers.pulses import Pulses
from .relays import RelayHub, RelayPart, RelayState

RETRY_INTERVAL: Final = timedelta(seconds=30)


class GpioHub(RelayHub):
    """Lines that are taken while the location is loaded; all relays are off before and after."""

    manufacturer: ClassVar = "GPIO"

    def __init__(self, hass: HomeAssistant, entry: SmartPixelsConfigEntry, *, subentry: ConfigSubentry) -> None:
        super().__init__(hass, entry, subentry=subentry)
        self._lines = GpioRelays(subentry.data[CONF_RELAYS], inverted=subentry.data[CONF_INVERTED])
        self._pulses = Pulses(self._switch)
        self._levels: Mapping[int, bool] = {}

    @property
    @override
    def relays(self) -> tuple[RelayPart, ...]:
        return tuple(RelayPart(key=f"relay{line}", number=line) for line in self.subentry.data[CONF_RELAYS])

    @override
    async def async_start(self) -> None:
        await self._take()
        self.entry.async_on_unload(async_track_time_interval(self.hass, self._take, RETRY_INTERVAL))

    @override
    async def async_close(self) -> None:
        await self._pulses.close()
        try:
            await self._lines.close()
        except DriverError as err:
            self._lost(err)

    @override
    def relay_state(self, key: str) -> RelayState:
        return RelayState(on=self._levels.get(_line(key)))

    @override
    async def async_switch(self, key: str, *, on: bool) -> None:
        await self._pulses.switch(_line(key), on=on)

    @override
    async def async_pulse(self, key: str) -> None:
        await self._pulses.pulse(_line(key), float(self.subentry.data[CONF_PULSE]))

    async def _switch(self, line: int, on: bool) -> None:  # noqa: FBT001 - the driver's way round
        try:
            await self._lines.switch(line, on=on)
            self._levels = await self._lines.read()
        except DriverError as err:
            self._lost(err)
            raise
        self._found()

    async def _take(self, _now: datetime | None = None) -> None:
        """Take the lines, or see whether they still are ours."""
        try:
            await self._lines.open()
            levels = await self._lines.read()
        except DriverError as err:
            self._lost(err)
        else:
            self._levels = levels
            self._found()


def _line(key: str) -> int:
    return int(key.removeprefix("relay"))
