"""What viewers see of a thing and may do with it: nothing until the owner says so."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.house.exposed import exposed_by, parse_color
from custom_components.smartpixels.house.groups import limits_by_device
from custom_components.smartpixels.house.options import Grouping
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, SetUp, entry_for, is_linked, subentry_for
from tests.hass.flows import begin, only_subentry, submit
from tests.hass.test_commands import OFF, code

ON = {"type": "turn_on"}
PRESS = {"type": "press"}
FOUNTAIN = {
    "name": "Fountain",
    "unique_id": "fountain",
    "state": "{{ is_state('input_boolean.pump', 'on') }}",
    "turn_on": {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.pump"}},
    "turn_off": {"action": "input_boolean.turn_off", "target": {"entity_id": "input_boolean.pump"}},
}


@pytest.fixture
async def fountain(hass: HomeAssistant, server: FakeServer, set_up: SetUp) -> Any:
    """Adopt a switch with limits and options; returns its identity for viewers."""
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"pump": {}}})
    assert await async_setup_component(hass, "template", {"template": [{"switch": [FOUNTAIN]}]})

    async def adopt(limits: dict[str, Any], options: dict[str, Any] | None = None) -> str:
        entry = entry_for(server, options=options)
        await set_up(entry)
        result = await submit(hass, await begin(hass, entry, "adopted"), {"entity": "switch.fountain"})
        result = await submit(hass, result, {"exposed": True, "name_en": "Fountain", "limits": limits})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await wait_until(lambda: server.last("catalog").get("devices") and is_linked(hass))
        return only_subentry(entry).subentry_id

    return adopt


async def test_an_old_entry_keeps_what_the_owner_said(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    old = subentry_for(strip)
    said = {key: value for key, value in old["data"]["exposure"][""].items() if key != "kind"}
    old["data"] = {"host": old["data"]["host"], "mac": old["data"]["mac"], **said}
    entry = entry_for(server, old)
    object.__setattr__(entry, "minor_version", 1)
    await set_up(entry)
    await wait_until(lambda: is_linked(hass))
    assert entry.minor_version == 2
    assert entry.subentries[DEVICE].data == subentry_for(strip)["data"]
    assert server.last("catalog")["devices"][0]["name"] == {"en": "Christmas tree", "pl": "Choinka"}


async def test_an_entry_of_the_future_is_left_alone(hass: HomeAssistant, server: FakeServer) -> None:
    entry = MockConfigEntry(domain="smartpixels", version=2, data=entry_for(server).data)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state.value == "migration_error"


# The form ----------------------------------------------------------------------------------------------------------


async def test_the_form_previews_what_viewers_will_see(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    entry = entry_for(server, subentry_for(strip, actions=["turn_on"], limits={"effects": ["Rainbow"]}))
    await set_up(entry)
    await wait_until(lambda: is_linked(hass))
    hass.config.language = "pl"
    result = await entry.start_subentry_reconfigure_flow(hass, DEVICE)
    result = await submit(hass, result, {"host": f"127.0.0.1:{strip.port}"})
    while result["step_id"] != "exposure":
        result = await submit(hass, result)
    shown = result["description_placeholders"]
    assert (shown["preview_name"], shown["preview_actions"]) == ("Christmas tree", "Włączanie")
    assert shown["preview_effects"] == "0"
    hass.config_entries.subentries.async_abort(result["flow_id"])


async def test_a_color_must_be_one(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    result = await entry.start_subentry_reconfigure_flow(hass, DEVICE)
    result = await submit(hass, result, {"host": f"127.0.0.1:{strip.port}"})
    while result["step_id"] != "exposure":
        result = await submit(hass, result)
    said = {"exposed": True, "name_en": "Tree", "limits": {"colors": ["red", "reddish"]}}
    result = await submit(hass, result, said)
    assert result["errors"] == {"limits": "invalid_color"}
    result = await submit(hass, result, said | {"limits": {"colors": ["red", "#00ff0A"]}})
    assert result["reason"] == "reconfigure_successful"
    await wait_until(lambda: len(server.got("catalog")) >= 2 and is_linked(hass))
    assert code(await server.command(DEVICE, {"type": "set_color", "rgb": [1, 2, 3]})) == "not_allowed"


@pytest.mark.parametrize("text", ["", "reddish", "#12345", "#gggggg", "ff0000", "#ff00000"])
def test_what_is_no_color_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="color"):
        parse_color(text)


# Relays ------------------------------------------------------------------------------------------------------------


async def test_a_relay_rests(fountain: Any, server: FakeServer) -> None:
    device = await fountain({"min_on": 60, "min_off": 0})
    assert await server.command(device, ON) == {"ok": True}
    refused = await server.command(device, OFF)
    assert code(refused) == "rate_limited"
    assert 50_000 < refused["error"]["retry_after_ms"] <= 60_000


async def test_a_relay_wears_and_a_restart_does_not_make_it_new(
    hass: HomeAssistant, fountain: Any, server: FakeServer
) -> None:
    relays = {"min_on": 0, "min_off": 0, "max_daily_cycles": 1}
    device = await fountain({"min_interval": 0}, {"relays": relays})
    assert await server.command(device, ON) == {"ok": True}
    assert await server.command(device, OFF) == {"ok": True}
    assert code(await server.command(device, ON)) == "rate_limited"
    links = len(server.got("hello"))
    await hass.config_entries.async_reload("entry-1")
    await wait_until(lambda: len(server.got("hello")) > links and is_linked(hass))
    assert code(await server.command(device, ON)) == "rate_limited"


async def test_a_press_always_ends_off(hass: HomeAssistant, fountain: Any, server: FakeServer) -> None:
    device = await fountain({"min_on": 0, "min_off": 0})
    seen: list[str] = []
    hass.bus.async_listen(
        "call_service", callback(lambda call: seen.append(f"{call.data['domain']}.{call.data['service']}"))
    )
    assert await server.command(device, PRESS) == {"ok": True}
    assert [service for service in seen if service.startswith("switch")] == ["switch.turn_on", "switch.turn_off"]
    state = hass.states.get("input_boolean.pump")
    assert state is not None
    assert state.state == "off"


# Groups and the manifest -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grouping", "with_area", "group"),
    [
        (Grouping.AREA, False, ""),
        (Grouping.AREA, True, "garden"),
        (Grouping.LOCATION, True, ""),
        (Grouping.DEVICE, True, DEVICE),
    ],
)
async def test_devices_of_an_area_flash_together(
    hass: HomeAssistant, entry: MockConfigEntry, *, grouping: Grouping, with_area: bool, group: str
) -> None:
    devices = dr.async_get(hass)
    device = devices.async_get_device_by_identifier(("smartpixels", DEVICE), entry.entry_id)
    assert device is not None
    if with_area:
        devices.async_update_device(device.id, area_id=ar.async_get(hass).async_create("Garden").id)
    limits = limits_by_device(hass, exposed_by(entry.subentries), grouping)
    assert limits[DEVICE].group == group


async def test_the_manifest_lists_what_truly_leaves(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    entry = entry_for(server, subentry_for(strip, exposed=False))
    await set_up(entry)
    await wait_until(lambda: is_linked(hass))
    assert server.last("catalog")["leaves"] == ["software_version", "sharing_state"]
    hass.config_entries.async_update_subentry(
        entry, entry.subentries[DEVICE], data=subentry_for(strip, actions=[])["data"]
    )
    await wait_until(lambda: len(server.got("catalog")) == 2)
    assert server.last("catalog")["leaves"] == ["software_version", "sharing_state", "device_names", "device_states"]
    hass.config_entries.async_update_subentry(entry, entry.subentries[DEVICE], data=subentry_for(strip)["data"])
    await wait_until(lambda: len(server.got("catalog")) == 3)
    assert server.last("catalog")["leaves"][-1] == "command_results"
    await wait_until(lambda: is_linked(hass))
