"""What is connected to an ESPEasy unit: relays, PWM lights and NeoPixel strips, and how to follow them all.

A strip of plugin `Output - NeoPixel (Basic)` (P038) cannot be asked, so what it shows is `assumed`; all else is read
back from the unit. Colors have as many channels, 0 to 255, as the light: red, green, blue and perhaps white.
"""

import asyncio
import contextlib
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Protocol, override

from .errors import BadAnswerError, CommandRefusedError, DriverError
from .espeasy import FULL_DUTY, HIGHEST_PIN, EspEasy, Pin, Unit, read_object

LONGEST_PULSE: Final = 15.0
MAX_PIXELS: Final = 2000
_FULL: Final = 255

type Color = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """How a light is. `color` is at full brightness, None when the light has one channel only."""

    on: bool
    brightness: int
    color: Color | None


type Reading = bool | Light | None


class Output(Protocol):
    """Something connected to a unit."""

    async def read(self) -> Reading:
        """Return how it is, None when the unit does not know. Raises DriverError."""


class Relay:
    """A relay at a pin; `inverted` for boards that close at a low level. Raises ValueError for an impossible pin."""

    def __init__(self, unit: EspEasy, pin: int, *, inverted: bool = False) -> None:
        _check_pins(pin)
        self._unit = unit
        self._pin = pin
        self._inverted = inverted

    async def switch(self, *, on: bool) -> None:
        """Open or close the relay. Raises DriverError."""
        level = int(on is not self._inverted)
        _confirm(await self._unit.command_pin("GPIO", self._pin, level), "output", level)

    async def pulse(self, seconds: float) -> None:
        """Close the relay; the unit opens it after that time, even if nobody can reach it then.

        Raises DriverError, and ValueError unless 0 < seconds <= LONGEST_PULSE.
        """
        if not 0 < seconds <= LONGEST_PULSE:
            raise ValueError(f"a pulse takes up to {LONGEST_PULSE:.0f} seconds")
        level = int(not self._inverted)
        milliseconds = max(1, round(seconds * 1000))
        _confirm(await self._unit.command_pin("LongPulse_mS", self._pin, level, milliseconds), "output", level)

    async def read(self) -> bool | None:
        """Return whether the relay is closed, None when nobody switched it since the unit started."""
        pin = await self._unit.pin(self._pin)
        if pin is None or pin.mode != "output" or pin.state not in {0, 1}:
            return None
        return (pin.state == 1) is not self._inverted


class Lamp(ABC):
    """A light of one (white), three (red, green, blue) or four channels (and white)."""

    assumed: ClassVar[bool] = False

    def __init__(self, unit: EspEasy, *, channels: int, full: int) -> None:
        self.channels = channels
        self._unit = unit
        self._full = full
        # The channels of a light take several commands; colors must not mix.
        self._one_at_a_time = asyncio.Lock()
        self._light = Light(on=False, brightness=_FULL, color=None if channels == 1 else (_FULL,) * channels)

    async def turn_on(self, *, brightness: int | None = None, color: Color | None = None) -> Light:
        """Show a light; what is None stays as it was.

        Raises DriverError, and ValueError for an impossible light.
        """
        light = Light(
            on=True,
            brightness=self._light.brightness if brightness is None else brightness,
            color=self._light.color if color is None else color,
        )
        self._check(light)
        return await self._change(light)

    async def turn_off(self) -> Light:
        """Show nothing; brightness and color are remembered. Raises DriverError."""
        return await self._change(replace(self._light, on=False))

    async def read(self) -> Light | None:
        """Return how the light is, None when the unit does not know. Raises DriverError."""
        async with self._one_at_a_time:
            levels = await self._levels()
            if levels is None:
                return None
            # Levels are coarser than color and brightness: what was asked for is kept as long as it fits.
            if levels != self._levels_of(self._light):
                self._light = self._light_of(levels)
            return self._light

    @abstractmethod
    async def _show(self, levels: tuple[int, ...]) -> None:
        """Bring the channels to these levels."""

    @abstractmethod
    async def _levels(self) -> tuple[int, ...] | None:
        """Return the levels that the unit reports."""

    async def _change(self, light: Light) -> Light:
        async with self._one_at_a_time:
            await self._show(self._levels_of(light))
            self._light = light
            return light

    def _check(self, light: Light) -> None:
        channels = 1 if light.color is None else len(light.color)
        if channels != self.channels or not all(0 <= value <= _FULL for value in light.color or ()):
            raise ValueError(f"the light has {self.channels} channels from 0 to {_FULL}")
        if not 1 <= light.brightness <= _FULL:
            raise ValueError(f"brightness is from 1 to {_FULL}")

    def _levels_of(self, light: Light) -> tuple[int, ...]:
        if not light.on:
            return (0,) * self.channels
        scale = light.brightness * self._full / (_FULL * _FULL)
        return tuple(value and max(1, round(value * scale)) for value in light.color or (_FULL,))

    def _light_of(self, levels: tuple[int, ...]) -> Light:
        peak = max(levels)
        if peak == 0:
            return replace(self._light, on=False)
        return Light(
            on=True,
            brightness=max(1, round(peak * _FULL / self._full)),
            color=None if self.channels == 1 else tuple(round(level * _FULL / peak) for level in levels),
        )


