"""One pause stops what runs, cancels what waits and brings back the scene that was there before."""

import asyncio

import pytest
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, SetUp, change, entry_for, is_linked, state_of, subentry_for
from tests.hass.test_commands import OFF, code

A_MOMENT = 0.005
"""Minutes of quiet that a test can wait for."""

RED = {"type": "set_color", "rgb": [255, 0, 0]}


async def pause(hass: HomeAssistant) -> None:
    await hass.services.async_call("smartpixels", "pause", {"config_entry_id": "entry-1"}, blocking=True)


async def test_a_pause_brings_back_color_brightness_and_effect(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    await change(strip, {"on": True, "bri": 90, "seg": [{"fx": 9, "sx": 70, "ix": 30, "pal": 3, "col": [[1, 2, 3]]}]})
    await wait_until(lambda: state_of(hass, "light.tree").attributes.get("brightness") == 90)
    before = dict(state_of(hass, "light.tree").attributes)
    assert await server.command(DEVICE, RED) == {"ok": True}
    assert await server.command(DEVICE, {"type": "set_effect", "effect": "Rainbow", "speed": 10}) == {"ok": True}
    assert await server.command(DEVICE, {"type": "set_brightness", "brightness": 5}) == {"ok": True}
    await pause(hass)
    await wait_until(lambda: dict(state_of(hass, "light.tree").attributes) == before)


async def test_a_pause_turns_off_what_was_off(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    await change(strip, {"on": False})
    await wait_until(lambda: state_of(hass, "light.tree").state == "off")
    assert await server.command(DEVICE, RED) == {"ok": True}
    assert strip.summary()["on"]
    await pause(hass)
    await wait_until(lambda: not strip.summary()["on"])


async def test_a_pause_waits_for_what_runs_and_refuses_what_waits(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    before = strip.summary()["brightness"]
    strip.set_faults({"delay_ms": 200})
    running = asyncio.create_task(server.command(DEVICE, {"type": "set_brightness", "brightness": 50}))
    waiting = asyncio.create_task(server.command(DEVICE, {"type": "set_brightness", "brightness": 99}))
    await asyncio.sleep(0.05)
    await pause(hass)
    assert (await running, code(await waiting)) == ({"ok": True}, "paused")
    await wait_until(lambda: strip.summary()["brightness"] == before)


async def test_what_the_owner_changed_since_is_not_undone(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer, hass_admin_user: MockUser
) -> None:
    assert await server.command(DEVICE, RED) == {"ok": True}
    owner = Context(user_id=hass_admin_user.id)
    await hass.services.async_call(
        "light", "turn_on", {"entity_id": "light.tree", "brightness": 33}, blocking=True, context=owner
    )
    await pause(hass)
    await hass.async_block_till_done()
    assert strip.summary()["brightness"] == 33


async def test_a_device_that_does_not_answer_does_not_stop_a_pause(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer, caplog: pytest.LogCaptureFixture
) -> None:
    assert await server.command(DEVICE, RED) == {"ok": True}
    strip.set_faults({"fail": "drop"})
    await pause(hass)
    await wait_until(lambda: "for the owner's scene failed" in caplog.text)
    assert code(await server.command(DEVICE, OFF)) == "paused"


async def test_what_was_there_returns_when_viewers_are_quiet(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    before = strip.summary()["brightness"]
    await set_up(entry_for(server, subentry_for(strip), options={"quiet": {"minutes": 4 * A_MOMENT}}))
    await wait_until(lambda: is_linked(hass))
    assert await server.command(DEVICE, {"type": "set_brightness", "brightness": 5}) == {"ok": True}
    assert strip.summary()["brightness"] == 5
    await server.stop()
    await wait_until(lambda: strip.summary()["brightness"] == before, "also without a link")


@pytest.mark.parametrize(
    ("choice", "shown"),
    [({"effect": "Rainbow"}, ("effect", "Rainbow")), ({"scene": "scene.evening"}, ("brightness", 77))],
)
async def test_an_attraction_runs_when_viewers_are_quiet(
    hass: HomeAssistant,
    server: FakeServer,
    strip: WledServer,
    set_up: SetUp,
    *,
    choice: dict[str, str],
    shown: tuple[str, object],
) -> None:
    scene = {"name": "Evening", "entities": {"light.tree": {"state": "on", "brightness": 77}}}
    assert await async_setup_component(hass, "scene", {"scene": [{"platform": "homeassistant", "states": [scene]}]})
    await set_up(entry_for(server, subentry_for(strip), options={"quiet": {"minutes": A_MOMENT, **choice}}))
    await wait_until(lambda: is_linked(hass))
    assert await server.command(DEVICE, RED) == {"ok": True}
    await wait_until(lambda: state_of(hass, "light.tree").attributes.get(shown[0]) == shown[1])


async def test_nothing_happens_by_itself_when_the_owner_says_never(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    await set_up(entry_for(server, subentry_for(strip), options={"quiet": {"minutes": 0}}))
    await wait_until(lambda: is_linked(hass))
    assert await server.command(DEVICE, {"type": "set_brightness", "brightness": 5}) == {"ok": True}
    await asyncio.sleep(A_MOMENT * 120)
    assert strip.summary()["brightness"] == 5
