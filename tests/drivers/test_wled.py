"""The WLED driver against a simulated controller: what its orders and its reports say beyond the usual."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from custom_components.smartpixels.drivers.errors import CommandRefusedError, NotRecognizedError, WrongDeviceError
from custom_components.smartpixels.drivers.wled import Address, WledDriver, port_middleware
from custom_components.smartpixels.drivers.wled_change import Change, Painting, Stroke
from smartpixels_simulator.wled import WledConfig, WledController, WledServer

RED = (255, 0, 0)

type Order = Callable[[WledDriver], Awaitable[Any]]


@pytest.fixture
async def strip() -> AsyncIterator[WledServer]:
    server = WledServer(WledController(WledConfig(name="Tree", leds=10)))
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def driver(strip: WledServer) -> AsyncIterator[WledDriver]:
    async with aiohttp.ClientSession(middlewares=(port_middleware(strip.port),)) as session:
        address = Address(host="127.0.0.1", port=strip.port)
        yield WledDriver(address, session=session, mac=strip.controller.config.mac_address)


@pytest.mark.parametrize(
    "order",
    [
        lambda driver: driver.apply(Change(effect="None such")),
        lambda driver: driver.apply(Change(palette="None such")),
        lambda driver: driver.apply(Change(segment=5, on=True)),
        lambda driver: driver.paint(Painting(segment=5, strokes=(Stroke(0, 1, RED),))),
        lambda driver: driver.start_preset(9),
    ],
    ids=["effect", "palette", "segment", "painted segment", "preset"],
)
async def test_what_the_controller_does_not_have_is_not_sent(
    strip: WledServer, driver: WledDriver, order: Order
) -> None:
    before = strip.summary()
    with pytest.raises(CommandRefusedError):
        await order(driver)
    assert strip.summary() == before


async def test_the_first_order_needs_no_fetch_before(strip: WledServer, driver: WledDriver) -> None:
    assert not driver.can_push
    report = await driver.apply(Change(on=False))
    assert (report.light.on, strip.summary()["on"]) == (False, False)
    assert driver.can_push


async def test_no_order_reaches_another_controller(strip: WledServer) -> None:
    async with aiohttp.ClientSession(middlewares=(port_middleware(strip.port),)) as session:
        driver = WledDriver(Address(host="127.0.0.1", port=strip.port), session=session, mac="02aabbccddee")
        with pytest.raises(WrongDeviceError):
            await driver.apply(Change(on=False))
    assert strip.summary()["on"] is True


async def test_a_stroke_that_reaches_beyond_the_end_is_cut(strip: WledServer, driver: WledDriver) -> None:
    strip.controller.change({"bri": 255})
    await driver.paint(Painting(strokes=(Stroke(8, 99, RED), Stroke(99, 100, RED))))
    assert strip.picture()["pixels"][8:] == [RED, RED]


async def test_strokes_that_are_all_beyond_the_end_change_nothing(strip: WledServer, driver: WledDriver) -> None:
    before = strip.controller.state_json()
    report = await driver.paint(Painting(strokes=(Stroke(50, 60, RED),)))
    assert report.light.pixels == 10
    assert strip.controller.state_json() == before


@pytest.mark.parametrize(
    ("segments", "known"),
    [
        ([{"id": 0, "fx": 88, "sx": 7}], (("Candle", 7),)),
        ([{"id": 0, "fx": "~", "sx": 7}], None),
        ([{"id": 0, "fx": 88, "sx": "r"}], None),
        ([{"id": 0, "fx": 9999, "sx": 7}], None),
        ([{"id": 0, "fx": 88, "sx": 7}, {"id": 1, "fx": "r"}], None),
        ([], None),
    ],
)
async def test_a_preset_tells_what_it_starts_or_nothing(
    strip: WledServer, driver: WledDriver, segments: list[Any], known: Any
) -> None:
    strip.controller.change({"psave": 1, "n": "Saved", "o": True, "seg": segments})
    (preset,) = (await driver.update()).presets.values()
    assert (preset.name, preset.effects) == ("Saved", known)


def matrix(strip: WledServer, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, int]]) -> None:
    """Have the controller say that its LEDs are in two rows of five, with these segments."""
    info, state = strip.controller.info_json, strip.controller.state_json

    def told_info(**facts: Any) -> dict[str, Any]:
        told = info(**facts)
        return told | {"leds": told["leds"] | {"matrix": {"w": 5, "h": 2}}}

    def told_state() -> dict[str, Any]:
        told = state()
        (segment,) = told["seg"]
        return told | {"seg": [segment | {"id": number} | row for number, row in enumerate(rows)]}

    monkeypatch.setattr(strip.controller, "info_json", told_info)
    monkeypatch.setattr(strip.controller, "state_json", told_state)


@pytest.mark.parametrize(
    ("rows", "whole", "parts"),
    [
        ([{"start": 0, "stop": 5, "startY": 0, "stopY": 2}], 10, [10]),
        ([{"start": 0, "stop": 5, "startY": row, "stopY": row + 1} for row in (0, 1)], None, [5, 5]),
    ],
)
async def test_pixels_of_a_matrix_are_numbered_within_a_segment(
    strip: WledServer,
    driver: WledDriver,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[dict[str, int]],
    whole: int | None,
    parts: list[int],
) -> None:
    matrix(strip, monkeypatch, rows)
    report = await driver.update()
    assert report.light.pixels == whole
    assert [segment.pixels for segment in report.segments.values()] == parts


async def test_a_controller_without_segments_is_off(
    strip: WledServer, driver: WledDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = strip.controller.state_json
    monkeypatch.setattr(strip.controller, "state_json", lambda: state() | {"seg": []})
    report = await driver.update()
    assert (report.light.on, report.light.color, dict(report.segments)) == (False, None, {})


async def test_a_controller_without_a_limit_does_not_tell_its_power(
    strip: WledServer, driver: WledDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = strip.controller.info_json

    def told(**facts: Any) -> dict[str, Any]:
        report = info(**facts)
        return report | {"leds": report["leds"] | {"pwr": 0, "maxpwr": 0}}

    monkeypatch.setattr(strip.controller, "info_json", told)
    assert (await driver.update()).milliamps is None


async def test_a_word_of_another_shape_is_no_controller(
    strip: WledServer, driver: WledDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await driver.update()
    monkeypatch.setattr("custom_components.smartpixels.drivers.wled.TRUSTED", 0)
    monkeypatch.setattr(strip.controller, "info_json", lambda **_: {"mac": 7})
    with pytest.raises(NotRecognizedError):
        await driver.apply(Change(on=False))
