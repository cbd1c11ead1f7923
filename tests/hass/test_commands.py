"""The house has the last word: every refusal, whatever the server sends."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import probatio
import pytest
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.house.exposure import offered_effects
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, SetUp, entry_for, is_linked, state_of, subentry_for

OFF = {"type": "turn_off"}


def code(answer: dict[str, Any]) -> str:
    assert answer["ok"] is False
    assert answer["error"]["message"]
    return str(answer["error"]["code"])


async def test_an_unknown_device_is_not_exposed(entry: MockConfigEntry, server: FakeServer) -> None:
    assert code(await server.command("another", OFF)) == "not_exposed"
    assert code(await server.command("light-tree", OFF)) == "not_exposed"


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"type": "set_effect", "effect": "Strobe"}, "invalid"),
        ({"type": "set_effect", "effect": "Lightning"}, "invalid"),
        ({"type": "set_effect", "effect": "rainbow"}, "invalid"),
        ({"type": "set_effect", "effect": "Rainbow", "palette": "None such"}, "invalid"),
        ({"type": "set_color", "kelvin": 2700}, "invalid"),
        ({"type": "press"}, "not_allowed"),
        ({"type": "play_scene"}, "not_allowed"),
        ({"type": "paint", "ranges": [{"start": 0, "stop": 1, "rgb": [1, 2, 3]}]}, "not_allowed"),
    ],
)
async def test_what_the_device_does_not_offer_is_refused(
    entry: MockConfigEntry, server: FakeServer, strip: WledServer, action: dict[str, Any], reason: str
) -> None:
    before = strip.summary()
    assert code(await server.command(DEVICE, action)) == reason
    assert strip.summary() == before


async def test_what_the_owner_does_not_allow_is_refused(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    await set_up(entry_for(server, subentry_for(strip, actions=["turn_on"])))
    await wait_until(lambda: is_linked(hass))
    assert server.got("catalog")[0]["devices"][0]["actions"] == ["turn_on"]
    assert "effects" not in server.got("catalog")[0]["devices"][0]
    assert await server.command(DEVICE, {"type": "turn_on"}) == {"ok": True}
    for action in (OFF, {"type": "set_brightness", "brightness": 1}, {"type": "set_effect", "effect": "Solid"}):
        assert code(await server.command(DEVICE, action)) == "not_allowed"


async def test_an_expired_command_is_refused(entry: MockConfigEntry, server: FakeServer) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    assert code(await server.command(DEVICE, OFF, expires_at=past)) == "expired"


async def test_expiry_is_measured_against_the_servers_clock(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    server.server_time = lambda: datetime.now(UTC) + timedelta(hours=3)
    await set_up(entry_for(server, subentry_for(strip)))
    await wait_until(lambda: is_linked(hass))
    assert await server.command(DEVICE, OFF) == {"ok": True}
    here = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert code(await server.command(DEVICE, OFF, expires_at=here)) == "expired"


async def test_a_replayed_command_is_refused(entry: MockConfigEntry, server: FakeServer) -> None:
    assert await server.command(DEVICE, OFF, command_id="replayed-1") == {"ok": True}
    assert code(await server.command(DEVICE, {"type": "turn_on"}, command_id="replayed-1")) == "duplicate"


async def test_the_newest_wish_wins(entry: MockConfigEntry, server: FakeServer, strip: WledServer) -> None:
    strip.set_faults({"delay_ms": 200})
    wishes = [
        asyncio.create_task(server.command(DEVICE, {"type": "set_brightness", "brightness": brightness}))
        for brightness in range(1, 11)
    ]
    answers = await asyncio.gather(*wishes)
    assert (answers[0], answers[-1]) == ({"ok": True}, {"ok": True})
    assert {code(answer) for answer in answers[1:-1]} == {"superseded"}
    assert strip.summary()["brightness"] == 10


async def test_commands_for_one_device_keep_their_distance(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    started = hass.loop.time()
    for brightness in range(1, 6):
        answer = await server.command(DEVICE, {"type": "set_brightness", "brightness": brightness})
        assert answer == {"ok": True}
    assert hass.loop.time() - started >= 4 * 0.05


async def test_a_closed_house_refuses_and_opens_again(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    switch = {"entity_id": "switch.our_house_open_for_viewers"}
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    await wait_until(lambda: server.last("sharing_state") == {"mode": "closed"})
    assert code(await server.command(DEVICE, OFF)) == "closed"
    await hass.services.async_call("switch", "turn_on", switch, blocking=True)
    await wait_until(lambda: server.last("sharing_state") == {"mode": "open"})
    assert await server.command(DEVICE, OFF) == {"ok": True}


async def test_closing_refuses_what_waits(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    before = strip.summary()["brightness"]
    strip.set_faults({"delay_ms": 200})
    first = asyncio.create_task(server.command(DEVICE, {"type": "set_brightness", "brightness": 50}))
    waiting = asyncio.create_task(server.command(DEVICE, {"type": "set_brightness", "brightness": 99}))
    await asyncio.sleep(0.05)
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": "switch.our_house_open_for_viewers"}, blocking=True
    )
    assert await first == {"ok": True}
    assert code(await waiting) == "closed"
    await wait_until(lambda: strip.summary()["brightness"] == before, "it is as it was before viewers came")


async def test_a_closed_house_stays_closed_after_a_reload(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": "switch.our_house_open_for_viewers"}, blocking=True
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await wait_until(lambda: len(server.got("catalog")) == 2)
    assert server.got("catalog")[-1]["sharing"] == {"mode": "closed"}


async def test_a_device_that_fails_says_so_in_time(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    strip.set_faults({"fail": "hang"})
    started = hass.loop.time()
    assert code(await server.command(DEVICE, OFF)) == "device_failed"
    assert hass.loop.time() - started < 4
    strip.set_faults({"fail": None})


async def test_an_unavailable_device_fails_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    strip.set_faults({"power": "off"})
    await wait_until(lambda: state_of(hass, "light.tree").state == "unavailable", seconds=15)
    await wait_until(lambda: server.last("device_state").get("available") is False)
    assert code(await server.command(DEVICE, OFF)) == "device_failed"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (HomeAssistantError("secret detail"), "device_failed"),
        (probatio.Invalid("secret detail"), "invalid"),
        (RuntimeError("secret detail"), "internal"),
    ],
)
async def test_whatever_an_action_raises_is_answered_without_details(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, error: Exception, reason: str
) -> None:
    async def fail(_call: ServiceCall) -> None:
        raise error

    hass.services.async_register("light", "turn_off", fail)
    answer = await server.command(DEVICE, OFF)
    assert code(answer) == reason
    assert "secret" not in str(answer)
    assert await server.command(DEVICE, {"type": "turn_on"}) == {"ok": True}


def test_strobe_like_effects_are_never_offered() -> None:
    names = ["Solid", "Strobe", "Strobe Mega", "Multi Strobe", "Blink Rainbow", "LIGHTNING", "Police All"]
    names += ["Chase Flash Rnd", "DJ Light", "Sparkle+", "Hyper Sparkle", "Sparkle"]
    assert offered_effects(names) == ("Solid", "Sparkle")


def test_names_that_the_wire_cannot_carry_are_not_offered() -> None:
    assert offered_effects(["", "x" * 65, 5, None, "Solid", "Solid"]) == ("Solid",)
    assert len(offered_effects(str(number) for number in range(1000))) == 300
