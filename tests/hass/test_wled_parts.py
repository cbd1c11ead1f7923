"""The parts of a strip: segments, presets, palettes, levels and power, following what happens at the controller."""

import itertools
import time
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels import coordinator
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

HALVES = {"bri": 255, "seg": [{"id": 0, "stop": 5}, {"id": 1, "start": 5, "stop": 10, "n": "Top"}]}
FIRST, SECOND = "light.tree_segment_0", "light.tree_segment_1"
SECONDS = itertools.count(1)
BLACK, BLUE = (0, 0, 0), (0, 0, 255)


def state(hass: HomeAssistant, entity_id: str) -> str | None:
    found = hass.states.get(entity_id)
    return found.state if found else None


async def call(hass: HomeAssistant, action: str, entity_id: str, **data: Any) -> None:
    domain, _, name = action.partition(".")
    await hass.services.async_call(domain, name, {"entity_id": entity_id, **data}, blocking=True)


def part(**changes: Any) -> dict[str, Any]:
    said = {"kind": "light", "exposed": True, "name_en": "Top", "actions": ["turn_on", "turn_off", "set_color"]}
    return said | changes


async def set_up_with(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp, parts: dict[str, dict[str, Any]]
) -> MockConfigEntry:
    """Set up a location whose strip has these parts exposed."""
    subentry = subentry_for(strip)
    entry = entry_for(server, subentry | {"data": {**subentry["data"], "exposure": parts}})
    await set_up(entry)
    await wait_until(lambda: is_linked(hass), "the link is open")
    return entry


