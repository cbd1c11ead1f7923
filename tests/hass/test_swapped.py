"""What an owner must mend at a controller is a repair issue, until it is mended."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels import coordinator
from custom_components.smartpixels.drivers import wled
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, SetUp, StartStrip, change, entry_for, state_of, subentry_for

TREE = {"entity_id": "light.tree"}


@pytest.fixture(autouse=True)
def _polls_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinator, "SCAN_INTERVAL", timedelta(seconds=0.2))


def issue(hass: HomeAssistant, key: str) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue("smartpixels", f"{key}_{DEVICE}")


async def test_a_swapped_controller_is_an_issue_until_it_is_back(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer, start_strip: StartStrip
) -> None:
    port = strip.port
    await strip.stop()
    stranger = await start_strip(name="Stranger", on_port=port)
    before = stranger.summary()
    await wait_until(lambda: issue(hass, "device_swapped"))
    found = issue(hass, "device_swapped")
    assert found is not None
    assert found.translation_placeholders == {"device": "Tree"}
    assert state_of(hass, "light.tree").state == "unavailable"
    assert stranger.summary() | {"clients": 0} == before
    await stranger.stop()
    await start_strip(on_port=port)
    await wait_until(lambda: state_of(hass, "light.tree").state == "on")
    assert issue(hass, "device_swapped") is None


async def test_a_controller_must_say_who_it_is_before_an_order_after_a_silence(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    server: FakeServer,
    strip: WledServer,
    start_strip: StartStrip,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stranger = await start_strip(name="Stranger")
    monkeypatch.setattr(wled, "TRUSTED", 0)
    answer = await server.command(DEVICE, {"type": "turn_off"})
    assert (answer, strip.summary()["on"]) == ({"ok": True}, False)
    monkeypatch.setattr(strip.controller, "info_json", stranger.controller.info_json)
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call("light", "turn_on", TREE, blocking=True)
    assert raised.value.translation_placeholders == {"device": "Tree", "error": "another controller answers there"}
    assert strip.summary()["on"] is False
    await wait_until(lambda: issue(hass, "device_swapped"))


async def test_old_firmware_is_an_issue(
    hass: HomeAssistant, server: FakeServer, start_strip: StartStrip, set_up: SetUp
) -> None:
    old = await start_strip(version="0.13.3")
    entry = entry_for(server, subentry_for(old))
    await set_up(entry)
    found = issue(hass, "firmware_too_old")
    assert found is not None
    assert "0.14" in (found.translation_placeholders or {})["error"]
    hass.config_entries.async_remove_subentry(entry, DEVICE)
    await hass.async_block_till_done()
    assert issue(hass, "firmware_too_old") is None


def core_entry(strip: WledServer, **changes: Any) -> MockConfigEntry:
    """Return Home Assistant's own WLED integration with the strip."""
    mac = strip.controller.config.mac_address
    return MockConfigEntry(domain="wled", title="Tree of core", unique_id=mac, data={"host": "10.0.0.5"}, **changes)


async def test_a_controller_of_core_is_left_to_it(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    core = core_entry(strip)
    core.add_to_hass(hass)
    await set_up(entry_for(server, subentry_for(strip)))
    assert issue(hass, "driven_twice") is not None
    assert state_of(hass, "light.tree").state == "unavailable"
    assert strip.summary()["clients"] == 0
    await hass.config_entries.async_remove(core.entry_id)
    await wait_until(lambda: state_of(hass, "light.tree").state == "on")
    assert issue(hass, "driven_twice") is None


async def test_a_controller_that_core_takes_later_is_left_to_it(
    hass: HomeAssistant, entry: MockConfigEntry, strip: WledServer
) -> None:
    core_entry(strip).add_to_hass(hass)
    await change(strip, {"bri": 9})
    await wait_until(lambda: issue(hass, "driven_twice"))
    await wait_until(lambda: strip.summary()["clients"] == 0)
    assert state_of(hass, "light.tree").state == "unavailable"


@pytest.mark.parametrize(
    "changes", [{"source": SOURCE_IGNORE}, {"disabled_by": ConfigEntryDisabler.USER}], ids=["ignored", "disabled"]
)
async def test_core_drives_nothing_that_it_ignores(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp, changes: dict[str, Any]
) -> None:
    core_entry(strip, **changes).add_to_hass(hass)
    await set_up(entry_for(server, subentry_for(strip)))
    assert state_of(hass, "light.tree").state == "on"
