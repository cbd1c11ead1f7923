"""A hostile server: nothing outside the allow-list happens, nothing breaks, everything is answered."""

import contextlib
import itertools
import logging
from typing import Any

import pytest
import socketio
from homeassistant.core import Event, HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, is_linked, state_of

GOOD = {
    "command_id": "hostile-1",
    "device_id": DEVICE,
    "action": {"type": "turn_off"},
    "viewer": {"viewer_id": "viewer-1", "handle": "Otter"},
    "expires_at": "2100-01-01T00:00:00+00:00",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"command_id": "short"},
        {"command_id": 12345678},
        {"command_id": "x" * 65},
        {"device_id": "light.tree"},
        {"device_id": "../../secret"},
        {"device_id": None},
        {"action": "turn_off"},
        {"action": {"type": "homeassistant.restart"}},
        {"action": {"type": "turn_off", "type ": 1}, "viewer": None},
        {"action": {"type": "set_color"}},
        {"action": {"type": "set_color", "rgb": [256, 0, 0]}},
        {"action": {"type": "set_color", "rgb": [1.5, 0, 0]}},
        {"action": {"type": "set_color", "rgb": [True, 0, 0]}},
        {"action": {"type": "set_color", "rgb": [1, 2, 3], "kelvin": 2000}},
        {"action": {"type": "set_brightness", "brightness": 0}},
        {"action": {"type": "set_brightness", "brightness": "255"}},
        {"action": {"type": "set_effect", "effect": ""}},
        {"action": {"type": "set_effect", "effect": ["Solid"]}},
        {"action": {"type": "set_effect", "effect": "Solid", "speed": 256}},
        {"action": {"type": "paint", "ranges": []}},
        {"viewer": {"viewer_id": "v", "handle": "x" * 65}},
        {"expires_at": "tomorrow"},
        {"expires_at": "2100-01-01T00:00:00"},
        {"expires_at": 4102444800},
    ],
)
async def test_a_malformed_command_is_answered_and_does_nothing(
    entry: MockConfigEntry, server: FakeServer, strip: WledServer, changes: dict[str, Any]
) -> None:
    before = strip.summary()
    answer = await server.call("device_command", GOOD | changes)
    assert answer["error"]["code"] == "malformed"
    assert len(answer["error"]["message"]) <= 200
    assert strip.summary() == before


@pytest.mark.parametrize("payload", [None, "", "text", 5, [], [[]], {}, b"bytes", True])
async def test_a_command_that_is_no_object_is_malformed(
    entry: MockConfigEntry, server: FakeServer, payload: Any
) -> None:
    answer = await server.call("device_command", payload)
    assert answer["error"]["code"] == "malformed"


@pytest.mark.parametrize("event", ["light.turn_on", "call_service", "catalog", "hello", "", "💡", "x" * 5000])
async def test_an_unknown_event_is_answered(entry: MockConfigEntry, server: FakeServer, event: str) -> None:
    answer = await server.call(event, {"domain": "homeassistant", "service": "restart"})
    assert answer["error"]["code"] == "unknown_event"


async def test_unknown_fields_are_ignored(entry: MockConfigEntry, server: FakeServer, strip: WledServer) -> None:
    smuggled = {"entity_id": "light.other", "service": "homeassistant.restart"}
    command = GOOD | smuggled | {"action": {"type": "turn_off", "entity_id": "all", "transition": 99}}
    assert await server.call("device_command", command) == {"ok": True}
    assert strip.summary()["on"] is False


async def test_a_command_calls_one_action_of_the_closed_table(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    calls: list[Event] = []
    hass.bus.async_listen("call_service", calls.append)
    await server.call("device_command", GOOD | {"service": "homeassistant.restart"})
    await hass.async_block_till_done()
    assert [(call.data["domain"], call.data["service"]) for call in calls] == [("light", "turn_off")]
    assert calls[0].data["service_data"] == {"entity_id": "light.tree", "transition": 0}


@pytest.mark.parametrize(
    "packet", ["2/location,[]", "2/location,[{}]", "2/location,[5]", "2/location,{", "9", "x", "51-/location,[1]"]
)
async def test_a_packet_that_nobody_can_read_costs_the_connection_only(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    server: FakeServer,
    caplog: pytest.LogCaptureFixture,
    packet: str,
) -> None:
    await server.raw(packet)
    for number in itertools.count():
        await wait_until(lambda: server.sids)
        # The first answer may be lost with the connection, or to a packet that is never completed.
        with contextlib.suppress(socketio.exceptions.TimeoutError):
            command = GOOD | {"command_id": f"retry-{number:04}"}
            if await server.call("device_command", command, seconds=0.3) == {"ok": True}:
                break
    await wait_until(lambda: is_linked(hass))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_an_oversized_frame_costs_the_connection_only(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    await server.emit("audience", {"watching": 1, "acting": 0, "padding": "x" * 100_000})
    await wait_until(lambda: len(server.tokens) == 2)
    await wait_until(lambda: is_linked(hass))
    assert viewers(hass) == "unknown"


@pytest.mark.parametrize("audience", [{"watching": -1, "acting": 0}, {"watching": "many", "acting": 0}, None, []])
async def test_a_malformed_audience_changes_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, audience: Any
) -> None:
    await server.emit("audience", {"watching": 3, "acting": 0})
    await wait_until(lambda: viewers(hass) == "3")
    assert (await server.call("audience", audience))["error"]["code"] == "malformed"
    assert viewers(hass) == "3"


async def test_a_flood_is_answered_and_the_strip_is_spared(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    calls: list[Event] = []
    hass.bus.async_listen("call_service", calls.append)
    started = hass.loop.time()
    for number in range(300):
        action = {"type": "set_brightness", "brightness": number % 255 + 1}
        await server.emit("device_command", GOOD | {"command_id": f"flood-{number:04}", "action": action})
    answer = await server.command(DEVICE, {"type": "set_brightness", "brightness": 200})
    assert answer == {"ok": True}
    assert len(calls) <= (hass.loop.time() - started) / 0.05 + 2
    assert strip.summary()["brightness"] == 200


def viewers(hass: HomeAssistant) -> str:
    return state_of(hass, "sensor.our_house_viewers").state
