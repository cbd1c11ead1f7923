"""A viewer's wish arrives, the strip obeys, the server hears of it."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, SetUp, change, colors, entry_for, state_of, subentry_for


async def test_a_click_on_red_turns_the_strip_red(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    strip.controller.change({"bri": 255})
    answer = await server.command(DEVICE, {"type": "set_color", "rgb": [255, 0, 0]}, command_id="click-0001")

    assert answer == {"ok": True}
    assert colors(strip) == [(255, 0, 0)] * 10
    await wait_until(lambda: any("command_id" in state for state in server.got("device_state")), "a report")
    report = next(state for state in server.got("device_state") if "command_id" in state)
    assert (report["device_id"], report["command_id"]) == (DEVICE, "click-0001")
    assert (report["available"], report["on"], report["rgb"]) == (True, True, [255, 0, 0])
    assert state_of(hass, "light.tree").attributes["rgb_color"] == (255, 0, 0)


async def test_red_is_red_even_while_an_effect_runs(
    entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    assert await server.command(DEVICE, {"type": "set_effect", "effect": "Rainbow"}) == {"ok": True}
    assert strip.summary()["effect"] == "Rainbow"
    assert await server.command(DEVICE, {"type": "set_color", "rgb": [255, 0, 0]}) == {"ok": True}
    assert (strip.summary()["effect"], strip.summary()["color"]) == ("Solid", [255, 0, 0])


async def test_red_is_red_even_on_painted_pixels(entry: MockConfigEntry, server: FakeServer, strip: WledServer) -> None:
    strip.controller.change({"bri": 255, "seg": {"i": [0, "0000FF", 1, "00FF00"]}})
    assert await server.command(DEVICE, {"type": "set_color", "rgb": [255, 0, 0]}) == {"ok": True}
    assert colors(strip) == [(255, 0, 0)] * 10


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ({"type": "turn_off"}, {"on": False}),
        ({"type": "turn_on"}, {"on": True}),
        ({"type": "set_brightness", "brightness": 77}, {"on": True, "brightness": 77}),
        ({"type": "set_color", "rgb": [0, 0, 0]}, {"on": True, "color": [0, 0, 0]}),
        (
            {"type": "set_effect", "effect": "Colorloop", "palette": "Party", "speed": 3, "intensity": 4},
            {"effect": "Colorloop", "palette": "Party"},
        ),
    ],
)
async def test_every_action_reaches_the_strip(
    entry: MockConfigEntry, server: FakeServer, strip: WledServer, action: dict[str, Any], seen: dict[str, Any]
) -> None:
    assert await server.command(DEVICE, action) == {"ok": True}
    assert strip.summary() | seen == strip.summary()


async def test_the_catalog_tells_only_what_the_owner_wants(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    (catalog,) = server.got("catalog")
    (device,) = catalog["devices"]
    assert device["name"] == {"en": "Christmas tree", "pl": "Choinka"}
    assert device["actions"] == ["turn_on", "turn_off", "set_color", "set_brightness", "set_effect"]
    assert {"Solid", "Rainbow"} <= set(device["effects"])
    assert not [name for name in device["effects"] if "strobe" in name.lower() or "lightning" in name.lower()]
    assert {"Party", "Ocean"} <= set(device["palettes"])
    assert catalog["states"][0]["available"] is True
    assert catalog["sharing"] == {"mode": "open"}
    for secret in ("127.0.0.1", str(strip.port), strip.controller.config.mac_address, "light.", "Tree"):
        assert secret not in str(catalog).replace("Tree-", "")


async def test_nothing_is_public_until_the_owner_says_so(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    await set_up(entry_for(server, subentry_for(strip, exposed=False)))
    await wait_until(lambda: server.got("catalog"))
    assert server.got("catalog")[0]["devices"] == []
    answer = await server.command(DEVICE, {"type": "turn_off"})
    assert answer["error"]["code"] == "not_exposed"
    await hass.services.async_call("light", "turn_off", {"entity_id": "light.tree"}, blocking=True)
    await hass.async_block_till_done()
    assert server.got("device_state") == []


async def test_what_the_owner_does_is_reported_without_a_command(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    await hass.services.async_call("light", "turn_off", {"entity_id": "light.tree"}, blocking=True)
    await wait_until(lambda: server.got("device_state"))
    report = server.got("device_state")[-1]
    assert (report["on"], report.get("command_id")) == (False, None)


async def test_what_happens_at_the_strip_is_reported_in_order(
    entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    for brightness in (10, 20, 30):
        await change(strip, {"bri": brightness})
        await wait_until(lambda: brightness in [state["brightness"] for state in server.got("device_state")])  # noqa: B023
    numbers = [state["seq"] for state in server.got("device_state")]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > server.got("catalog")[0]["states"][0]["seq"]


async def test_a_renamed_entity_stays_the_same_device(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, entity_registry: Any
) -> None:
    entity_registry.async_update_entity("light.tree", new_entity_id="light.a_secret_name")
    await wait_until(lambda: len(server.got("catalog")) > 1)
    assert await server.command(DEVICE, {"type": "turn_off"}) == {"ok": True}
    assert state_of(hass, "light.a_secret_name").state == "off"
    await wait_until(lambda: server.last("device_state").get("on") is False)
    assert "secret" not in str(server.frames)


async def test_a_removed_entity_is_no_longer_obeyed(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, entity_registry: Any
) -> None:
    entity_registry.async_remove("light.tree")
    await hass.async_block_till_done()
    answer = await server.command(DEVICE, {"type": "turn_off"})
    assert answer["error"]["code"] == "not_exposed"
