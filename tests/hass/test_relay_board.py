"""USB relay boards: the flow, a child device for each channel, and plugs that are pulled."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.drivers import pulses, relay_board
from smartpixels_simulator.relay_board import RelayBoard
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import SetUp, entry_for, is_linked, state_of
from tests.hass.flows import begin, expose_nothing, only_subentry, submit

FIRST = {"entity_id": "switch.shed_channel_1"}
SECOND = {"entity_id": "switch.shed_channel_2"}


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_board, "_ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(relay_board, "_FIRST_PAUSE", 0.05)
    monkeypatch.setattr(relay_board.RelayBoard.run, "__kwdefaults__", {"first_pause": 0.05, "longest_pause": 0.1})
    monkeypatch.setattr(pulses, "_RETRY_SECONDS", 0.05)


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[RelayBoard]:
    board = RelayBoard("Shed", link=tmp_path / "ttyUSB0", channels=2)
    await board.start()
    yield board
    await board.stop()


@pytest.fixture
async def silent_board(tmp_path: Path) -> AsyncIterator[RelayBoard]:
    board = RelayBoard("Shed", link=tmp_path / "ttyUSB1", channels=2, answers=False)
    await board.start()
    yield board
    await board.stop()


@pytest.fixture
async def bare_entry(server: FakeServer, board: RelayBoard, silent_board: RelayBoard, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server)
    await set_up(entry)
    return entry


def subentry_for(board: RelayBoard, **changes: Any) -> ConfigSubentryDataWithId:
    said = {
        "kind": "relay",
        "exposed": True,
        "name_en": "Bell",
        "actions": ["turn_on", "turn_off", "press"],
        "limits": {"min_on": 0, "min_off": 0},
    }
    data = {
        "device": board.host,
        "channels": 2,
        "answers": True,
        "inverted": [],
        "pulse": 0.2,
        "exposure": {"channel1": said},
    }
    return ConfigSubentryDataWithId(
        data=data | changes, subentry_id="shed", subentry_type="relay_board", title="Shed", unique_id=None
    )


@pytest.fixture
async def entry(hass: HomeAssistant, server: FakeServer, board: RelayBoard, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server, subentry_for(board))
    await set_up(entry)
    await wait_until(lambda: is_linked(hass))
    return entry


def relay(hass: HomeAssistant, target: dict[str, str] = FIRST) -> str:
    return state_of(hass, target["entity_id"]).state


async def switch(hass: HomeAssistant, service: str, target: dict[str, str] = FIRST) -> None:
    await hass.services.async_call("switch", service, target, blocking=True)


async def press(hass: HomeAssistant) -> None:
    await hass.services.async_call("smartpixels", "pulse", FIRST, blocking=True)


# The flow ----------------------------------------------------------------------------------------------------------


async def test_a_board_that_answers_is_found(
    hass: HomeAssistant, bare_entry: MockConfigEntry, board: RelayBoard
) -> None:
    result = await begin(hass, bare_entry, "relay_board")
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "user")
    result = await submit(hass, result, {"device": board.host})
    assert (result["step_id"], result["description_placeholders"]) == ("board", {"found": "2"})
    result = await submit(hass, result, {"pulse": 1, "inverted": ["2"]})
    assert result["step_id"] == "exposure"
    result = await expose_nothing(hass, result)
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "USB relay board")
    await hass.async_block_till_done()
    data = dict(only_subentry(bare_entry).data)
    assert set(data.pop("exposure")) == {"channel1", "channel2"}
    assert data == {"device": board.host, "channels": 2, "answers": True, "inverted": [2], "pulse": 1}
    assert board.relays == [False, False]


async def test_the_channels_of_a_silent_board_are_asked_for(
    hass: HomeAssistant, bare_entry: MockConfigEntry, silent_board: RelayBoard
) -> None:
    result = await submit(hass, await begin(hass, bare_entry, "relay_board"), {"device": silent_board.host})
    assert result["description_placeholders"] == {"found": "0"}
    result = await submit(hass, result, {"channels": 1, "inverted": ["2"]})
    assert result["errors"] == {"inverted": "no_such_channel"}
    result = await submit(hass, result, {"channels": 2, "inverted": ["2"]})
    result = await expose_nothing(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert only_subentry(bare_entry).data["answers"] is False


async def test_a_bad_port_can_be_mended(hass: HomeAssistant, bare_entry: MockConfigEntry, board: RelayBoard) -> None:
    result = await begin(hass, bare_entry, "relay_board")
    board.set_faults({"fail": "garbage"})
    for path, error in (
        (f"{board.host}9", "cannot_connect"),
        ("/dev/null", "not_recognized"),
        (board.host, "not_recognized"),
    ):
        result = await submit(hass, result, {"device": path})
        assert result["errors"] == {"device": error}
    board.set_faults({"fail": None})
    result = await submit(hass, result, {"device": board.host})
    assert result["step_id"] == "board"
    hass.config_entries.subentries.async_abort(result["flow_id"])


async def test_a_port_is_used_once(hass: HomeAssistant, entry: MockConfigEntry, board: RelayBoard) -> None:
    result = await submit(hass, await begin(hass, entry, "relay_board"), {"device": board.host})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_reconfiguring_leaves_a_board_in_use_alone(
    hass: HomeAssistant, entry: MockConfigEntry, board: RelayBoard
) -> None:
    result = await entry.start_subentry_reconfigure_flow(hass, "shed")
    assert result["step_id"] == "reconfigure"
    result = await submit(hass, result, {"device": board.host})
    assert result["description_placeholders"] == {"found": "2"}
    result = await expose_nothing(hass, await submit(hass, result, {"pulse": 2, "inverted": ["1"]}))
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert only_subentry(entry).data.items() >= {"pulse": 2, "inverted": [1], "answers": True}.items()


async def test_a_board_that_moved_to_another_port_is_found_there(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    board: RelayBoard,
    silent_board: RelayBoard,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    second = entity_registry.async_get(SECOND["entity_id"])
    assert second is not None
    result = await entry.start_subentry_reconfigure_flow(hass, "shed")
    result = await submit(hass, result, {"device": silent_board.host})
    result = await expose_nothing(hass, await submit(hass, result, {"channels": 1}))
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert only_subentry(entry).data["device"] == silent_board.host
    assert entity_registry.async_get(SECOND["entity_id"]) is None, "the board has one channel only"
    assert device_registry.async_get(second.device_id or "") is None


async def test_an_unloaded_location_has_no_board_in_use(
    hass: HomeAssistant, entry: MockConfigEntry, board: RelayBoard
) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    result = await entry.start_subentry_reconfigure_flow(hass, "shed")
    result = await submit(hass, result, {"device": board.host})
    assert result["step_id"] == "board"
    hass.config_entries.subentries.async_abort(result["flow_id"])


# Entities ----------------------------------------------------------------------------------------------------------


async def test_each_channel_is_a_child_device(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    first = entity_registry.async_get(FIRST["entity_id"])
    assert first is not None
    assert (first.unique_id, first.config_subentry_id) == ("shed-channel1", "shed")
    channel = device_registry.async_get(first.device_id or "")
    assert isinstance(channel, dr.ChildDeviceEntry)
    assert channel.name == "Channel 1"
    board = device_registry.async_get(channel.parent_device_id)
    assert isinstance(board, dr.DeviceEntry)
    assert (board.name, board.config_subentry_id) == ("Shed", "shed")


async def test_a_board_that_answers_is_read_back(
    hass: HomeAssistant, entry: MockConfigEntry, board: RelayBoard
) -> None:
    assert relay(hass) == "off"
    await switch(hass, "turn_on")
    assert (relay(hass), board.relays) == ("on", [True, False])
    assert "assumed_state" not in state_of(hass, FIRST["entity_id"]).attributes
    await switch(hass, "turn_off")
    assert (relay(hass), board.relays) == ("off", [False, False])


async def test_a_silent_board_is_assumed_and_says_so(
    hass: HomeAssistant, server: FakeServer, silent_board: RelayBoard, set_up: SetUp
) -> None:
    await set_up(entry_for(server, subentry_for(silent_board, answers=False)))
    await wait_until(lambda: relay(hass) == "unknown")
    await switch(hass, "turn_on")
    shown = state_of(hass, FIRST["entity_id"])
    assert (shown.state, shown.attributes["assumed_state"], silent_board.relays) == ("on", True, [True, False])


async def test_viewers_press_a_channel(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, board: RelayBoard
) -> None:
    assert await server.command("shed-channel1", {"type": "press"}) == {"ok": True}
    assert board.relays == [True, False]
    await wait_until(lambda: (relay(hass), board.relays) == ("off", [False, False]))
    refused = await server.command("shed-channel2", {"type": "press"})
    assert refused["error"]["code"] == "not_exposed"


# Pulses ------------------------------------------------------------------------------------------------------------


async def test_a_press_ends_by_itself(hass: HomeAssistant, entry: MockConfigEntry, board: RelayBoard) -> None:
    for _ in range(2):
        await press(hass)
        assert (relay(hass), board.relays) == ("on", [True, False])
    await wait_until(lambda: (relay(hass), board.relays) == ("off", [False, False]))


async def test_switching_on_ends_the_press(hass: HomeAssistant, entry: MockConfigEntry, board: RelayBoard) -> None:
    await press(hass)
    await switch(hass, "turn_on")
    await switch(hass, "turn_on", SECOND)
    await press(hass)
    await switch(hass, "turn_off")
    assert (relay(hass), board.relays) == ("off", [False, True])


async def test_a_press_ends_when_the_location_is_unloaded(
    hass: HomeAssistant, server: FakeServer, board: RelayBoard, set_up: SetUp
) -> None:
    entry = entry_for(server, subentry_for(board, pulse=15))
    await set_up(entry)
    await wait_until(lambda: relay(hass) == "off")
    await switch(hass, "turn_on", SECOND)
    await press(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await wait_until(lambda: board.relays == [False, True])


async def test_a_press_ends_when_home_assistant_stops(
    hass: HomeAssistant, server: FakeServer, board: RelayBoard, set_up: SetUp
) -> None:
    await set_up(entry_for(server, subentry_for(board, pulse=15)))
    await wait_until(lambda: relay(hass) == "off")
    await press(hass)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await wait_until(lambda: board.relays == [False, False])


async def test_a_press_that_failed_ends_all_the_same(
    hass: HomeAssistant, entry: MockConfigEntry, board: RelayBoard
) -> None:
    board.set_faults({"fail": "hang"})
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass)
    assert raised.value.translation_key == "command_failed"
    assert board.relays == [True, False], "the board did it and kept silent"
    await wait_until(lambda: board.relays == [False, False])
    board.set_faults({"fail": None})


# Bad days ----------------------------------------------------------------------------------------------------------


async def test_a_plug_that_is_pulled_and_put_back(
    hass: HomeAssistant, entry: MockConfigEntry, board: RelayBoard, caplog: pytest.LogCaptureFixture
) -> None:
    await switch(hass, "turn_on")
    board.set_faults({"power": "off"})
    await wait_until(lambda: relay(hass) == "unavailable")
    board.set_faults({"power": "on"})
    await wait_until(lambda: relay(hass) == "off")
    assert board.relays == [False, False], "nothing is ever switched on by itself"
    lines = [record.getMessage() for record in caplog.records if record.name.endswith("hardware.hub")]
    assert len(lines) == 2
    assert lines[0].startswith("Shed is unavailable")
    assert lines[1] == "Shed is back"


async def test_a_board_that_is_missing_at_the_start_is_found_later(
    hass: HomeAssistant, server: FakeServer, board: RelayBoard, set_up: SetUp
) -> None:
    board.set_faults({"power": "off"})
    entry = entry_for(server, subentry_for(board))
    await set_up(entry)
    assert (entry.state, relay(hass)) == (ConfigEntryState.LOADED, "unavailable")
    board.set_faults({"power": "on"})
    await wait_until(lambda: relay(hass) == "off")


async def test_a_press_ends_after_the_plug_was_pulled_in_it(
    hass: HomeAssistant, entry: MockConfigEntry, board: RelayBoard
) -> None:
    await press(hass)
    board.set_faults({"power": "off"})
    await wait_until(lambda: relay(hass) == "unavailable")
    board.set_faults({"power": "on"})
    await wait_until(lambda: (relay(hass), board.relays) == ("off", [False, False]))
