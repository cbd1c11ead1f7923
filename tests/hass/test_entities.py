"""The location's own entities: link, viewers, switch, and what viewers did."""

import asyncio
from typing import Any

import pytest
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.smartpixels import event
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, state_of

COMMAND_EVENT = "event.our_house_viewer_command"


@pytest.fixture
def events(hass: HomeAssistant, entry: MockConfigEntry) -> list[dict[str, Any]]:
    """Collect the attributes of every viewer command that automations see."""
    seen: list[dict[str, Any]] = []

    @callback
    def on_change(changed: Event[EventStateChangedData]) -> None:
        if changed.data["entity_id"] == COMMAND_EVENT and changed.data["new_state"] is not None:
            seen.append(dict(changed.data["new_state"].attributes))

    hass.bus.async_listen(EVENT_STATE_CHANGED, on_change)
    return seen


async def test_the_location_has_its_entities(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry, snapshot: SnapshotAssertion
) -> None:
    entries = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    shown = {
        each.entity_id: (
            each.unique_id,
            each.translation_key,
            each.entity_category,
            state_of(hass, each.entity_id).state,
        )
        for each in sorted(entries, key=lambda each: each.entity_id)
        if each.disabled_by is None
    }
    assert shown == snapshot


async def test_viewers_are_counted(hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer) -> None:
    assert state_of(hass, "sensor.our_house_viewers").state == "unknown"
    await server.emit("audience", {"watching": 41, "acting": 3})
    await wait_until(lambda: state_of(hass, "sensor.our_house_viewers").state == "41")
    await server.kick()
    await wait_until(lambda: len(server.got("catalog")) == 2)
    await wait_until(lambda: state_of(hass, "sensor.our_house_viewers").state == "unknown")


async def test_the_audience_comes_and_goes(hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer) -> None:
    assert state_of(hass, "binary_sensor.our_house_somebody_watches").state == "unknown"
    for watching, kind in ((2, "joined"), (1, "left"), (1, "left"), (0, "left")):
        await server.emit("audience", {"watching": watching, "acting": 1})
        await wait_until(lambda: state_of(hass, "sensor.our_house_viewers").state == str(watching))  # noqa: B023
        told = state_of(hass, "event.our_house_audience").attributes
        assert (told["event_type"], told["watching"]) == (kind, watching)
        watched = state_of(hass, "binary_sensor.our_house_somebody_watches").state
        assert watched == ("on" if watching else "off")
    assert state_of(hass, "sensor.our_house_people_acting").state == "1"


async def test_commands_are_counted_over_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    assert state_of(hass, "sensor.our_house_commands_today").state == "0"
    await server.command(DEVICE, {"type": "turn_on"})
    await server.command(DEVICE, {"type": "turn_off"})
    await wait_until(lambda: state_of(hass, "sensor.our_house_commands_today").state == "2")
    assert state_of(hass, "sensor.our_house_last_viewer").state == "Gentle Otter"
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, "sensor.our_house_commands_today").state == "2"


async def test_an_accepted_command_is_an_event(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, events: list[dict[str, Any]]
) -> None:
    await server.command(DEVICE, {"type": "turn_off"}, command_id="command-x")
    await wait_until(lambda: events)
    assert (
        events[-1].items()
        >= {
            "event_type": "done",
            "handle": "Gentle Otter",
            "device": "Christmas tree",
            "device_id": DEVICE,
            "action": "turn_off",
            "reason": None,
            "command_id": "command-x",
        }.items()
    )


async def test_a_slider_is_one_event(entry: MockConfigEntry, server: FakeServer, events: list[dict[str, Any]]) -> None:
    for brightness in range(1, 4):
        await server.command(DEVICE, {"type": "set_brightness", "brightness": brightness})
    await server.command(DEVICE, {"type": "turn_off"})
    assert [each["action"] for each in events] == ["set_brightness", "turn_off"]


async def test_refusals_are_events_but_not_a_flood(
    entry: MockConfigEntry, server: FakeServer, events: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event, "REFUSED_INTERVAL", 1.0)
    for _ in range(20):
        await server.command("another", {"type": "turn_off"})
    assert [(each["event_type"], each["reason"], each["device"]) for each in events] == [
        ("refused", "not_exposed", None)
    ]
    await asyncio.sleep(1.0)
    await server.command(DEVICE, {"type": "press"})
    assert (events[-1]["event_type"], events[-1]["reason"]) == ("refused", "not_allowed")


async def test_what_was_superseded_or_replayed_is_no_event(
    entry: MockConfigEntry, server: FakeServer, strip: WledServer, events: list[dict[str, Any]]
) -> None:
    strip.set_faults({"delay_ms": 100})
    await asyncio.gather(*(server.command(DEVICE, {"type": "turn_off"}) for _ in range(4)))
    await server.command(DEVICE, {"type": "turn_off"}, command_id="command-1")
    assert {each["event_type"] for each in events} == {"done"}


async def test_history_says_which_context_a_viewer_had(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    await server.command(DEVICE, {"type": "turn_off"})
    first = state_of(hass, "light.tree").context
    await server.command(DEVICE, {"type": "turn_on"})
    second = state_of(hass, "light.tree").context
    assert first.id != second.id
    assert (first.user_id, first.parent_id) == (None, None)
