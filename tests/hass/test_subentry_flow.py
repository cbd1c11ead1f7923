"""Adding a controller and deciding what viewers see of it."""

from typing import Any

import pytest
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.smartpixels as integration
from custom_components.smartpixels.drivers import wled
from custom_components.smartpixels.drivers.wled import Address
from custom_components.smartpixels.house.exposure import offered_effects
from smartpixels_simulator.wled import WledServer
from smartpixels_simulator.wled.catalog import EFFECTS, RESERVED
from smartpixels_simulator.wled.palettes import PALETTES
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, SetUp, StartStrip, entry_for, is_linked

KNOWN_EFFECTS = [name for name in EFFECTS if name != RESERVED]
EXPOSURE = {"exposed": True, "name_en": "Front", "name_pl": "Front domu", "actions": ["turn_on", "turn_off"]}


@pytest.fixture
async def bare_entry(hass: HomeAssistant, server: FakeServer, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server)
    await set_up(entry)
    await wait_until(lambda: is_linked(hass))
    return entry


@pytest.fixture
def set_ups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often the entry is set up."""
    counted: list[str] = []
    original = integration.async_setup_entry

    async def count(hass: HomeAssistant, entry: Any) -> bool:
        counted.append(entry.entry_id)
        return await original(hass, entry)

    monkeypatch.setattr(integration, "async_setup_entry", count)
    return counted


async def start(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    result = await hass.config_entries.subentries.async_init((entry.entry_id, "wled"), context={"source": SOURCE_USER})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "user")
    return str(result["flow_id"])


async def submit(hass: HomeAssistant, flow_id: str, fields: dict[str, Any]) -> Any:
    return await hass.config_entries.subentries.async_configure(flow_id, fields)


async def test_a_controller_is_found_shown_and_exposed(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer, strip: WledServer, set_ups: list[str]
) -> None:
    flow_id = await start(hass, bare_entry)
    result = await submit(hass, flow_id, {"host": f"http://127.0.0.1:{strip.port}/"})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "exposure")
    assert result["description_placeholders"] == {
        "device": "Tree",
        "leds": "10",
        "version": strip.controller.config.version,
        "preview_name": "Tree",
        "preview_actions": "Turn on, Turn off, Set the color, Set the brightness, Run an effect, Paint single lights",
        "preview_effects": str(len(offered_effects(KNOWN_EFFECTS))),
        "preview_palettes": str(len(PALETTES)),
        "unsafe_effects": str(len(KNOWN_EFFECTS) - len(offered_effects(KNOWN_EFFECTS))),
    }
    result = await submit(hass, flow_id, EXPOSURE)
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Tree")
    await hass.async_block_till_done()
    (subentry,) = bare_entry.subentries.values()
    assert subentry.unique_id == strip.controller.config.mac_address
    limits = {"max_brightness": 100, "colors": [], "effects": [], "palettes": [], "min_interval": 0.25}
    assert subentry.data == {
        "host": f"127.0.0.1:{strip.port}",
        "mac": strip.controller.config.mac_address,
        "voltage": 5,
        "exposure": {"": EXPOSURE | {"kind": "light", "limits": limits | {"who": "everyone"}}},
    }
    await wait_until(lambda: len(server.got("catalog")) == 2 and is_linked(hass))
    (device,) = server.last("catalog")["devices"]
    assert (device["device_id"], device["name"]) == (subentry.subentry_id, {"en": "Front", "pl": "Front domu"})
    assert await server.command(subentry.subentry_id, {"type": "turn_off"}) == {"ok": True}
    assert set_ups == ["entry-1"]


async def test_nothing_is_exposed_unless_ticked(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    flow_id = await start(hass, bare_entry)
    await submit(hass, flow_id, {"host": f"127.0.0.1:{strip.port}"})
    result = await submit(hass, flow_id, {"name_en": "Tree"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await wait_until(lambda: len(server.got("catalog")) == 2)
    assert server.last("catalog")["devices"] == []


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ({"power": "off"}, "cannot_connect"),
        ({"fail": "drop"}, "cannot_connect"),
        ({"fail": "hang"}, "cannot_connect"),
        ({"fail": "garbage"}, "not_wled"),
        ({"fail": "empty"}, "not_wled"),
        ({"fail": "http500"}, "not_wled"),
    ],
)
async def test_an_unhelpful_controller_can_be_mended(
    hass: HomeAssistant,
    bare_entry: MockConfigEntry,
    strip: WledServer,
    monkeypatch: pytest.MonkeyPatch,
    faults: dict[str, Any],
    error: str,
) -> None:
    monkeypatch.setattr(wled, "UPDATE_TIMEOUT", 0.5)
    flow_id = await start(hass, bare_entry)
    strip.set_faults(faults)
    result = await submit(hass, flow_id, {"host": f"127.0.0.1:{strip.port}"})
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"host": error})
    monkeypatch.undo()
    strip.set_faults({"power": "on", "fail": None})
    result = await submit(hass, flow_id, {"host": f"127.0.0.1:{strip.port}"})
    assert result["step_id"] == "exposure"
    hass.config_entries.subentries.async_abort(flow_id)


async def test_another_web_server_is_not_a_controller(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer
) -> None:
    result = await submit(hass, await start(hass, bare_entry), {"host": f"127.0.0.1:{server.port}"})
    assert result["errors"] == {"host": "not_wled"}


async def test_old_firmware_is_named(hass: HomeAssistant, bare_entry: MockConfigEntry, start_strip: StartStrip) -> None:
    old = await start_strip(version="0.13.3")
    result = await submit(hass, await start(hass, bare_entry), {"host": f"127.0.0.1:{old.port}"})
    assert result["errors"] == {"host": "too_old"}


@pytest.mark.parametrize("host", ["", " ", "https://10.0.0.5", "a b", "http://u:p@10.0.0.5", "10.0.0.5:99999"])
async def test_a_bad_address_is_refused(hass: HomeAssistant, bare_entry: MockConfigEntry, host: str) -> None:
    result = await submit(hass, await start(hass, bare_entry), {"host": host})
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"host": "invalid_host"})


async def test_a_controller_is_added_once(hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer) -> None:
    result = await submit(hass, await start(hass, entry), {"host": f"127.0.0.1:{strip.port}"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_a_public_name_must_fit_the_wire(
    hass: HomeAssistant, bare_entry: MockConfigEntry, strip: WledServer
) -> None:
    flow_id = await start(hass, bare_entry)
    await submit(hass, flow_id, {"host": f"127.0.0.1:{strip.port}"})
    result = await submit(hass, flow_id, EXPOSURE | {"name_en": "x" * 65, "name_pl": "y" * 65})
    assert result["errors"] == {"name_en": "name_too_long", "name_pl": "name_too_long"}
    result = await submit(hass, flow_id, EXPOSURE)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_reconfiguring_changes_address_and_exposure_with_one_set_up(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    server: FakeServer,
    strip: WledServer,
    start_strip: StartStrip,
    set_ups: list[str],
) -> None:
    moved = await start_strip()
    other = await start_strip(name="Other")
    result = await entry.start_subentry_reconfigure_flow(hass, DEVICE)
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "reconfigure")
    flow_id = result["flow_id"]
    result = await submit(hass, flow_id, {"host": f"127.0.0.1:{other.port}"})
    assert result["errors"] == {"host": "another_controller"}
    result = await submit(hass, flow_id, {"host": f"127.0.0.1:{moved.port}"})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "exposure")
    result = await submit(hass, flow_id, EXPOSURE | {"name_en": "x" * 65})
    assert result["errors"] == {"name_en": "name_too_long"}
    result = await submit(hass, flow_id, {"exposed": True, "name_en": "Moved", "actions": ["turn_off"]})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await wait_until(lambda: len(server.got("catalog")) == 2 and is_linked(hass))
    assert server.last("catalog")["devices"][0]["name"] == {"en": "Moved"}
    assert await server.command(DEVICE, {"type": "turn_off"}) == {"ok": True}
    assert (strip.summary()["on"], moved.summary()["on"]) == (True, False)
    assert set_ups == ["entry-1"]


async def test_removing_a_controller_takes_everything_with_it(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, set_ups: list[str]
) -> None:
    hass.config_entries.async_remove_subentry(entry, DEVICE)
    await wait_until(lambda: len(server.got("catalog")) == 2 and is_linked(hass))
    assert server.last("catalog")["devices"] == []
    assert hass.states.get("light.tree") is None
    assert set_ups == ["entry-1"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10.0.0.5", "10.0.0.5"),
        ("10.0.0.5:80", "10.0.0.5"),
        ("10.0.0.5:8481", "10.0.0.5:8481"),
        (" http://wled-tree.local/settings ", "wled-tree.local"),
        ("[fe80::1]:8080", "[fe80::1]:8080"),
    ],
)
def test_addresses_are_understood(typed: str, meant: str) -> None:
    assert str(Address.parse(typed)) == meant
