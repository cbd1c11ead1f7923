"""What viewers did, as an owner reads it."""

from collections.abc import Callable
from typing import Any

import pytest
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.logbook import async_describe_events
from custom_components.smartpixels.words import async_load_words
from tests.fakes.server import FakeServer
from tests.hass.conftest import DEVICE

type Read = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(hass: HomeAssistant, entry: MockConfigEntry) -> list[tuple[Event, dict[str, Any]]]:
    """Collect each of our events with its line."""
    read: list[tuple[Event, dict[str, Any]]] = []

    def describe(_domain: str, event_type: str, line: Callable[[Event], dict[str, Any]]) -> None:
        hass.bus.async_listen(event_type, callback(lambda event: read.append((event, line(event)))))

    async_describe_events(hass, describe)
    return read


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ({"type": "set_color", "rgb": [255, 0, 0]}, "turned red, by Gentle Otter on SmartPixels"),
        ({"type": "set_color", "rgb": [1, 2, 3]}, "turned #010203, by Gentle Otter on SmartPixels"),
        ({"type": "set_brightness", "brightness": 64}, "set to 25 %, by Gentle Otter on SmartPixels"),
        ({"type": "set_effect", "effect": "Rainbow"}, "started Rainbow, by Gentle Otter on SmartPixels"),
        ({"type": "turn_off"}, "turned off, by Gentle Otter on SmartPixels"),
    ],
)
async def test_a_command_is_a_line_and_the_cause_of_the_change(
    hass: HomeAssistant,
    server: FakeServer,
    lines: list[tuple[Event, dict[str, Any]]],
    action: dict[str, Any],
    line: str,
) -> None:
    changes: list[Event[EventStateChangedData]] = []

    @callback
    def on_change(change: Event[EventStateChangedData]) -> None:
        changes.append(change)

    hass.bus.async_listen(EVENT_STATE_CHANGED, on_change)
    assert await server.command(DEVICE, action) == {"ok": True}
    ((event, read),) = lines
    assert read == {"name": "Tree", "message": line, "entity_id": "light.tree"}
    caused = [change for change in changes if change.context.id == event.context.id]
    assert {change.data["entity_id"] for change in caused} >= {"light.tree"}
    assert all(event.time_fired <= change.time_fired for change in caused)


async def test_refusals_are_no_lines(server: FakeServer, lines: list[Any]) -> None:
    await server.command("another", {"type": "turn_off"})
    assert not lines


async def test_a_ban_is_a_line_with_its_reason(hass: HomeAssistant, server: FakeServer, lines: list[Any]) -> None:
    hass.config.language = "pl"
    await async_load_words(hass)
    await server.command(DEVICE, {"type": "turn_off"})
    for action, data in (("ban_viewer", {"reason": "Psoty"}), ("unban_viewer", {"viewer": "viewer-1"})):
        await hass.services.async_call("smartpixels", action, {"config_entry_id": "entry-1"} | data, blocking=True)
    assert [line for _, line in lines[1:]] == [
        {"name": "Our house", "message": "zablokowano Gentle Otter na SmartPixels: Psoty"},
        {"name": "Our house", "message": "odblokowano Gentle Otter na SmartPixels"},
    ]
