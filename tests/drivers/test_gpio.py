"""GPIO relays: the real library where it can say no, a fake chip where none can exist."""

import errno
import sys
from pathlib import Path
from typing import cast

import gpiod
import pytest
from gpiod.line import Direction, Value

from custom_components.smartpixels.drivers.errors import (
    BusyError,
    DriverError,
    ForbiddenError,
    NotRecognizedError,
    UnreachableError,
    UnsupportedError,
)
from custom_components.smartpixels.drivers.gpio import GpioRelays, Settings, available


class FakeChip:
    """Levels of lines, taken and set as the library does it."""

    def __init__(self) -> None:
        self.levels: dict[int, int] = {}
        self.settings: dict[int, gpiod.LineSettings] = {}
        self.held = False
        self.error: Exception | None = None

    def request(self, _path: str, settings: Settings) -> gpiod.LineRequest:
        if self.error:
            raise self.error
        self.settings = cast("dict[int, gpiod.LineSettings]", settings)
        self.set_values({line: setting.output_value for line, setting in self.settings.items()})
        self.held = True
        return cast("gpiod.LineRequest", self)

    def set_values(self, values: dict[int, Value]) -> None:
        if self.error:
            raise self.error
        for line, value in values.items():
            self.levels[line] = int(bool(value) is not self.settings[line].active_low)

    def get_values(self, lines: tuple[int, ...]) -> list[Value]:
        return [Value(int(bool(self.levels[line]) is not self.settings[line].active_low)) for line in lines]

    def release(self) -> None:
        self.held = False


@pytest.mark.parametrize(("lines", "inverted"), [([], []), ([-1], []), ([4], [5])])
def test_impossible_lines(lines: list[int], inverted: list[int]) -> None:
    with pytest.raises(ValueError, match="lines"):
        GpioRelays(lines, inverted=inverted)


async def test_no_chip(tmp_path: Path) -> None:
    chip = str(tmp_path / "gpiochip0")
    assert not await available(chip)
    with pytest.raises(UnsupportedError, match="no GPIO chip"):
        await GpioRelays([4], chip=chip).open()


async def test_no_gpio_chip() -> None:
    assert not await available("/dev/null")
    with pytest.raises(NotRecognizedError):
        await GpioRelays([4], chip="/dev/null").open()


async def test_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiod", None)
    assert not await available("/dev/null")
    with pytest.raises(UnsupportedError, match="not installed"):
        await GpioRelays([4]).open()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.EBUSY, "busy"), BusyError),
        (PermissionError(errno.EACCES, "denied"), ForbiddenError),
        (OSError(errno.EINVAL, "invalid"), NotRecognizedError),
        (ValueError("no such line"), NotRecognizedError),
        (OSError(errno.EIO, "gone"), UnreachableError),
    ],
)
async def test_names_what_is_wrong(error: Exception, expected: type[DriverError]) -> None:
    chip = FakeChip()
    chip.error = error
    with pytest.raises(expected):
        await GpioRelays([4], request=chip.request).open()


async def test_lines_must_be_taken_and_known() -> None:
    relays = GpioRelays([4], request=FakeChip().request)
    with pytest.raises(UnreachableError):
        await relays.switch(4, on=True)
    with pytest.raises(ValueError, match="not in use"):
        await relays.switch(5, on=True)
    await relays.close()


async def test_relays() -> None:
    chip = FakeChip()
    relays = GpioRelays([17, 4], inverted=[17], request=chip.request)
    await relays.open()
    await relays.open()
    assert all(setting.direction is Direction.OUTPUT for setting in chip.settings.values())
    assert chip.levels == {4: 0, 17: 1}
    assert await relays.read() == {4: False, 17: False}
    await relays.switch(17, on=True)
    await relays.switch(4, on=True)
    assert chip.levels == {4: 1, 17: 0}
    assert await relays.read() == {4: True, 17: True}
    await relays.close()
    assert chip.levels == {4: 0, 17: 1}
    assert not chip.held


async def test_lines_are_given_back_even_if_they_cannot_be_switched() -> None:
    chip = FakeChip()
    relays = GpioRelays([4], request=chip.request)
    await relays.open()
    chip.error = OSError(errno.EIO, "gone")
    with pytest.raises(UnreachableError):
        await relays.close()
    assert not chip.held
