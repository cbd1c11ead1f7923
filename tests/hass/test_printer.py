"""Receipt printers: the flow, what goes out on paper, and what is said when nothing does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.smartpixels.printer_entities import async_print_message
from custom_components.smartpixels.printing import transport
from smartpixels_simulator.printer import Printer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import SetUp, entry_for, state_of
from tests.hass.flows import begin, only_subentry, submit

NOTIFY = {"entity_id": "notify.printer_plain_slip"}
ONLINE = "binary_sensor.printer_online"


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_ANSWER_SECONDS", 0.3)


@pytest.fixture
async def printer() -> AsyncIterator[Printer]:
    """A printer in the network."""
    printer = Printer("Receipts")
    await printer.start()
    yield printer
    await printer.stop()


@pytest.fixture
async def serial_printer(tmp_path: Path) -> AsyncIterator[Printer]:
    printer = Printer("Receipts", link=tmp_path / "ttyUSB0")
    await printer.start()
    yield printer
    await printer.stop()


def place_of(printer: Printer) -> str:
    return f"{printer.host}:{printer.port}" if printer.port else printer.host


@pytest.fixture
async def bare_entry(server: FakeServer, printer: Printer, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server)
    await set_up(entry)
    return entry


def subentry_for(printer: Printer) -> ConfigSubentryDataWithId:
    return ConfigSubentryDataWithId(
        data={"device": place_of(printer), "baud_rate": 9600},
        subentry_id="printer",
        subentry_type="printer",
        title="Printer",
        unique_id=None,
    )


@pytest.fixture
async def entry(server: FakeServer, printer: Printer, set_up: SetUp) -> MockConfigEntry:
    entry = entry_for(server, subentry_for(printer))
    await set_up(entry)
    return entry


async def send(hass: HomeAssistant, message: str, **more: Any) -> None:
    await hass.services.async_call("smartpixels", "print_message", NOTIFY | {"message": message, **more}, blocking=True)


def look_again(hass: HomeAssistant) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))


# The flow ----------------------------------------------------------------------------------------------------------


async def test_a_network_printer_is_asked_and_added(
    hass: HomeAssistant, bare_entry: MockConfigEntry, printer: Printer, server: FakeServer
) -> None:
    result = await begin(hass, bare_entry, "printer")
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "user")
    result = await submit(hass, result, {"device": f" {place_of(printer)} "})
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Printer")
    await hass.async_block_till_done()
    assert only_subentry(bare_entry).data == {"device": place_of(printer), "baud_rate": 9600}
    assert state_of(hass, ONLINE).state == "on"
    assert bytes(printer.received) == b""
    assert all(not catalog["devices"] for catalog in server.got("catalog"))


async def test_a_serial_printer_is_asked_and_added(
    hass: HomeAssistant, bare_entry: MockConfigEntry, serial_printer: Printer
) -> None:
    result = await begin(hass, bare_entry, "printer")
    result = await submit(hass, result, {"device": serial_printer.host, "baud_rate": "38400"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    await send(hass, "Dzień dobry")
    await wait_until(lambda: len(serial_printer.slips) == 1)
    assert "Dzień dobry\n".encode("cp852") in serial_printer.slips[0]


async def test_a_printer_that_does_not_answer_can_be_mended(
    hass: HomeAssistant, bare_entry: MockConfigEntry, printer: Printer, tmp_path: Path
) -> None:
    result = await begin(hass, bare_entry, "printer")
    wrong = [
        ("a b", "invalid_place"),
        ("10.0.0.5:99999", "invalid_place"),
        ("/dev/null", "not_recognized"),
        (str(tmp_path / "ttyUSB9"), "cannot_connect"),
        ("127.0.0.1:1", "cannot_connect"),
    ]
    for place, error in wrong:
        result = await submit(hass, result, {"device": place})
        assert result["errors"] == {"device": error}, place
    for faults in ({"power": "off"}, {"power": "on", "fail": "hang"}):
        printer.set_faults(faults)
        result = await submit(hass, result, {"device": place_of(printer)})
        assert result["errors"] == {"device": "cannot_connect"}
    printer.set_faults({"fail": None})
    result = await submit(hass, result, {"device": place_of(printer)})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_a_printer_is_added_once(hass: HomeAssistant, entry: MockConfigEntry, printer: Printer) -> None:
    result = await submit(hass, await begin(hass, entry, "printer"), {"device": place_of(printer)})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_a_printer_that_moved_is_found_again(
    hass: HomeAssistant, entry: MockConfigEntry, serial_printer: Printer
) -> None:
    result = await entry.start_subentry_reconfigure_flow(hass, "printer")
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "reconfigure")
    result = await submit(hass, result, {"device": f"{serial_printer.host}9", "baud_rate": "19200"})
    assert result["errors"] == {"device": "cannot_connect"}
    result = await submit(hass, result, {"device": serial_printer.host, "baud_rate": "19200"})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert only_subentry(entry).data == {"device": serial_printer.host, "baud_rate": 19200}
    await send(hass, "Moved")
    await wait_until(lambda: len(serial_printer.slips) == 1)


# Printing ----------------------------------------------------------------------------------------------------------


async def test_a_slip_is_printed_as_the_printer_needs_it(
    hass: HomeAssistant, entry: MockConfigEntry, printer: Printer
) -> None:
    await send(hass, "Zażółć gęślą jaźń", title="News")
    await wait_until(lambda: len(printer.slips) == 1)
    body = "Zażółć gęślą jaźń\n".encode("cp852")
    assert printer.slips == [b"\x1b@\x1bt\x12\x1bE\x01News\n\x1bE\x00" + body]
    assert state_of(hass, "notify.printer_plain_slip").state != "unknown", "the time of the last message"


async def test_the_notify_action_prints_too(hass: HomeAssistant, entry: MockConfigEntry, printer: Printer) -> None:
    fields = NOTIFY | {"message": "Hello", "title": "Greeting"}
    await hass.services.async_call("notify", "send_message", fields, blocking=True)
    await wait_until(lambda: len(printer.slips) == 1)
    assert b"Hello\n" in printer.slips[0]


async def test_nothing_that_a_printer_obeys_gets_through(
    hass: HomeAssistant, entry: MockConfigEntry, printer: Printer
) -> None:
    await send(hass, "\x1b@ \x10\x14\x02\x01\x08 \x1dV\x00 \x7f ok", title="\x1bE\x01")
    await wait_until(lambda: len(printer.slips) == 1)
    assert printer.slips == [b"\x1b@\x1bt\x12\x1bE\x01E\n\x1bE\x00@  V  ok\n"]


@pytest.mark.parametrize("message", ["", " \n ", "\x00\u200b"])
async def test_an_empty_message_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, printer: Printer, message: str
) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await send(hass, message)
    assert raised.value.translation_key == "nothing_to_print"
    assert bytes(printer.received) == b""


async def test_only_printers_of_ours_print(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    # No other notify entity is ours so far, but the action does not rely on that.
    with pytest.raises(ServiceValidationError) as raised:
        await async_print_message(Entity(), ServiceCall(hass, "smartpixels", "print_message", {"message": "x"}))
    assert raised.value.translation_key == "no_printer"


async def test_slips_come_one_after_the_other(hass: HomeAssistant, entry: MockConfigEntry, printer: Printer) -> None:
    await asyncio.gather(*(send(hass, f"slip {number}") for number in range(4)))
    await wait_until(lambda: len(printer.slips) == 4)
    assert all(slip.startswith(b"\x1b@") and slip.count(b"slip") == 1 for slip in printer.slips)


async def test_the_entities_are_on_the_printers_own_device(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    notify, online = entity_registry.async_get("notify.printer_plain_slip"), entity_registry.async_get(ONLINE)
    assert notify is not None
    assert online is not None
    assert (notify.unique_id, online.unique_id) == ("printer", "printer-online")
    assert notify.device_id == online.device_id


# Bad days ----------------------------------------------------------------------------------------------------------


async def test_a_printer_without_paper_says_so(hass: HomeAssistant, entry: MockConfigEntry, printer: Printer) -> None:
    printer.has_paper = False
    with pytest.raises(HomeAssistantError) as raised:
        await send(hass, "Hello")
    assert raised.value.translation_key == "command_failed"
    assert bytes(printer.received) == b""
    assert (state_of(hass, ONLINE).state, state_of(hass, "notify.printer_plain_slip").state) == ("off", "unknown")
    printer.has_paper = True
    look_again(hass)
    await wait_until(lambda: state_of(hass, ONLINE).state == "on")


async def test_a_printer_that_is_off_is_noticed_and_found_again(
    hass: HomeAssistant, entry: MockConfigEntry, printer: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    printer.set_faults({"power": "off"})
    with pytest.raises(HomeAssistantError):
        await send(hass, "Hello")
    assert (state_of(hass, ONLINE).state, state_of(hass, "notify.printer_plain_slip").state) == ("off", "unavailable")
    look_again(hass)
    printer.set_faults({"power": "on"})
    look_again(hass)
    await wait_until(lambda: state_of(hass, ONLINE).state == "on")
    lines = [record.getMessage() for record in caplog.records if record.name.endswith("hardware.hub")]
    assert len(lines) == 2
    assert lines[0].startswith("Printer is unavailable")
    assert lines[1] == "Printer is back"


async def test_a_printer_that_is_off_at_the_start_does_not_matter(
    hass: HomeAssistant, server: FakeServer, printer: Printer, set_up: SetUp
) -> None:
    printer.set_faults({"power": "off"})
    entry = entry_for(server, subentry_for(printer))
    await set_up(entry)
    assert (entry.state, state_of(hass, ONLINE).state) == (ConfigEntryState.LOADED, "off")
