"""A viewer's wish arrives, the strip obeys, the server hears of it."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from smartpixels_simulator.wled import WledServer

from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE


async def test_a_click_on_red_turns_the_strip_red(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    answer = await server.command(
        DEVICE, {"type": "set_color", "rgb": [255, 0, 0]}, command_id="click-0001"
    )
    assert answer == {"ok": True}
    print(strip.picture())
    await wait_until(lambda: server.got("device_state"), "a report")
    report = server.got("device_state")[-1]
    print(report, server.got("catalog"))
    assert (report["command_id"], report["rgb"], report["on"]) == ("click-0001", [255, 0, 0], True)
