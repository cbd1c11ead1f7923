"""One ESPEasy unit with what hangs on it, asked again and again."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.event import async_call_later
from yarl import URL

from ..const import CONF_INVERTED, CONF_LIGHTS, CONF_PIXELS, CONF_PULSE, CONF_RELAYS, CONF_STRIP
from ..data import SmartPixelsConfigEntry
from ..drivers.errors import DriverError, UnreachableError, WrongDeviceError
from ..drivers.espeasy import Credentials, EspEasy, Unit
from ..drivers.espeasy_outputs import Color, Lamp, NeoPixelFx, NeoPixels, Output, PwmLight, Reading, Relay, watch
from ..drivers.wled import Address
from ..house.exposed import device_id_of
from ..issues import async_set_swapped
from .relays import RelayHub, RelayPart, RelayState

INTERVAL: Final = 10.0
LONGEST_PAUSE: Final = 300.0

_READ_AFTER_PULSE: Final = 0.3


class Strip(StrEnum):
    """The kinds of strips: by the plugin that drives them."""

    NONE = "none"
    NEOPIXEL = "neopixel"
    NEOPIXEL_RGBW = "neopixel_rgbw"
    NEOPIXEL_FX = "neopixel_fx"


@dataclass(slots=True, kw_only=True)
class Connected[T: (Relay, Lamp)]:
    """Something at the unit, its number there, and the last that is known about it."""

    key: str
    number: int | None
    output: T
    latest: Reading = None

    async def read(self) -> Reading:
        """Ask for it. Raises DriverError."""
        self.latest = await self.output.read()
        return self.latest


def unit_at(hass: HomeAssistant, data: Mapping[str, Any]) -> EspEasy:
    """Return the unit that a subentry's data name."""
    address = Address.parse(data[CONF_HOST])
    credentials = None
    if password := data.get(CONF_PASSWORD):
        credentials = Credentials(user=data.get(CONF_USERNAME) or "admin", password=password)
    return EspEasy(
        URL.build(scheme="http", host=address.host, port=address.port),
        session=async_get_clientsession(hass),
        mac=data.get(CONF_MAC),
        credentials=credentials,
    )


def relays_of(unit: EspEasy, data: Mapping[str, Any]) -> Iterator[Connected[Relay]]:
    """Return the relays that a subentry's data name. Raises ValueError for impossible ones."""
    inverted = data.get(CONF_INVERTED, ())
    for pin in data.get(CONF_RELAYS, ()):
        yield Connected(key=f"relay{pin}", number=pin, output=Relay(unit, pin, inverted=pin in inverted))


def lamps_of(unit: EspEasy, data: Mapping[str, Any]) -> Iterator[Connected[Lamp]]:
    """Return the lights that a subentry's data name. Raises ValueError for impossible ones."""
    inverted = data.get(CONF_INVERTED, ())
    for pins in data.get(CONF_LIGHTS, ()):
        lamp = PwmLight(unit, pins, inverted=pins[0] in inverted)
        yield Connected(key=f"light{pins[0]}", number=pins[0], output=lamp)
    if (strip := _strip(unit, data)) is not None:
        yield Connected(key="strip", number=None, output=strip)


