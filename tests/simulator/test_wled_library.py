"""The real, unmodified `wled` library against the real server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from wled import (
    WLED,
    Device,
    WLEDConnectionClosedError,
    WLEDConnectionError,
    WLEDConnectionTimeoutError,
    WLEDEmptyResponseError,
    WLEDError,
    WLEDInvalidResponseError,
    WLEDStatusError,
    WLEDUnsupportedVersionError,
)

from smartpixels_simulator.faults import FaultSettings
from smartpixels_simulator.wled import WledConfig, WledController, WledServer
from tests.simulator.conftest import TurnedClock

RED, BLACK = (255, 0, 0), (0, 0, 0)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"fail": "drop"}, WLEDConnectionError),
        ({"fail": "garbage"}, WLEDInvalidResponseError),
        ({"fail": "empty"}, WLEDEmptyResponseError),
        ({"fail": "http500"}, WLEDStatusError),
        ({"fail": "hang"}, WLEDConnectionTimeoutError),
        ({"delay_ms": 5000}, WLEDConnectionTimeoutError),
        ({"power": "off"}, WLEDConnectionError),
    ],
    ids=str,
)
async def test_ugly_cases_are_the_errors_of_the_library_and_end(
    server: WledServer,
    lamp: WLED,
    fault: dict[str, object],
    error: type[WLEDError],
) -> None:
    server.set_faults(fault)
    lamp.request_timeout = 0.05
    with pytest.raises(error):
        await lamp.update()
    server.faults.set(FaultSettings())
    lamp.request_timeout = 5
    assert (await lamp.update()).info.name == "Tree"


async def test_a_firmware_that_is_too_old_is_refused(lamp: WLED, server: WledServer) -> None:
    server.controller.config = WledConfig(name="Old", leds=10, version="0.13.3")
    with pytest.raises(WLEDUnsupportedVersionError):
        await lamp.update()


async def test_a_device_that_is_gone_refuses_connections(server: WledServer, lamp: WLED) -> None:
    await server.stop()
    with pytest.raises(WLEDConnectionError):
        await lamp.update()


async def test_update_reads_all_of_it(lamp: WLED) -> None:
    device = await lamp.update()
    assert (device.info.name, str(device.info.version), device.info.leds.count) == ("Tree", "16.0.1", 10)
    assert len(device.info.mac_address) == 12
    assert device.effects[9].name == "Rainbow"
    assert device.palettes[11].name == "Rainbow"
    assert 53 not in device.effects
    assert device.led_config is not None
    assert device.led_config.outputs[0].length == 10
    assert device.state.segments[0].length == 10


async def test_master_and_power(lamp: WLED, server: WledServer) -> None:
    dark = (await lamp.update()).info.leds.power
    await lamp.master(on=True, brightness=255, transition=0)
    await lamp.segment(0, color_primary=(255, 255, 255))
    await lamp.master(on=False, transition=0)
    assert server.picture()["pixels"] == [BLACK] * 10
    await lamp.master(on=True, transition=0)
    device = await lamp.update()
    assert device.info.leds.power == 120 + 10 * 56 > dark
    assert device.info.leds.max_power == 680


async def test_segment_turns_the_strip_red(lamp: WLED, server: WledServer) -> None:
    await lamp.master(brightness=255, transition=0)
    await lamp.segment(0, color_primary=RED, effect="Solid", transition=0)
    assert server.picture() == {"on": True, "pixels": [RED] * 10}


async def test_segment_by_names_and_individual_pixels(lamp: WLED, server: WledServer) -> None:
    await lamp.master(brightness=255, transition=0)
    await lamp.segment(0, effect="Rainbow", palette="Lava", speed=200, intensity=3, name="All", reverse=True)
    segment = (await lamp.update()).state.segments[0]
    assert (segment.effect_id, segment.palette_id, segment.speed, segment.intensity) == (9, 8, 200, 3)
    assert (segment.name, segment.reverse) == ("All", True)
    await lamp.segment(0, reverse=False, individual=[0, RED, 2, 4, (0, 0, 255)])
    assert server.picture()["pixels"][:5] == [RED, BLACK, (0, 0, 255), (0, 0, 255), BLACK]


async def test_transition_is_kept_and_fades(lamp: WLED, server: WledServer, clock: TurnedClock) -> None:
    await lamp.master(brightness=255, transition=0)
    await lamp.segment(0, color_primary=RED, transition=0)
    await lamp.transition(10)
    await lamp.segment(0, color_primary=(0, 0, 255))
    clock.seconds = 0.5
    assert server.picture()["pixels"][0] == (128, 0, 128)
    assert (await lamp.update()).state.transition == 10


async def test_presets_by_name(lamp: WLED, server: WledServer) -> None:
    server.controller.change({"bri": 33})
    server.controller.change({"psave": 2, "n": "Evening", "ib": True})
    server.controller.change({"bri": 255})
    await lamp.update()
    await lamp.preset("Evening")
    device = await lamp.update()
    assert (device.state.preset_id, device.state.brightness) == (2, 33)


@pytest.fixture
async def pushes(lamp: WLED) -> AsyncIterator[asyncio.Queue[Device | WLEDError]]:
    """What the library hears over the WebSocket; the error that ends it comes last."""
    queue: asyncio.Queue[Device | WLEDError] = asyncio.Queue()

    async def listen() -> None:
        try:
            await lamp.listen(queue.put_nowait)
        except WLEDError as err:
            queue.put_nowait(err)

    await lamp.connect()
    listener = asyncio.create_task(listen())
    yield queue
    listener.cancel()
    await lamp.disconnect()


async def heard(pushes: asyncio.Queue[Device | WLEDError]) -> Device | WLEDError:
    return await asyncio.wait_for(pushes.get(), timeout=3)


async def test_changes_are_pushed(server: WledServer, pushes: asyncio.Queue[Device | WLEDError]) -> None:
    first = await heard(pushes)
    assert isinstance(first, Device)
    assert first.info.websocket == 1
    server.controller.change({"bri": 77})
    second = await heard(pushes)
    assert isinstance(second, Device)
    assert second.state.brightness == 77


@pytest.mark.parametrize("fault", [{"fail": "drop"}, {"power": "off"}, {"reboot": True}], ids=str)
async def test_cut_pushes(
    server: WledServer,
    pushes: asyncio.Queue[Device | WLEDError],
    fault: dict[str, object],
) -> None:
    await heard(pushes)
    server.set_faults(fault)
    assert isinstance(await heard(pushes), WLEDConnectionClosedError)


async def test_broken_push(server: WledServer, pushes: asyncio.Queue[Device | WLEDError]) -> None:
    await heard(pushes)
    server.set_faults({"fail": "garbage"})
    assert isinstance(await heard(pushes), WLEDInvalidResponseError)


async def test_reboot_forgets_all_but_the_presets(lamp: WLED, server: WledServer) -> None:
    server.controller.change({"psave": 1, "bri": 9})
    rebooted = asyncio.Event()
    server.controller.subscribe(rebooted.set)
    await lamp.update()
    await lamp.reset()
    await asyncio.wait_for(rebooted.wait(), timeout=3)
    device = await lamp.update()
    assert device.state.brightness == 128
    assert 1 in device.presets


async def test_a_controller_with_white(clock: TurnedClock, lamp: WLED, server: WledServer) -> None:
    server.controller = WledController(WledConfig(name="White", leds=4, rgbw=True), clock=clock)
    device = await lamp.update()
    assert device.info.leds.rgbw is True
    assert device.state.segments[0].color is not None
    assert device.state.segments[0].color.primary == (255, 160, 0, 0)
