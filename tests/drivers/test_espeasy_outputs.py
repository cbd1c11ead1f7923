"""Relays, PWM lights and strips at a unit, and following them."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from custom_components.smartpixels.drivers.errors import (
    BadAnswerError,
    CommandRefusedError,
    DriverError,
    UnreachableError,
)
from custom_components.smartpixels.drivers.espeasy import EspEasy
from custom_components.smartpixels.drivers.espeasy_outputs import (
    Light,
    NeoPixelFx,
    NeoPixels,
    PwmLight,
    Relay,
    Report,
    watch,
)
from smartpixels_simulator.espeasy import EspEasyConfig, EspEasyServer
from tests.drivers.conftest import WHO, StartUnit, TurnedClock, address, serve


@pytest.fixture
def unit(device: EspEasyServer, session: aiohttp.ClientSession) -> EspEasy:
    return EspEasy(address(device), session=session)


def levels(device: EspEasyServer) -> dict[int, int]:
    return {number: pin.state for number, pin in device.unit.pins().items()}


def test_impossible_outputs(unit: EspEasy) -> None:
    for pins in ([], [1, 2], [1, 2, 3, 4, 5], [1, 1, 2], [1, 2, -1], [1, 2, 99]):
        with pytest.raises(ValueError, match="pins"):
            PwmLight(unit, pins)
    with pytest.raises(ValueError, match="pins"):
        Relay(unit, 49)
    with pytest.raises(ValueError, match="pixels"):
        NeoPixels(unit, pixels=0)


@pytest.mark.parametrize(
    ("brightness", "color"), [(0, None), (256, None), (9, (1, 2)), (9, (1, 2, 3, 4)), (9, (1, 2, 256)), (9, (-1, 2, 3))]
)
async def test_impossible_lights_are_not_shown(
    unit: EspEasy, device: EspEasyServer, brightness: int, color: tuple[int, ...] | None
) -> None:
    with pytest.raises(ValueError, match=r"brightness|channels"):
        await PwmLight(unit, [12, 13, 14]).turn_on(brightness=brightness, color=color)
    assert device.commands == []


@pytest.mark.parametrize("seconds", [0, -1, 15.1, float("nan")])
async def test_impossible_pulses_are_not_sent(unit: EspEasy, device: EspEasyServer, seconds: float) -> None:
    with pytest.raises(ValueError, match="pulse"):
        await Relay(unit, 12).pulse(seconds)
    assert device.commands == []


async def test_a_pin_that_the_chip_lacks(unit: EspEasy) -> None:
    with pytest.raises(CommandRefusedError):
        await Relay(unit, 32).switch(on=True)
    with pytest.raises(CommandRefusedError):
        await PwmLight(unit, [32]).turn_on()


async def test_a_strip_that_is_not_set_up(unit: EspEasy) -> None:
    with pytest.raises(CommandRefusedError):
        await NeoPixels(unit, pixels=8).turn_on()
    with pytest.raises(CommandRefusedError):
        await NeoPixelFx(unit).read()


@pytest.mark.parametrize("inverted", [False, True])
async def test_relay(unit: EspEasy, device: EspEasyServer, *, inverted: bool) -> None:
    relay = Relay(unit, 12, inverted=inverted)
    assert await relay.read() is None
    await relay.switch(on=True)
    assert levels(device) == {12: 0 if inverted else 1}
    assert await relay.read() is True
    await relay.switch(on=False)
    assert await relay.read() is False


@pytest.mark.parametrize("inverted", [False, True])
async def test_the_unit_ends_a_pulse(
    unit: EspEasy, device: EspEasyServer, clock: TurnedClock, *, inverted: bool
) -> None:
    relay = Relay(unit, 12, inverted=inverted)
    await relay.pulse(0.5)
    assert device.commands[-1] == f"LongPulse_mS,12,{0 if inverted else 1},500"
    assert await relay.read() is True
    clock.seconds += 0.5
    assert await relay.read() is False


async def test_a_pin_that_became_an_input_is_no_relay(unit: EspEasy, device: EspEasyServer) -> None:
    device.unit.run("GPIO,12,2")
    assert await Relay(unit, 12).read() is None


@pytest.mark.parametrize(
    ("brightness", "color", "duties"),
    [
        (255, (255, 0, 128), (1023, 0, 514)),
        (128, (255, 128, 0), (514, 258, 0)),
        (1, (255, 1, 0), (4, 1, 0)),
    ],
)
async def test_color(
    unit: EspEasy, device: EspEasyServer, brightness: int, color: tuple[int, ...], duties: tuple[int, ...]
) -> None:
    light = PwmLight(unit, [12, 13, 14])
    shown = await light.turn_on(brightness=brightness, color=color)
    assert tuple(levels(device).values()) == duties
    assert shown == await light.read() == Light(on=True, brightness=brightness, color=color)


async def test_colors_do_not_mix(unit: EspEasy, device: EspEasyServer) -> None:
    light = PwmLight(unit, [12, 13, 14])
    await asyncio.gather(
        light.turn_on(color=(255, 255, 255)), light.turn_off(), light.turn_on(color=(255, 0, 0)), light.read()
    )
    assert await light.read() == Light(on=True, brightness=255, color=(255, 0, 0))
    assert levels(device) == {12: 1023, 13: 0, 14: 0}


async def test_white_and_inverted(unit: EspEasy, device: EspEasyServer) -> None:
    await PwmLight(unit, [12, 13, 14, 15], inverted=True).turn_on(color=(0, 0, 0, 255))
    assert levels(device) == {12: 1023, 13: 1023, 14: 1023, 15: 0}


async def test_one_channel_remembers_its_brightness(unit: EspEasy, device: EspEasyServer) -> None:
    light = PwmLight(unit, [5])
    await light.turn_on(brightness=51)
    assert await light.turn_off() == Light(on=False, brightness=51, color=None) == await light.read()
    await light.turn_on()
    assert levels(device) == {5: 205}


async def test_what_others_showed_is_read(unit: EspEasy, device: EspEasyServer) -> None:
    light = PwmLight(unit, [12, 13, 14])
    assert await light.read() is None
    for command in ("PWM,12,0", "PWM,13,512", "GPIO,14,1"):
        device.unit.run(command)
    assert await light.read() == Light(on=True, brightness=255, color=(0, 128, 255))


async def test_strip_is_assumed_until_the_unit_starts_anew(
    start_unit: StartUnit, session: aiohttp.ClientSession, clock: TurnedClock
) -> None:
    async with start_unit(EspEasyConfig(name="Porch", pixels=4)) as device:
        clock.seconds = 600
        unit = EspEasy(address(device), session=session)
        strip = NeoPixels(unit, pixels=4)
        assert strip.assumed
        assert await strip.read() is None
        await strip.turn_on(brightness=128, color=(255, 0, 100))
        assert device.unit.pixels == [(128, 0, 50)] * 4
        assert await strip.read() == Light(on=True, brightness=128, color=(255, 0, 100))
        device.set_faults({"reboot": True})
        await unit.identify()
        assert await strip.read() is None


async def test_strip_is_painted(start_unit: StartUnit, session: aiohttp.ClientSession) -> None:
    async with start_unit(EspEasyConfig(name="Porch", pixels=4)) as device:
        strip = NeoPixels(EspEasy(address(device), session=session), pixels=4)
        for first, count in ((0, 5), (-1, 2), (4, 1), (0, 0)):
            with pytest.raises(ValueError, match="4 pixels"):
                await strip.paint(first, count, color=(9, 9, 9))
        with pytest.raises(ValueError, match="channels"):
            await strip.paint(0, 1, color=(256, 0, 0))
        await strip.paint(1, 2, color=(0, 0, 9))
        assert device.unit.pixels == [(0, 0, 0), (0, 0, 9), (0, 0, 9), (0, 0, 0)]


async def test_fx_strip_is_read_back(start_unit: StartUnit, session: aiohttp.ClientSession) -> None:
    async with start_unit(EspEasyConfig(name="Porch", pixels=2, fx=True)) as device:
        strip = NeoPixelFx(EspEasy(address(device), session=session))
        await strip.turn_on(color=(255, 16, 0))
        assert device.unit.pixels == [(255, 16, 0)] * 2
        device.unit.run("nfx,all,008000")
        assert await strip.read() == Light(on=True, brightness=128, color=(0, 255, 0))
        await strip.turn_off()
        assert device.unit.pixels == [(0, 0, 0)] * 2
        assert await strip.read() == Light(on=False, brightness=128, color=(0, 255, 0))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ('{"plugin": 128, "mode": "on", "rgb": "00ff00"}', CommandRefusedError),
        ('{"plugin": 128, "mode": "on", "rgb": "soon"}', CommandRefusedError),
        ('{"plugin": 128, "log": "NeoPixelBus: unknown subcommand: all"}', CommandRefusedError),
        ('{"plugin": 1, "pin": 2}', BadAnswerError),
        ("", BadAnswerError),
    ],
)
async def test_only_the_wanted_color_confirms(
    session: aiohttp.ClientSession, answer: str, error: type[DriverError]
) -> None:
    async with serve({"/json": WHO, "/control": answer}) as url:
        with pytest.raises(error):
            await NeoPixelFx(EspEasy(url, session=session)).turn_on(color=(255, 0, 0))


@pytest.mark.parametrize("answer", ["Perhaps", "", '{"pin": 1}'])
async def test_a_plugin_must_say_ok(session: aiohttp.ClientSession, answer: str) -> None:
    async with serve({"/json": WHO, "/control": answer}) as url:
        with pytest.raises(BadAnswerError):
            await NeoPixels(EspEasy(url, session=session), pixels=1).turn_on()


async def test_what_others_switched_off_is_read(unit: EspEasy, device: EspEasyServer) -> None:
    light = PwmLight(unit, [5])
    await light.turn_on(brightness=51)
    device.unit.run("PWM,5,0")
    assert await light.read() == Light(on=False, brightness=51, color=None)


async def test_watching_goes_on(unit: EspEasy, device: EspEasyServer) -> None:
    reports = watch(unit, [Relay(unit, 12)], interval=0.01)
    for _ in range(2):
        report = await _next(reports)
        assert isinstance(report, Report)
        assert report.readings == (None,)
    device.unit.run("GPIO,12,1")
    report = await _next(reports)
    assert isinstance(report, Report)
    assert report.readings == (True,)
    assert report.unit.name == "Porch"


async def test_a_refused_reading_does_not_end_the_pause(unit: EspEasy, device: EspEasyServer) -> None:
    reports = watch(unit, [Relay(unit, 32)], interval=0.05, longest=0.05)
    started = asyncio.get_running_loop().time()
    assert [type(await _next(reports)) for _ in range(3)] == [CommandRefusedError] * 3
    assert asyncio.get_running_loop().time() - started >= 0.1
    assert len(device.commands) == 3


async def test_watching_backs_off(unit: EspEasy, device: EspEasyServer) -> None:
    loop = asyncio.get_running_loop()
    reports = watch(unit, [], interval=0.02, longest=60.0)
    device.set_faults({"fail": "http500"})
    started = loop.time()
    assert [type(await _next(reports)) for _ in range(4)] == [BadAnswerError] * 4
    assert loop.time() - started >= 0.02 + 0.04 + 0.08


async def test_watching_comes_back_with_the_first_answered_command(unit: EspEasy, device: EspEasyServer) -> None:
    relay = Relay(unit, 12)
    reports = watch(unit, [relay], interval=30.0)
    device.set_faults({"fail": "http500"})
    assert isinstance(await _next(reports), BadAnswerError)
    device.set_faults({"fail": None})
    waiting = asyncio.create_task(_next(reports))
    await relay.switch(on=True)
    report = await waiting
    assert isinstance(report, Report)
    assert report.readings == (True,)


async def test_watching_caps_its_pause(unit: EspEasy, device: EspEasyServer) -> None:
    device.set_faults({"fail": "drop"})
    loop = asyncio.get_running_loop()
    reports = watch(unit, [], interval=0.01, longest=0.02)
    started = loop.time()
    outcomes = [await _next(reports) for _ in range(10)]
    assert all(isinstance(outcome, UnreachableError) for outcome in outcomes)
    assert loop.time() - started < 1.0


async def _next(reports: AsyncIterator[Report | DriverError]) -> Report | DriverError:
    async with asyncio.timeout(5):
        return await anext(reports)
