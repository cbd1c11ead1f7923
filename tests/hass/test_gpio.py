"""Relays at GPIO lines of a machine that has some: a chip behind the library's own functions."""

import errno
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import gpiod
import pytest
from gpiod.line import Value
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import SetUp, entry_for, state_of
from tests.hass.flows import begin, expose_nothing, only_subentry, submit

BELL = {"entity_id": "switch.gpio_relay_17"}


class FakeChip:
    """A chip with the lines 0 to 27, at the library's edge: it knows levels and who holds a line."""

    def __init__(self) -> None:
        self.levels: dict[int, bool] = {}
        self.held: set[int] = set()
        self.error: OSError | None = None

    def request_lines(self, _path: str, *, config: dict[int, gpiod.LineSettings], **_: str) -> FakeLines:
        if self.error is not None:
            raise self.error
        if self.held & config.keys():
            raise OSError(errno.EBUSY, "busy")
        if max(config) > 27:
            raise ValueError("no such line")
        return FakeLines(self, config)


class FakeLines:
    """Lines that are held."""

    def __init__(self, chip: FakeChip, settings: dict[int, gpiod.LineSettings]) -> None:
        self._chip = chip
        self._settings = settings
        chip.held |= settings.keys()
        self.set_values({line: setting.output_value for line, setting in settings.items()})

    def set_values(self, values: dict[int, Value]) -> None:
        if self._chip.error is not None:
            raise self._chip.error
        for line, value in values.items():
            self._chip.levels[line] = bool(value.value) is not self._settings[line].active_low

    def get_values(self, lines: Iterable[int]) -> list[Value]:
        return [Value(int(self._chip.levels[line] is not self._settings[line].active_low)) for line in lines]

    def release(self) -> None:
        self._chip.held -= self._settings.keys()


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> FakeChip:
    chip = FakeChip()
    monkeypatch.setattr(gpiod, "is_gpiochip_device", lambda _path: True)
    monkeypatch.setattr(gpiod, "request_lines", chip.request_lines)
    return chip


def subentry_for(**changes: Any) -> ConfigSubentryDataWithId:
    data = {"relays": [4, 17], "inverted": [17], "pulse": 0.2, "exposure": {}}
    return ConfigSubentryDataWithId(
        data=data | changes, subentry_id="lines", subentry_type="gpio", title="GPIO", unique_id="gpio"
    )


@pytest.fixture
async def bare_entry(server: FakeServer, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server)
    await set_up(entry)
    return entry


@pytest.fixture
async def entry(server: FakeServer, chip: FakeChip, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server, subentry_for())
    await set_up(entry)
    return entry


async def switch(hass: HomeAssistant, service: str) -> None:
    await hass.services.async_call("switch", service, BELL, blocking=True)


async def test_a_machine_without_gpio_is_told_so(
    hass: HomeAssistant, bare_entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpiod, "is_gpiochip_device", lambda _path: False)
    result = await begin(hass, bare_entry, "gpio")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "no_gpio")


async def test_lines_are_tried_and_added(hass: HomeAssistant, bare_entry: MockConfigEntry, chip: FakeChip) -> None:
    result = await begin(hass, bare_entry, "gpio")
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "user")
    wrong: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"relays": []}, {"relays": "no_lines"}),
        ({"relays": ["4"], "inverted": ["17"]}, {"inverted": "not_in_use"}),
        ({"relays": ["63"]}, {"relays": "not_recognized"}),
    ]
    for fields, errors in wrong:
        result = await submit(hass, result, fields)
        assert result["errors"] == errors
    chip.held = {4}
    result = await submit(hass, result, {"relays": ["4", "17"], "inverted": ["17"]})
    assert result["errors"] == {"relays": "busy"}
    chip.held = set()
    result = await submit(hass, result, {"relays": ["4", "17"], "inverted": ["17"]})
    assert (result["step_id"], chip.held) == ("exposure", set())
    result = await expose_nothing(hass, result)
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "GPIO")
    await hass.async_block_till_done()
    data = dict(only_subentry(bare_entry).data)
    assert set(data.pop("exposure")) == {"relay4", "relay17"}
    assert data == {"relays": [4, 17], "inverted": [17], "pulse": 0.5}
    assert (chip.held, chip.levels) == ({4, 17}, {4: False, 17: True})


async def test_lines_are_added_once(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await begin(hass, entry, "gpio")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_reconfiguring_tries_new_lines_only(hass: HomeAssistant, entry: MockConfigEntry, chip: FakeChip) -> None:
    await switch(hass, "turn_on")
    result = await entry.start_subentry_reconfigure_flow(hass, "lines")
    result = await submit(hass, result, {"relays": ["17"], "inverted": ["17"]})
    assert result["step_id"] == "exposure"
    assert chip.levels[17] is False, "what is on stays on while the owner is asked"
    hass.config_entries.subentries.async_abort(result["flow_id"])
    result = await entry.start_subentry_reconfigure_flow(hass, "lines")
    result = await submit(hass, result, {"relays": ["17", "22"], "inverted": ["17"]})
    result = await expose_nothing(hass, result)
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert (chip.held, chip.levels) == ({17, 22}, {4: False, 17: True, 22: False})
    assert hass.states.get("switch.gpio_relay_4") is None


async def test_reconfiguring_where_the_chip_is_gone(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpiod, "is_gpiochip_device", lambda _path: False)
    result = await entry.start_subentry_reconfigure_flow(hass, "lines")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "no_gpio")


async def test_relays_are_switched_and_off_afterwards(
    hass: HomeAssistant, entry: MockConfigEntry, chip: FakeChip
) -> None:
    assert state_of(hass, BELL["entity_id"]).state == "off"
    await switch(hass, "turn_on")
    assert (state_of(hass, BELL["entity_id"]).state, chip.levels[17]) == ("on", False)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (chip.levels, chip.held) == ({4: False, 17: True}, set())


async def test_a_press_ends_by_itself_and_with_the_location(
    hass: HomeAssistant, entry: MockConfigEntry, chip: FakeChip
) -> None:
    await hass.services.async_call("smartpixels", "pulse", BELL, blocking=True)
    assert chip.levels[17] is False
    await wait_until(lambda: state_of(hass, BELL["entity_id"]).state == "off")
    await hass.services.async_call("smartpixels", "pulse", BELL, blocking=True)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (chip.levels, chip.held) == ({4: False, 17: True}, set())


async def test_lines_that_another_program_holds_are_taken_later(
    hass: HomeAssistant, server: FakeServer, chip: FakeChip, set_up: SetUp
) -> None:
    chip.held = {17}
    entry = entry_for(server, subentry_for())
    await set_up(entry)
    assert (entry.state, state_of(hass, BELL["entity_id"]).state) == (ConfigEntryState.LOADED, "unavailable")
    chip.held = set()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    await wait_until(lambda: state_of(hass, BELL["entity_id"]).state == "off")


async def test_a_chip_that_fails_is_noticed(hass: HomeAssistant, entry: MockConfigEntry, chip: FakeChip) -> None:
    chip.error = OSError(errno.EIO, "gone")
    with pytest.raises(HomeAssistantError) as raised:
        await switch(hass, "turn_on")
    assert raised.value.translation_key == "command_failed"
    assert state_of(hass, BELL["entity_id"]).state == "unavailable"
    await hass.services.async_call("smartpixels", "pulse", BELL, blocking=True)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert chip.held == set()