class EspEasyHub(RelayHub):
    """A unit whose relays and lights are followed by asking; while it is gone, it is asked less and less often."""

    manufacturer: ClassVar = "ESPEasy"

    def __init__(self, hass: HomeAssistant, entry: SmartPixelsConfigEntry, *, subentry: ConfigSubentry) -> None:
        super().__init__(hass, entry, subentry=subentry)
        self._unit = unit_at(hass, subentry.data)
        self._relays = {relay.key: relay for relay in relays_of(self._unit, subentry.data)}
        self.lamps = tuple(lamps_of(self._unit, subentry.data))
        self._report: Unit | None = None
        self._looked = asyncio.Event()
        self._reading_later: dict[str, Callable[[], None]] = {}

    @property
    @override
    def relays(self) -> tuple[RelayPart, ...]:
        return tuple(RelayPart(key=relay.key, number=relay.number or 0) for relay in self._relays.values())

    @property
    @override
    def unique_ids(self) -> frozenset[str]:
        return super().unique_ids | {device_id_of(self.subentry.subentry_id, lamp.key) for lamp in self.lamps}

    @property
    @override
    def device_info(self) -> DeviceInfo:
        info = super().device_info
        info["configuration_url"] = str(self._unit.url)
        info["sw_version"] = self._report.build if self._report else None
        return info

    @override
    async def async_start(self) -> None:
        self.entry.async_create_background_task(self.hass, self._watch(), f"ESPEasy {self.subentry.title}")
        await self._looked.wait()

    @override
    async def async_close(self) -> None:
        # The unit itself ends its pulses.
        for cancel in self._reading_later.values():
            cancel()
        async_set_swapped(self.hass, self.subentry, swapped=False)

    @override
    def relay_state(self, key: str) -> RelayState:
        latest = self._relays[key].latest
        return RelayState(on=latest if isinstance(latest, bool) else None)

    @override
    async def async_switch(self, key: str, *, on: bool) -> None:
        relay = self._relays[key]
        with self._noticing():
            await relay.output.switch(on=on)
            relay.latest = on

    @override
    async def async_pulse(self, key: str) -> None:
        relay, seconds = self._relays[key], float(self.subentry.data[CONF_PULSE])
        with self._noticing():
            await relay.output.pulse(seconds)
            relay.latest = True
        self._read_later(relay, seconds + _READ_AFTER_PULSE)

    async def async_turn_on(
        self, lamp: Connected[Lamp], *, brightness: int | None = None, color: Color | None = None
    ) -> None:
        """Show a light; what is None stays as it was. Raises DriverError."""
        with self._noticing():
            lamp.latest = await lamp.output.turn_on(brightness=brightness, color=color)

    async def async_turn_off(self, lamp: Connected[Lamp]) -> None:
        """Show nothing. Raises DriverError."""
        with self._noticing():
            lamp.latest = await lamp.output.turn_off()

    async def _watch(self) -> None:
        outputs: tuple[Output, ...] = (*self._relays.values(), *self.lamps)
        async for outcome in watch(self._unit, outputs, interval=INTERVAL, longest=LONGEST_PAUSE):
            if isinstance(outcome, DriverError):
                self._lost(outcome)
            else:
                self._report = outcome.unit
                self._found()
            self._looked.set()

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        """Learn from a command whether the unit is there."""
        try:
            yield
        except (UnreachableError, WrongDeviceError) as err:
            self._lost(err)
            raise
        self._found()

    @override
    @callback
    def _found(self) -> None:
        async_set_swapped(self.hass, self.subentry, swapped=False)
        super()._found()

    @override
    @callback
    def _lost(self, error: Exception) -> None:
        async_set_swapped(self.hass, self.subentry, swapped=isinstance(error, WrongDeviceError))
        super()._lost(error)

    @callback
    def _read_later(self, relay: Connected[Relay], seconds: float) -> None:
        """Show the end of a pulse when it is due, not with the next look."""

        async def read(_now: datetime) -> None:
            # The watch says whether the unit is gone.
            with suppress(DriverError):
                await relay.read()
                self._tell()

        if (cancel := self._reading_later.pop(relay.key, None)) is not None:
            cancel()
        self._reading_later[relay.key] = async_call_later(self.hass, seconds, read)


def _strip(unit: EspEasy, data: Mapping[str, Any]) -> Lamp | None:
    match data.get(CONF_STRIP, Strip.NONE):
        case Strip.NEOPIXEL:
            return NeoPixels(unit, pixels=data[CONF_PIXELS])
        case Strip.NEOPIXEL_RGBW:
            return NeoPixels(unit, pixels=data[CONF_PIXELS], white=True)
        case Strip.NEOPIXEL_FX:
            return NeoPixelFx(unit)
    return None
