"""ESPEasy units: the flow, their relays and lights, and their bad days."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.diagnostics import async_get_config_entry_diagnostics
from custom_components.smartpixels.drivers import espeasy as driver
from custom_components.smartpixels.hardware import espeasy as hub
from smartpixels_simulator.espeasy import EspEasyConfig, EspEasyServer, EspEasyUnit
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import SetUp, entry_for, is_linked, state_of
from tests.hass.flows import begin, expose_nothing, only_subentry, submit

type StartUnit = Callable[..., Awaitable[EspEasyServer]]

MAC = "02a1b2c3d4e5"
OUTPUTS = {
    "relays": ["12"],
    "pulse": 0.3,
    "lights": ["14, 13, 15"],
    "inverted": ["12"],
    "strip": "neopixel",
    "pixels": 5,
}
RELAY = {"entity_id": "switch.porch_relay_12"}
LIGHT = {"entity_id": "light.porch_light_14"}
STRIP = {"entity_id": "light.porch_strip"}


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "INTERVAL", 0.1)
    monkeypatch.setattr(hub, "LONGEST_PAUSE", 0.1)


@pytest.fixture
async def start_unit() -> AsyncIterator[StartUnit]:
    units: list[EspEasyServer] = []

    async def start(**config: Any) -> EspEasyServer:
        settings: dict[str, Any] = {"name": "Porch", "mac": MAC, "pixels": 5} | config
        unit = EspEasyServer(EspEasyUnit(EspEasyConfig(**settings)))
        await unit.start()
        units.append(unit)
        return unit

    yield start
    for unit in units:
        await unit.stop()


@pytest.fixture
async def unit(start_unit: StartUnit) -> EspEasyServer:
    return await start_unit()


@pytest.fixture
async def bare_entry(hass: HomeAssistant, server: FakeServer, unit: EspEasyServer, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server)
    await set_up(entry)
    return entry


def subentry_for(unit: EspEasyServer, **changes: Any) -> ConfigSubentryDataWithId:
    exposure = {
        "relay12": {"kind": "relay", "exposed": True, "name_en": "Bell", "actions": ["turn_on", "turn_off", "press"]},
        "light14": {"kind": "light", "exposed": True, "name_en": "Lamp", "actions": ["turn_on", "set_color"]},
    }
    data = {
        "host": f"127.0.0.1:{unit.port}",
        "mac": MAC,
        "relays": [12],
        "pulse": 0.3,
        "lights": [[14, 13, 15]],
        "inverted": [12],
        "strip": "neopixel",
        "pixels": 5,
        "exposure": exposure,
    }
    return ConfigSubentryDataWithId(
        data=data | changes, subentry_id="porch", subentry_type="espeasy", title="Porch", unique_id=MAC
    )


@pytest.fixture
async def entry(hass: HomeAssistant, server: FakeServer, unit: EspEasyServer, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server, subentry_for(unit))
    await set_up(entry)
    await wait_until(lambda: is_linked(hass))
    return entry


def address(unit: EspEasyServer) -> dict[str, str]:
    return {"host": f"127.0.0.1:{unit.port}"}


def is_available(hass: HomeAssistant) -> bool:
    return state_of(hass, RELAY["entity_id"]).state != "unavailable"


def hub_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "custom_components.smartpixels.hardware.hub" and record.levelno >= logging.INFO
    ]


async def switch(hass: HomeAssistant, service: str) -> None:
    await hass.services.async_call("switch", service, RELAY, blocking=True)


# The flow ----------------------------------------------------------------------------------------------------------


async def test_a_unit_is_found_described_and_exposed(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer, unit: EspEasyServer
) -> None:
    result = await begin(hass, bare_entry, "espeasy")
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "user")
    result = await submit(hass, result, address(unit))
    assert (result["step_id"], result["description_placeholders"]) == (
        "outputs",
        {"device": "Porch", "version": "mega-20241019"},
    )
    result = await submit(hass, result, OUTPUTS)
    assert result["step_id"] == "exposure"
    assert result["description_placeholders"]["device"] == "Porch 12"
    result = await submit(hass, result, {"exposed": True, "name_en": "Bell", "actions": ["press"]})
    result = await expose_nothing(hass, result)
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Porch")
    await hass.async_block_till_done()
    subentry = only_subentry(bare_entry)
    assert subentry.unique_id == MAC
    assert (
        subentry.data.items()
        >= {
            "host": f"127.0.0.1:{unit.port}",
            "mac": MAC,
            "relays": [12],
            "lights": [[14, 13, 15]],
            "inverted": [12],
            "strip": "neopixel",
            "pixels": 5,
        }.items()
    )
    assert set(subentry.data["exposure"]) == {"relay12", "light14", "strip"}
    await wait_until(lambda: server.got("catalog") and server.last("catalog")["devices"])
    (device,) = server.last("catalog")["devices"]
    assert (device["device_id"], device["kind"], device["actions"]) == (
        f"{subentry.subentry_id}-relay12",
        "relay",
        ["press"],
    )


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ({"power": "off"}, "cannot_connect"),
        ({"fail": "hang"}, "cannot_connect"),
        ({"fail": "garbage"}, "refused"),
        ({"fail": "empty"}, "not_recognized"),
        ({"fail": "http500"}, "refused"),
    ],
)
async def test_an_unhelpful_unit_can_be_mended(
    hass: HomeAssistant,
    bare_entry: MockConfigEntry,
    unit: EspEasyServer,
    monkeypatch: pytest.MonkeyPatch,
    faults: dict[str, Any],
    error: str,
) -> None:
    monkeypatch.setattr(driver, "_TIMEOUT", 0.3)
    unit.set_faults(faults)
    result = await submit(hass, await begin(hass, bare_entry, "espeasy"), address(unit))
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"host": error})
    unit.set_faults({"power": "on", "fail": None})
    result = await submit(hass, result, address(unit))
    assert result["step_id"] == "outputs"
    hass.config_entries.subentries.async_abort(result["flow_id"])


async def test_a_bad_address_is_refused(hass: HomeAssistant, bare_entry: MockConfigEntry) -> None:
    result = await submit(hass, await begin(hass, bare_entry, "espeasy"), {"host": "a b"})
    assert result["errors"] == {"host": "invalid_host"}


async def test_a_password_is_asked_for_and_kept(
    hass: HomeAssistant, bare_entry: MockConfigEntry, start_unit: StartUnit
) -> None:
    guarded = await start_unit(mac="02a1b2c3d4e6", password="open sesame")
    result = await submit(hass, await begin(hass, bare_entry, "espeasy"), address(guarded))
    assert result["errors"] == {"host": "unauthorized"}
    result = await submit(hass, result, address(guarded) | {"username": "admin", "password": "open sesame"})
    result = await expose_nothing(hass, await submit(hass, result, OUTPUTS | {"lights": [], "strip": "none"}))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    result = await bare_entry.start_subentry_reconfigure_flow(hass, only_subentry(bare_entry).subentry_id)
    result = await submit(hass, result, address(guarded))
    assert result["step_id"] == "outputs"
    result = await expose_nothing(hass, await submit(hass, result, OUTPUTS | {"lights": [], "strip": "none"}))
    assert result["reason"] == "reconfigure_successful"
    assert only_subentry(bare_entry).data["password"] == "open sesame"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"lights": ["14, 13"]}, {"lights": "invalid_light"}),
        ({"lights": ["red"]}, {"lights": "invalid_light"}),
        ({"lights": [""]}, {"lights": "invalid_light"}),
        ({"lights": ["49"]}, {"lights": "invalid_light"}),
        ({"lights": ["12"]}, {"base": "pin_twice"}),
        ({"inverted": ["4"]}, {"inverted": "not_in_use"}),
        ({"relays": [], "lights": [], "inverted": [], "strip": "none"}, {"base": "no_outputs"}),
        ({"strip": "neopixel_fx"}, {"base": "refused"}),
    ],
)
async def test_what_cannot_hang_on_a_unit_is_named(
    hass: HomeAssistant,
    bare_entry: MockConfigEntry,
    unit: EspEasyServer,
    changes: dict[str, Any],
    errors: dict[str, str],
) -> None:
    result = await submit(hass, await begin(hass, bare_entry, "espeasy"), address(unit))
    result = await submit(hass, result, OUTPUTS | changes)
    assert (result["step_id"], result["errors"]) == ("outputs", errors)
    result = await submit(hass, result, OUTPUTS)
    assert result["step_id"] == "exposure"
    hass.config_entries.subentries.async_abort(result["flow_id"])


async def test_a_strip_needs_its_pixels(hass: HomeAssistant, bare_entry: MockConfigEntry, unit: EspEasyServer) -> None:
    result = await submit(hass, await begin(hass, bare_entry, "espeasy"), address(unit))
    result = await submit(hass, result, {"strip": "neopixel_rgbw"})
    assert result["errors"] == {"pixels": "no_pixels"}
    result = await submit(hass, result, {"strip": "neopixel_rgbw", "pixels": 5})
    result = await expose_nothing(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_a_unit_is_added_once(hass: HomeAssistant, entry: MockConfigEntry, unit: EspEasyServer) -> None:
    result = await submit(hass, await begin(hass, entry, "espeasy"), address(unit))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_reconfiguring_follows_the_same_unit(
    hass: HomeAssistant, entry: MockConfigEntry, unit: EspEasyServer, start_unit: StartUnit
) -> None:
    moved, other = await start_unit(), await start_unit(mac="02a1b2c3d4e6")
    result = await entry.start_subentry_reconfigure_flow(hass, "porch")
    assert result["step_id"] == "reconfigure"
    result = await submit(hass, result, address(other))
    assert result["errors"] == {"host": "another_unit"}
    result = await submit(hass, result, address(moved))
    assert result["step_id"] == "outputs"
    result = await submit(hass, result, {"relays": ["12"], "pulse": 1})
    result = await submit(hass, result, {"exposed": True, "name_en": "Bell", "actions": ["turn_on"]})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert only_subentry(entry).data["host"] == f"127.0.0.1:{moved.port}"
    await switch(hass, "turn_on")
    assert (moved.unit.pins()[12].state, unit.unit.pins()) == (1, {})
    assert hass.states.get(STRIP["entity_id"]) is None


# Entities ----------------------------------------------------------------------------------------------------------


async def test_everything_is_on_the_units_own_device(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    unique_ids = {}
    devices = set()
    for entity_id in (RELAY["entity_id"], LIGHT["entity_id"], STRIP["entity_id"]):
        entity = entity_registry.async_get(entity_id)
        assert entity is not None
        assert entity.config_subentry_id == "porch"
        unique_ids[entity_id] = entity.unique_id
        devices.add(entity.device_id)
    assert list(unique_ids.values()) == ["porch-relay12", "porch-light14", "porch-strip"]
    (device_id,) = devices
    device = device_registry.async_get(device_id or "")
    assert isinstance(device, dr.DeviceEntry)
    assert (device.name, device.manufacturer, device.sw_version) == ("Porch", "ESPEasy", "mega-20241019")


async def test_a_relay_is_unknown_until_somebody_switches_it(
    hass: HomeAssistant, entry: MockConfigEntry, unit: EspEasyServer
) -> None:
    assert state_of(hass, RELAY["entity_id"]).state == "unknown"
    await switch(hass, "turn_on")
    assert (state_of(hass, RELAY["entity_id"]).state, unit.unit.pins()[12].state) == ("on", 0)
    await switch(hass, "turn_off")
    assert (state_of(hass, RELAY["entity_id"]).state, unit.unit.pins()[12].state) == ("off", 1)
    unit.unit.run("GPIO,12,0")
    await wait_until(lambda: state_of(hass, RELAY["entity_id"]).state == "on")


async def test_a_press_ends_by_itself(hass: HomeAssistant, entry: MockConfigEntry, unit: EspEasyServer) -> None:
    for _ in range(2):
        await hass.services.async_call("smartpixels", "pulse", RELAY, blocking=True)
        assert state_of(hass, RELAY["entity_id"]).state == "on"
    await wait_until(lambda: state_of(hass, RELAY["entity_id"]).state == "off")
    assert unit.unit.pins()[12].state == 1
    assert [command for command in unit.commands if "Pulse" in command] == ["LongPulse_mS,12,0,300"] * 2


async def test_the_end_of_a_press_is_read_when_it_is_due(
    hass: HomeAssistant, server: FakeServer, unit: EspEasyServer, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "INTERVAL", 60.0)
    await set_up(entry_for(server, subentry_for(unit, pulse=0.1)))
    await hass.services.async_call("smartpixels", "pulse", RELAY, blocking=True)
    await wait_until(lambda: state_of(hass, RELAY["entity_id"]).state == "off")


async def test_diagnostics_hold_no_secret(
    hass: HomeAssistant, server: FakeServer, unit: EspEasyServer, set_up: SetUp
) -> None:
    entry = entry_for(server, subentry_for(unit, username="owner", password="open sesame"))
    await set_up(entry)
    report = await async_get_config_entry_diagnostics(hass, entry)
    text = str(report)
    assert not [secret for secret in ("owner", "open sesame", MAC, str(unit.port)) if secret in text]
    assert report["hardware"] == [{"type": "espeasy", "answers": True, "error": None}]


async def test_an_unload_during_a_press_leaves_its_end_to_the_unit(
    hass: HomeAssistant, entry: MockConfigEntry, unit: EspEasyServer
) -> None:
    await hass.services.async_call("smartpixels", "pulse", RELAY, blocking=True)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await wait_until(lambda: unit.unit.pins()[12].state == 1)


async def test_only_relays_can_be_pressed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            "smartpixels", "pulse", {"entity_id": "switch.our_house_open_for_viewers"}, blocking=True
        )
    assert raised.value.translation_key == "no_relay"


async def test_a_light_shows_color_and_brightness(
    hass: HomeAssistant, entry: MockConfigEntry, unit: EspEasyServer
) -> None:
    wish = {"rgb_color": [255, 0, 128], "brightness": 255}
    await hass.services.async_call("light", "turn_on", LIGHT | wish, blocking=True)
    assert [unit.unit.pins()[pin].state for pin in (14, 13, 15)] == [1023, 0, 514]
    shown = state_of(hass, LIGHT["entity_id"]).attributes
    assert (shown["rgb_color"], shown["brightness"], shown["color_mode"]) == ((255, 0, 128), 255, "rgb")
    await hass.services.async_call("light", "turn_off", LIGHT, blocking=True)
    assert [unit.unit.pins()[pin].state for pin in (14, 13, 15)] == [0, 0, 0]
    assert "assumed_state" not in shown


async def test_a_strip_that_cannot_be_asked_says_so(
    hass: HomeAssistant, entry: MockConfigEntry, unit: EspEasyServer
) -> None:
    assert state_of(hass, STRIP["entity_id"]).state == "unknown"
    await hass.services.async_call("light", "turn_on", STRIP | {"rgb_color": [255, 0, 0]}, blocking=True)
    assert unit.unit.pixels == [(255, 0, 0)] * 5
    shown = state_of(hass, STRIP["entity_id"])
    assert (shown.state, shown.attributes["assumed_state"]) == ("on", True)


@pytest.mark.parametrize(
    ("pins", "mode", "wish"),
    [
        ([14], "brightness", {"brightness": 128}),
        ([14, 13, 15, 4], "rgbw", {"rgbw_color": (1, 2, 3, 255)}),
    ],
)
async def test_lights_of_other_colors(
    hass: HomeAssistant, entry: MockConfigEntry, pins: list[int], mode: str, wish: dict[str, Any]
) -> None:
    subentry = only_subentry(entry)
    data = {**subentry.data, "lights": [pins]}
    hass.config_entries.async_update_subentry(entry, subentry, data=data)
    await wait_until(lambda: state_of(hass, LIGHT["entity_id"]).attributes.get("supported_color_modes") == [mode])
    await hass.services.async_call("light", "turn_on", LIGHT | wish, blocking=True)
    assert state_of(hass, LIGHT["entity_id"]).attributes.items() >= wish.items()


async def test_a_strip_of_the_other_plugin_is_read_back(
    hass: HomeAssistant, server: FakeServer, start_unit: StartUnit, set_up: SetUp
) -> None:
    unit = await start_unit(fx=True)
    await set_up(entry_for(server, subentry_for(unit, strip="neopixel_fx")))
    await hass.services.async_call("light", "turn_on", STRIP | {"rgb_color": [0, 255, 0]}, blocking=True)
    shown = state_of(hass, STRIP["entity_id"])
    assert (shown.state, shown.attributes["rgb_color"]) == ("on", (0, 255, 0))
    assert "assumed_state" not in shown.attributes


async def test_viewers_switch_and_color_what_is_exposed(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, unit: EspEasyServer
) -> None:
    assert await server.command("porch-relay12", {"type": "turn_on"}) == {"ok": True}
    assert unit.unit.pins()[12].state == 0
    assert await server.command("porch-light14", {"type": "set_color", "rgb": [255, 0, 0]}) == {"ok": True}
    assert [unit.unit.pins()[pin].state for pin in (13, 15)] == [0, 0]
    assert unit.unit.pins()[14].state > 0
    answer = await server.command("porch-strip", {"type": "turn_on"})
    assert answer["error"]["code"] == "not_exposed"


# Bad days ----------------------------------------------------------------------------------------------------------


async def test_a_unit_that_is_off_at_the_start_is_found_later(
    hass: HomeAssistant,
    server: FakeServer,
    unit: EspEasyServer,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    unit.set_faults({"power": "off"})
    entry = entry_for(server, subentry_for(unit))
    await set_up(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert not is_available(hass)
    unit.set_faults({"power": "on"})
    await wait_until(lambda: is_available(hass))
    assert unit.unit.pins() == {}
    lines = hub_lines(caplog)
    assert len(lines) == 2
    assert lines[0].startswith("Porch is unavailable")
    assert lines[1] == "Porch is back"


async def test_a_lost_unit_is_noticed_by_a_command(
    hass: HomeAssistant, entry: MockConfigEntry, unit: EspEasyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit.set_faults({"fail": "drop"})
    with pytest.raises(HomeAssistantError) as raised:
        await switch(hass, "turn_on")
    assert raised.value.translation_key == "command_failed"
    assert not is_available(hass)
    unit.set_faults({"fail": None})
    await wait_until(lambda: is_available(hass))


async def test_a_swapped_unit_is_never_controlled(
    hass: HomeAssistant,
    server: FakeServer,
    set_up: SetUp,
    start_unit: StartUnit,
    issue_registry: ir.IssueRegistry,
) -> None:
    other = await start_unit(mac="02a1b2c3d4e6", name="Neighbor's")
    entry = entry_for(server, subentry_for(other))
    await set_up(entry)
    assert not is_available(hass)
    assert other.commands == []
    issue = issue_registry.async_get_issue("smartpixels", "device_swapped_porch")
    assert issue is not None
    assert issue.translation_placeholders == {"device": "Porch"}
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert issue_registry.async_get_issue("smartpixels", "device_swapped_porch") is None


async def test_only_wled_can_be_painted(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    picture = {"ranges": [{"start": 0, "stop": 1, "rgb": [1, 2, 3]}]}
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call("smartpixels", "paint", LIGHT | picture, blocking=True)
    assert raised.value.translation_key == "not_a_wled_light"
