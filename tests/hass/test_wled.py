"""One light per controller: what it shows, what it does, and how it bears a bad day."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.smartpixels import coordinator
from custom_components.smartpixels.drivers import wled
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, SetUp, StartStrip, change, colors, entry_for, state_of, subentry_for

TREE = {"entity_id": "light.tree"}


def coordinator_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what an owner reads in the log about the controller."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "custom_components.smartpixels.coordinator" and record.levelno >= logging.INFO
    ]


@pytest.fixture(autouse=True)
def _polls_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinator, "SCAN_INTERVAL", timedelta(seconds=1))


async def next_poll(caplog: pytest.LogCaptureFixture) -> None:
    """Wait until the coordinator has tried once more."""

    def polls() -> int:
        return sum("Finished fetching" in record.getMessage() for record in caplog.records)

    before = polls()
    await wait_until(lambda: polls() > before, "another poll")


def is_available(hass: HomeAssistant) -> bool:
    return state_of(hass, "light.tree").state != "unavailable"


async def test_the_light_is_on_its_own_device_behind_the_location(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    strip: WledServer,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    light = entity_registry.async_get("light.tree")
    assert light is not None
    assert (light.unique_id, light.config_subentry_id) == (DEVICE, DEVICE)
    device = device_registry.async_get(light.device_id or "")
    assert isinstance(device, dr.DeviceEntry)
    assert (device.name, device.manufacturer, device.sw_version) == ("Tree", "WLED", strip.controller.config.version)
    location = device_registry.async_get(device.via_device_id or "")
    assert isinstance(location, dr.DeviceEntry)
    assert (location.name, location.configuration_url) == ("Our house", f"{entry.data['server']}/l/our-house")


async def test_the_light_shows_what_the_strip_does(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer, snapshot: SnapshotAssertion
) -> None:
    assert hass.states.get("light.tree") == snapshot
    await change(strip, {"bri": 50, "seg": {"col": ["00FF00"], "fx": 9, "pal": 6, "sx": 11, "ix": 22}})
    await wait_until(lambda: state_of(hass, "light.tree").attributes["effect"] == "Rainbow")
    shown = state_of(hass, "light.tree").attributes
    assert (shown["brightness"], shown["rgb_color"], shown["palette"]) == (50, (0, 255, 0), "Party")
    assert (shown["speed"], shown["intensity"]) == (11, 22)
    await change(strip, {"on": False})
    await wait_until(lambda: state_of(hass, "light.tree").state == "off")


async def test_a_color_of_the_owner_keeps_the_effect(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer
) -> None:
    await change(strip, {"seg": {"fx": 2}})
    await hass.services.async_call("light", "turn_on", TREE | {"rgb_color": [9, 8, 7]}, blocking=True)
    assert (strip.summary()["effect"], strip.summary()["color"]) == ("Breathe", [9, 8, 7])


async def test_an_effect_with_everything(hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer) -> None:
    await hass.services.async_call("light", "turn_off", TREE, blocking=True)
    wish = {"effect": "Rainbow", "palette": "Ocean", "speed": 1, "intensity": 255}
    await hass.services.async_call("smartpixels", "set_effect", TREE | wish, blocking=True)
    shown = state_of(hass, "light.tree")
    assert shown.state == "on"
    assert shown.attributes.items() >= wish.items()


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"effect": "None such"}, "unknown_effect"),
        ({"effect": "Solid", "palette": "None such"}, "unknown_palette"),
    ],
)
async def test_an_unknown_effect_is_named(
    hass: HomeAssistant, entry: MockConfigEntry, wish: dict[str, Any], error: str
) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call("smartpixels", "set_effect", TREE | wish, blocking=True)
    assert raised.value.translation_key == error
    assert raised.value.translation_placeholders == {"device": "Tree", "name": "None such"}


async def test_all_segments_are_one_light(hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer) -> None:
    await change(strip, {"bri": 255, "seg": [{"id": 0, "stop": 5}, {"id": 1, "start": 5, "stop": 10}]})
    await wait_until(lambda: len(strip.controller.state.segments) == 2)
    await hass.services.async_call(
        "light", "turn_on", TREE | {"rgb_color": [0, 0, 255], "effect": "Solid", "transition": 0}, blocking=True
    )
    assert colors(strip) == [(0, 0, 255)] * 10


async def test_a_controller_that_is_off_at_the_start_is_found_later(
    hass: HomeAssistant,
    server: FakeServer,
    strip: WledServer,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    strip.set_faults({"power": "off"})
    entry = entry_for(server, subentry_for(strip))
    await set_up(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert not is_available(hass)
    await wait_until(lambda: server.got("catalog"))
    (state,) = server.last("catalog")["states"]
    assert state["available"] is False
    assert "effects" not in server.last("catalog")["devices"][0]
    await next_poll(caplog)
    assert len(coordinator_lines(caplog)) == 1

    strip.set_faults({"power": "on"})
    await wait_until(lambda: is_available(hass))
    await wait_until(lambda: len(server.got("catalog")) == 2, "viewers hear of the effects")
    assert "Rainbow" in server.last("catalog")["devices"][0]["effects"]
    assert len(coordinator_lines(caplog)) == 2


@pytest.mark.parametrize("faults", [{"fail": "garbage"}, {"fail": "empty"}, {"fail": "http500"}, {"fail": "hang"}])
async def test_a_controller_that_falls_ill_is_unavailable_until_it_is_well(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    strip: WledServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    faults: dict[str, Any],
) -> None:
    monkeypatch.setattr(wled, "UPDATE_TIMEOUT", 0.3)
    strip.set_faults(faults)
    strip.restart()
    await wait_until(lambda: not is_available(hass))
    await next_poll(caplog)
    assert len(coordinator_lines(caplog)) == 1
    strip.set_faults({"fail": None})
    await wait_until(lambda: is_available(hass))
    assert len(coordinator_lines(caplog)) == 2
    await change(strip, {"bri": 99})
    await wait_until(lambda: state_of(hass, "light.tree").attributes["brightness"] == 99, "it pushes again")


async def test_a_slow_controller_is_slow_only(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    strip.set_faults({"delay_ms": 150})
    await set_up(entry_for(server, subentry_for(strip)))
    assert is_available(hass)
    await hass.services.async_call("light", "turn_off", TREE, blocking=True)
    assert strip.summary()["on"] is False


async def test_a_swapped_controller_is_never_controlled(
    hass: HomeAssistant,
    server: FakeServer,
    strip: WledServer,
    start_strip: StartStrip,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stranger = await start_strip(name="Stranger")
    await set_up(entry_for(server, subentry_for(strip, host=f"127.0.0.1:{stranger.port}")))
    assert not is_available(hass)
    assert "Another controller has taken the address of Tree" in coordinator_lines(caplog)[0]
    await wait_until(lambda: server.sids)
    before = stranger.summary()
    await hass.services.async_call("light", "turn_off", TREE, blocking=True)
    answer = await server.command(DEVICE, {"type": "turn_off"})
    assert answer["error"]["code"] == "device_failed"
    assert stranger.summary() == before


async def test_a_controller_swapped_while_running_is_never_controlled(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer, start_strip: StartStrip
) -> None:
    port = strip.port
    await strip.stop()
    stranger = await start_strip(name="Stranger", on_port=port)
    before = stranger.summary()
    await wait_until(lambda: not is_available(hass))
    await hass.services.async_call("light", "turn_off", TREE, blocking=True)
    assert stranger.summary() == before


async def test_old_firmware_is_named_in_the_log(
    hass: HomeAssistant,
    server: FakeServer,
    start_strip: StartStrip,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    old = await start_strip(version="0.13.3")
    await set_up(entry_for(server, subentry_for(old)))
    assert not is_available(hass)
    assert "The firmware of Tree is too old" in coordinator_lines(caplog)[0]


async def test_a_failed_command_tells_the_owner(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wled, "COMMAND_TIMEOUT", 0.1)
    strip.set_faults({"fail": "hang"})
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call("light", "turn_off", TREE, blocking=True)
    assert raised.value.translation_key == "command_failed"
    assert raised.value.translation_placeholders == {"device": "Tree", "error": "no answer in time"}
    strip.set_faults({"fail": None})


async def test_white_leds_make_it_rgbw(
    hass: HomeAssistant, server: FakeServer, start_strip: StartStrip, set_up: SetUp
) -> None:
    strip = await start_strip(rgbw=True)
    await set_up(entry_for(server, subentry_for(strip)))
    shown = state_of(hass, "light.tree").attributes
    assert (shown["supported_color_modes"], shown["color_mode"]) == (["rgbw"], "rgbw")
    await hass.services.async_call("light", "turn_on", TREE | {"rgbw_color": [1, 2, 3, 4]}, blocking=True)
    assert state_of(hass, "light.tree").attributes["rgbw_color"] == (1, 2, 3, 4)
    await wait_until(lambda: server.sids)
    assert await server.command(DEVICE, {"type": "set_color", "rgb": [255, 0, 0]}) == {"ok": True}
    assert state_of(hass, "light.tree").attributes["rgb_color"] == (255, 0, 0)