class PwmLight(Lamp):
    """A light at one, three or four PWM pins; duties follow the color without gamma.

    `inverted` for drivers that shine at a low level. Raises ValueError for impossible pins.
    """

    def __init__(self, unit: EspEasy, pins: Sequence[int], *, inverted: bool = False) -> None:
        _check_pins(*pins)
        if len(pins) not in {1, 3, 4}:
            raise ValueError("a light has one, three or four pins")
        super().__init__(unit, channels=len(pins), full=FULL_DUTY)
        self._pins = tuple(pins)
        self._inverted = inverted

    @override
    async def _show(self, levels: tuple[int, ...]) -> None:
        for pin, level in zip(self._pins, levels, strict=True):
            duty = self._turned(level)
            _confirm(await self._unit.command_pin("PWM", pin, duty), "PWM", duty)

    @override
    async def _levels(self) -> tuple[int, ...] | None:
        levels: list[int] = []
        for number in self._pins:
            pin = await self._unit.pin(number)
            if pin is None or pin.mode not in {"PWM", "output"}:
                return None
            duty = pin.state if pin.mode == "PWM" else pin.state * FULL_DUTY
            levels.append(self._turned(min(max(duty, 0), FULL_DUTY)))
        return tuple(levels)

    def _turned(self, level: int) -> int:
        return FULL_DUTY - level if self._inverted else level


class NeoPixels(Lamp):
    """A strip of plugin P038, all pixels in one color or painted in runs."""

    assumed: ClassVar[bool] = True

    def __init__(self, unit: EspEasy, *, pixels: int, white: bool = False) -> None:
        if not 1 <= pixels <= MAX_PIXELS:
            raise ValueError(f"a strip has 1 to {MAX_PIXELS} pixels")
        super().__init__(unit, channels=4 if white else 3, full=_FULL)
        self._pixels = pixels
        self._shown: tuple[int, ...] | None = None
        self._starts = unit.starts

    async def paint(self, first: int, count: int, *, color: Color) -> None:
        """Show a color, as bright as it is, on a run of pixels counted from 0.

        Raises DriverError, and ValueError for a run outside the strip or an impossible color.
        """
        self._check(Light(on=True, brightness=_FULL, color=color))
        if first < 0 or count < 1 or first + count > self._pixels:
            raise ValueError(f"the strip has {self._pixels} pixels")
        _done(await self._unit.command("NeoPixelLine", first + 1, first + count, *color))

    @override
    async def _show(self, levels: tuple[int, ...]) -> None:
        _done(await self._unit.command("NeoPixelAll", *levels))
        self._shown, self._starts = levels, self._unit.starts

    @override
    async def _levels(self) -> tuple[int, ...] | None:
        return self._shown if self._starts == self._unit.starts else None


class NeoPixelFx(Lamp):
    """A strip of plugin P128, all pixels in one color; the unit's own effects are left alone."""

    def __init__(self, unit: EspEasy) -> None:
        super().__init__(unit, channels=3, full=_FULL)

    @override
    async def _show(self, levels: tuple[int, ...]) -> None:
        color = bytes(levels).hex()
        if _strip_color(await self._unit.command("nfx", "all", color)) != levels:
            raise CommandRefusedError("the strip shows another color")

    @override
    async def _levels(self) -> tuple[int, ...] | None:
        return _strip_color(await self._unit.command("nfx", "statusrequest"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known about a unit at one moment; readings in the order of the outputs."""

    unit: Unit
    readings: tuple[Reading, ...]


async def poll(unit: EspEasy, outputs: Sequence[Output]) -> Report:
    """Ask a unit for everything once. Raises DriverError."""
    return Report(unit=await unit.identify(), readings=tuple([await output.read() for output in outputs]))


async def watch(
    unit: EspEasy, outputs: Sequence[Output], *, interval: float = 10.0, longest: float = 300.0
) -> AsyncIterator[Report | DriverError]:
    """Ask again and again; each answer and each failure is handed on.

    While it fails, the pause doubles from `interval` to `longest` seconds; the first command that is answered ends it.
    """
    pause = interval
    while True:
        try:
            outcome: Report | DriverError = await poll(unit, outputs)
        except DriverError as err:
            unit.answered.clear()
            outcome = err
        yield outcome
        if isinstance(outcome, Report):
            pause = interval
            await asyncio.sleep(interval)
        else:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(unit.answered.wait(), pause)
            pause = min(pause * 2, longest)


def _check_pins(*pins: int) -> None:
    if not all(0 <= pin <= HIGHEST_PIN for pin in pins) or len(set(pins)) != len(pins):
        raise ValueError(f"pins are different numbers from 0 to {HIGHEST_PIN}")


def _confirm(pin: Pin, mode: str, state: int) -> None:
    if (pin.mode, pin.state) != (mode, state):
        raise CommandRefusedError(f"the pin is at {pin.state} in mode {pin.mode[:20]}")


def _done(answer: str) -> None:
    if answer != "OK":
        raise BadAnswerError("the command was not confirmed")


def _strip_color(answer: str) -> tuple[int, ...] | None:
    match read_object(answer):
        case {"plugin": 128, "mode": "off"}:
            return (0, 0, 0)
        case {"plugin": 128, "mode": str(), "rgb": str(color)}:
            return tuple(bytes.fromhex(color)) if re.fullmatch(r"[0-9a-fA-F]{6}", color) else None
        case {"plugin": 128, "log": str(reason)}:
            raise CommandRefusedError(reason[:60])
    raise BadAnswerError("the unit speaks of something else than the strip")
