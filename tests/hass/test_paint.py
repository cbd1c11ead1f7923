"""Painting single pixels, by the owner and by viewers."""

from typing import Any

import probatio
import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry

from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import (
    DEVICE,
    SetUp,
    StartStrip,
    change,
    colors,
    entry_for,
    is_linked,
    state_of,
    subentry_for,
)

RED, GREEN, BLUE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0)


def stretch(start: int, stop: int, color: tuple[int, int, int]) -> dict[str, Any]:
    return {"start": start, "stop": stop, "rgb": list(color)}


async def paint(hass: HomeAssistant, *ranges: dict[str, Any], entity_id: str = "light.tree", **more: Any) -> None:
    await hass.services.async_call(
        "smartpixels", "paint", {"entity_id": entity_id, "ranges": list(ranges), **more}, blocking=True
    )


async def test_ranges_are_painted_and_stand_until_the_next_color(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer
) -> None:
    await change(strip, {"seg": {"fx": 9}})
    await wait_until(lambda: state_of(hass, "light.tree").attributes["effect"] == "Rainbow")
    await paint(hass, stretch(0, 2, RED), stretch(9, 10, GREEN), brightness=255)
    assert colors(strip) == [RED, RED, *[BLACK] * 7, GREEN]
    assert state_of(hass, "light.tree").attributes["effect"] is None
    await paint(hass, stretch(2, 3, BLUE))
    assert colors(strip)[:3] == [RED, RED, BLUE]

    await hass.services.async_call(
        "light",
        "turn_on",
        {"entity_id": "light.tree", "rgb_color": GREEN, "effect": "Solid", "transition": 0},
        blocking=True,
    )
    assert colors(strip) == [GREEN] * 10
    assert state_of(hass, "light.tree").attributes["effect"] == "Solid"


async def test_painting_turns_on(hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer) -> None:
    await change(strip, {"on": False, "bri": 255})
    await paint(hass, stretch(0, 10, BLUE), brightness=255)
    assert colors(strip) == [BLUE] * 10
    assert state_of(hass, "light.tree").state == "on"


async def test_a_picture_of_many_stretches_arrives_in_pieces(
    hass: HomeAssistant,
    server: FakeServer,
    start_strip: StartStrip,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strip = await start_strip(leds=300)
    await set_up(entry_for(server, subentry_for(strip)))
    sizes: list[int] = []
    original = strip.controller.change

    def count(wanted: dict[str, Any]) -> bool:
        sizes.append(len(wanted["seg"][0]["i"]))
        return original(wanted)

    monkeypatch.setattr(strip.controller, "change", count)
    picture = [(number % 256, number // 256, 255) for number in range(300)]
    await paint(hass, *(stretch(number, number + 1, color) for number, color in enumerate(picture)), brightness=255)
    assert colors(strip) == picture
    assert sizes == [300, 300, 300]


async def test_the_whole_strip_is_painted_over_its_segments(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer
) -> None:
    await change(strip, {"bri": 255, "seg": [{"id": 0, "stop": 5}, {"id": 1, "start": 5, "stop": 10}]})
    await wait_until(lambda: hass.states.get("light.tree_segment_1") is not None)
    await paint(hass, stretch(0, 4, RED), stretch(4, 6, GREEN), stretch(6, 10, BLUE))
    assert colors(strip) == [RED] * 4 + [GREEN] * 2 + [BLUE] * 4
    await paint(hass, stretch(0, 1, RED), entity_id="light.tree_segment_1", brightness=255)
    assert colors(strip)[5] == RED
    assert state_of(hass, "light.tree_segment_1").attributes["pixels"] == 5


async def test_what_is_beyond_the_end_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer
) -> None:
    before = colors(strip)
    with pytest.raises(ServiceValidationError) as raised:
        await paint(hass, stretch(0, 1, RED), stretch(9, 11, RED))
    assert raised.value.translation_key == "beyond_the_end"
    assert colors(strip) == before


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [stretch(3, 3, RED)],
        [stretch(-1, 3, RED)],
        [{"start": 0, "stop": 1, "rgb": [1, 2]}],
        [{"start": 0, "stop": 1, "rgb": [1, 2, 256]}],
        [{"start": 0, "stop": 1}],
        [stretch(0, 1, RED)] * 1025,
    ],
)
async def test_odd_ranges_are_refused(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer, ranges: list[dict[str, Any]]
) -> None:
    with pytest.raises(probatio.Invalid):
        await paint(hass, *ranges)


async def painting_viewers(hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp) -> None:
    await set_up(entry_for(server, subentry_for(strip, actions=["paint", "set_color"])))
    await wait_until(lambda: is_linked(hass), "the link is open")


async def test_viewers_paint(hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp) -> None:
    strip.controller.change({"bri": 255})
    await painting_viewers(hass, server, strip, set_up)
    (device,) = server.last("catalog")["devices"]
    assert (device["pixels"], device["actions"]) == (10, ["set_color", "paint"])
    action = {"type": "paint", "ranges": [stretch(0, 5, RED), stretch(5, 10, BLUE)]}
    assert await server.command(DEVICE, action) == {"ok": True}
    assert colors(strip) == [RED] * 5 + [BLUE] * 5
    assert await server.command(DEVICE, {"type": "set_color", "rgb": GREEN}) == {"ok": True}
    assert colors(strip) == [GREEN] * 10


async def test_viewers_paint_nothing_beyond_the_end(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    await painting_viewers(hass, server, strip, set_up)
    before = colors(strip)
    answer = await server.command(DEVICE, {"type": "paint", "ranges": [stretch(0, 11, RED)]})
    assert answer["error"]["code"] == "invalid"
    assert colors(strip) == before
