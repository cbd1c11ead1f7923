"""Adding a controller that has parts, or that Home Assistant's own integration already drives."""

from types import MappingProxyType
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.drivers.wled import Address
from custom_components.smartpixels.sessions import session_for
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, SetUp, StartStrip, change, entry_for, is_linked, subentry_for
from tests.hass.flows import begin, only_subentry, submit

HALVES = {"seg": [{"id": 0, "stop": 5}, {"id": 1, "start": 5, "stop": 10, "n": "Top"}]}
CANDLE = {"psave": 1, "n": "Candle light", "o": True, "seg": [{"id": 0, "fx": 88, "sx": 40}]}
STROBE = {"psave": 2, "n": "Party", "o": True, "seg": [{"id": 0, "fx": 23, "sx": 255}]}


@pytest.fixture
async def bare_entry(hass: HomeAssistant, server: FakeServer, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server)
    await set_up(entry)
    await wait_until(lambda: is_linked(hass))
    return entry


def options(result: Any) -> list[str]:
    (selector,) = result["data_schema"].schema.values()
    return [option["value"] for option in selector.config["options"]]


async def test_an_owner_chooses_the_parts_that_viewers_see(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    for wanted in (HALVES, CANDLE, STROBE):
        await change(strip, wanted)
    result = await begin(hass, bare_entry, "wled")
    result = await submit(hass, result, {"host": f"127.0.0.1:{strip.port}", "voltage": 12})
    assert (result["step_id"], result["description_placeholders"]) == ("parts", {"device": "Tree"})
    assert options(result) == ["whole", "segment_0", "segment_1", "preset_1"]
    result = await submit(hass, result, {"parts": []})
    assert result["errors"] == {"parts": "no_parts"}

    result = await submit(hass, result, {"parts": ["segment_1", "preset_1"]})
    assert (result["step_id"], result["description_placeholders"]["device"]) == ("exposure", "Tree: Top")
    result = await submit(hass, result, {"exposed": True, "name_en": "Top", "actions": ["set_color"]})
    assert (result["step_id"], result["description_placeholders"]["device"]) == ("exposure", "Candle light")
    result = await submit(hass, result, {"exposed": True, "name_en": "Candles"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await wait_until(lambda: len(server.last("catalog").get("devices", ())) == 2)
    subentry = only_subentry(bare_entry)
    assert (subentry.data["voltage"], list(subentry.data["exposure"])) == (12, ["segment_1", "preset_1"])
    devices = server.last("catalog")["devices"]
    assert [device["device_id"] for device in devices] == [
        f"{subentry.subentry_id}-segment_1",
        f"{subentry.subentry_id}-preset_1",
    ]


async def test_reconfiguring_starts_from_the_parts_of_before(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer
) -> None:
    await change(strip, HALVES)
    result = await entry.start_subentry_reconfigure_flow(hass, DEVICE)
    result = await submit(hass, result, {"host": f"127.0.0.1:{strip.port}"})
    assert result["step_id"] == "parts"
    assert result["data_schema"]({}) == {"parts": ["whole"]}
    result = await submit(hass, result, {"parts": ["whole", "segment_0"]})
    result = await submit(hass, result, {"name_en": "All"})
    result = await submit(hass, result, {"name_en": "Bottom"})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    result = await entry.start_subentry_reconfigure_flow(hass, DEVICE)
    result = await submit(hass, result, {"host": f"127.0.0.1:{strip.port}"})
    assert result["data_schema"]({}) == {"parts": ["whole", "segment_0"]}


@pytest.mark.parametrize(
    ("host", "mac"), [("{strip}", "ab"), ("10.0.0.5", "{mac}")], ids=["same address", "same controller"]
)
async def test_a_controller_of_core_is_to_be_adopted(
    hass: HomeAssistant,
    bare_entry: MockConfigEntry,
    strip: WledServer,
    entity_registry: er.EntityRegistry,
    host: str,
    mac: str,
) -> None:
    address = f"127.0.0.1:{strip.port}"
    core = MockConfigEntry(
        domain="wled",
        title="Tree of core",
        unique_id=mac.format(mac=strip.controller.config.mac_address),
        data={"host": host.format(strip=address)},
    )
    core.add_to_hass(hass)
    entity_registry.async_get_or_create("light", "wled", "tree-0", config_entry=core, suggested_object_id="core_tree")
    entity_registry.async_get_or_create("sensor", "wled", "tree-1", config_entry=core, suggested_object_id="core_tree")
    result = await submit(hass, await begin(hass, bare_entry, "wled"), {"host": address})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "driven_by_core")
    assert result["description_placeholders"] == {"entry": "Tree of core", "lights": "light.core_tree"}


async def test_a_controller_that_is_added_during_a_reload_is_not_forgotten(
    hass: HomeAssistant, bare_entry: MockConfigEntry, server: FakeServer, start_strip: StartStrip
) -> None:
    slow, other = await start_strip(name="Slow"), await start_strip(name="Other")
    slow.set_faults({"delay_ms": 200})
    for strip in (slow, other):
        data = subentry_for(strip)
        subentry = ConfigSubentry(
            data=MappingProxyType(data["data"]), subentry_type="wled", title=strip.name, unique_id=data["unique_id"]
        )
        hass.config_entries.async_add_subentry(bare_entry, subentry)
        await wait_until(lambda: bare_entry.state is ConfigEntryState.SETUP_IN_PROGRESS, "it is being set up")
    await wait_until(lambda: len(server.last("catalog").get("devices", ())) == 2, seconds=20)


async def test_a_controller_at_the_usual_port_shares_the_session_of_home_assistant(hass: HomeAssistant) -> None:
    assert session_for(hass, Address.parse("10.0.0.5")) is async_get_clientsession(hass)