async def test_a_single_segment_is_the_strip(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert hass.states.async_entity_ids("light") == ["light.tree"]


async def test_segments_appear_vanish_and_come_back(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer, entity_registry: er.EntityRegistry
) -> None:
    await change(strip, HALVES)
    await wait_until(lambda: state(hass, SECOND) == "on", "the segments have lights")
    assert state(hass, FIRST) == "on"
    light = entity_registry.async_get(SECOND)
    assert light is not None
    assert (light.unique_id, light.config_subentry_id) == (f"{DEVICE}-segment_1", DEVICE)

    await change(strip, {"seg": [{"id": 1, "stop": 0}]})
    await wait_until(lambda: state(hass, SECOND) == "unavailable")
    assert state(hass, "light.tree") == "on"
    await change(strip, {"seg": [{"id": 1, "start": 5, "stop": 10}]})
    await wait_until(lambda: state(hass, SECOND) == "on")


async def test_a_segment_is_changed_alone(hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer) -> None:
    await change(strip, HALVES | {"seg": [segment | {"col": ["000000"]} for segment in HALVES["seg"]]})  # type: ignore[attr-defined]
    await wait_until(lambda: state(hass, SECOND) == "on")
    await call(hass, "light.turn_on", SECOND, rgb_color=BLUE, brightness=255, transition=0)
    assert colors(strip) == [BLACK] * 5 + [BLUE] * 5
    assert state_of(hass, SECOND).attributes["rgb_color"] == BLUE
    await call(hass, "smartpixels.set_effect", SECOND, effect="Rainbow", brightness=9)
    assert [segment.effect for segment in strip.controller.state.segments.values()] == [0, 9]
    assert state_of(hass, SECOND).attributes["brightness"] == 9
    assert strip.summary()["brightness"] == 255


async def test_the_light_of_a_segment_takes_no_other_with_it(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer
) -> None:
    await change(strip, HALVES)
    await wait_until(lambda: state(hass, SECOND) == "on")
    await call(hass, "light.turn_off", SECOND)
    assert (state(hass, FIRST), state(hass, SECOND), state(hass, "light.tree")) == ("on", "off", "on")
    await call(hass, "light.turn_off", "light.tree")
    assert (state(hass, FIRST), state(hass, SECOND)) == ("off", "off")
    await call(hass, "light.turn_on", SECOND)
    assert (state(hass, FIRST), state(hass, SECOND), state(hass, "light.tree")) == ("off", "on", "on")
    await call(hass, "light.turn_on", "light.tree")
    assert (state(hass, FIRST), state(hass, SECOND)) == ("on", "on")


async def test_viewers_have_a_segment_as_a_device_of_its_own(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    await change(strip, HALVES)
    await set_up_with(hass, server, strip, set_up, {"segment_1": part()})
    (device,) = server.last("catalog")["devices"]
    assert device["device_id"] == f"{DEVICE}-segment_1"
    assert await server.command(device["device_id"], {"type": "set_color", "rgb": BLUE}) == {"ok": True}
    assert colors(strip)[5:] == [BLUE] * 5
    assert colors(strip)[:5] != [BLUE] * 5
    answer = await server.command(DEVICE, {"type": "turn_off"})
    assert answer["error"]["code"] == "not_exposed"


async def test_the_palette_and_the_levels_can_be_set(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer, entity_registry: er.EntityRegistry
) -> None:
    await call(hass, "select.select_option", "select.tree_palette", option="Ocean")
    await call(hass, "number.set_value", "number.tree_effect_speed", value=11)
    await call(hass, "number.set_value", "number.tree_effect_intensity", value=22)
    (segment,) = strip.controller.state.segments.values()
    assert (strip.summary()["palette"], segment.speed, segment.intensity) == ("Ocean", 11, 22)
    assert state(hass, "select.tree_palette") == "Ocean"
    assert (state(hass, "number.tree_effect_speed"), state(hass, "number.tree_effect_intensity")) == ("11", "22")

    await change(strip, HALVES)
    await wait_until(lambda: state(hass, SECOND) == "on")
    quiet = entity_registry.async_get("select.tree_segment_1_palette")
    assert quiet is not None
    assert quiet.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def save_preset(strip: WledServer, number: int, name: str, look: dict[str, Any]) -> None:
    await change(strip, {"psave": number, "n": name, "o": True, **look})
    presets_changed(strip)
    await change(strip, {"bri": 1 + strip.summary()["brightness"] % 255})


def presets_changed(strip: WledServer) -> None:
    """Let another second begin: the firmware says in which one its presets were changed, and tests are quicker."""
    strip.controller._presets_saved_at += next(SECONDS)


CANDLE = {"on": True, "seg": [{"id": 0, "fx": 88, "sx": 40, "col": ["FFA000"]}]}
STROBE = {"on": True, "seg": [{"id": 0, "fx": 23, "sx": 255}]}


async def test_presets_are_a_choice_and_scenes(hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer) -> None:
    assert state_of(hass, "select.tree_preset").attributes["options"] == []
    await save_preset(strip, 1, "Candle light", CANDLE)
    await save_preset(strip, 2, "Party", STROBE)
    await wait_until(lambda: state(hass, "scene.tree_party") is not None, "the new presets are scenes")
    assert state_of(hass, "select.tree_preset").attributes["options"] == ["Candle light", "Party"]
    assert state_of(hass, "scene.tree_candle_light").attributes["may_flash"] is False
    assert state_of(hass, "scene.tree_party").attributes["may_flash"] is True

    await call(hass, "select.select_option", "select.tree_preset", option="Party")
    await wait_until(lambda: strip.summary()["effect"] == "Strobe")
    await call(hass, "scene.turn_on", "scene.tree_candle_light")
    await wait_until(lambda: state(hass, "select.tree_preset") == "Candle light")
    assert strip.summary()["effect"] == "Candle"
    await change(strip, {"pdel": 2})
    presets_changed(strip)
    await change(strip, {"bri": 3})
    await wait_until(lambda: state(hass, "scene.tree_party") == "unavailable")


async def test_viewers_play_a_preset_that_cannot_flash(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    await save_preset(strip, 1, "Candle light", CANDLE)
    scene = part(kind="scene", name_en="Candles", actions=["play_scene"])
    await set_up_with(hass, server, strip, set_up, {"preset_1": scene})
    (device,) = server.last("catalog")["devices"]
    assert (device["kind"], device["actions"], device["name"]) == ("scene", ["play_scene"], {"en": "Candles"})
    assert server.last("catalog")["states"][0]["available"] is True
    assert await server.command(device["device_id"], {"type": "play_scene"}) == {"ok": True}
    await wait_until(lambda: strip.summary()["effect"] == "Candle")


async def test_a_preset_that_comes_to_flash_is_taken_from_viewers(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    await save_preset(strip, 1, "Candle light", CANDLE)
    scene = part(kind="scene", name_en="Candles", actions=["play_scene"])
    await set_up_with(hass, server, strip, set_up, {"preset_1": scene})
    await wait_until(lambda: strip.summary()["clients"] == 1, "the strip pushes")
    await save_preset(strip, 1, "Candle light", STROBE)
    await change(strip, {"seg": {"fx": 0}})
    await wait_until(lambda: server.last("catalog")["devices"][0]["actions"] == [])
    answer = await server.command(f"{DEVICE}-preset_1", {"type": "play_scene"})
    assert answer["error"]["code"] == "not_allowed"
    assert strip.summary()["effect"] != "Strobe"


async def test_a_preset_of_the_old_kind_may_be_anything(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer
) -> None:
    await save_preset(strip, 3, "Old", {"win": "FX=23"})
    await wait_until(lambda: state(hass, "scene.tree_old") is not None)
    assert state_of(hass, "scene.tree_old").attributes["may_flash"] is True


async def test_power_follows_the_current(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer, entity_registry: er.EntityRegistry
) -> None:
    await change(strip, {"on": False})
    await wait_until(lambda: state(hass, "light.tree") == "off")
    idle = float(state_of(hass, "sensor.tree_power").state)
    await change(strip, {"on": True, "bri": 255, "tt": 0, "seg": {"col": ["FFFFFF"]}})
    await wait_until(lambda: float(state_of(hass, "sensor.tree_power").state) > idle + 1)
    (report,) = [each.data for each in entry.runtime_data.controllers.values()]
    assert report.milliamps is not None
    assert float(state_of(hass, "sensor.tree_power").state) == pytest.approx(report.milliamps * 5 / 1000, abs=0.01)


async def test_a_click_is_reported_at_once_although_pushes_are_rare(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    strip.set_faults({"push_interval_ms": 1000})
    await change(strip, {"bri": 200})
    await wait_until(lambda: state_of(hass, "light.tree").attributes["brightness"] == 200)
    began = time.monotonic()
    assert await server.command(DEVICE, {"type": "set_color", "rgb": [1, 2, 3]}) == {"ok": True}
    await wait_until(lambda: server.last("device_state").get("rgb") == [1, 2, 3], "a report")
    assert time.monotonic() - began < 0.5


async def test_several_controllers_work_side_by_side(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, start_strip: StartStrip, set_up: SetUp
) -> None:
    other = await start_strip(name="Roof")
    second = subentry_for(other) | {"subentry_id": "roof-subentry"}
    await set_up(entry_for(server, subentry_for(strip), second))
    await wait_until(lambda: is_linked(hass), "the link is open")
    assert await server.command("roof-subentry", {"type": "turn_off"}) == {"ok": True}
    assert (strip.summary()["on"], other.summary()["on"]) == (True, False)
    other.set_faults({"power": "off"})
    await wait_until(lambda: state(hass, "light.roof") == "unavailable")
    assert await server.command(DEVICE, {"type": "turn_off"}) == {"ok": True}


async def test_presets_work_on_a_controller_that_does_not_push(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordinator, "SCAN_INTERVAL", timedelta(seconds=0.2))
    original = strip.controller.info_json
    monkeypatch.setattr(strip.controller, "info_json", lambda **facts: original(**facts) | {"ws": -1})
    await save_preset(strip, 1, "Candle light", CANDLE)
    await change(strip, {"seg": {"fx": 0}})
    await set_up(entry_for(server, subentry_for(strip)))
    await call(hass, "scene.turn_on", "scene.tree_candle_light")
    await wait_until(lambda: state(hass, "select.tree_preset") == "Candle light")
    assert strip.summary()["clients"] == 0


async def test_energy_is_metered_for_a_strip_of_which_viewers_see_a_part(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    await change(strip, HALVES)
    entry = await set_up_with(hass, server, strip, set_up, {"segment_1": part()})
    status = entry.runtime_data.house.power.status
    assert status is not None
    await wait_until(lambda: entry.runtime_data.house.power.status.watts > 0)
