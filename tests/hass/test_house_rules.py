"""The owner's rules hold whatever the server sends: hours, modes, brightness, energy, relays, flashes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.house import power
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, SetUp, StartStrip, entry_for, is_linked, state_of, subentry_for
from tests.hass.test_commands import OFF, code

ON = {"type": "turn_on"}


@pytest.fixture
async def house(hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp) -> Callable[..., Any]:
    """Set up a house with options and with changes to the tree's exposure."""

    async def house(options: dict[str, Any], **exposure: Any) -> MockConfigEntry:
        entry = entry_for(server, subentry_for(strip, **exposure), options=options)
        await set_up(entry)
        await wait_until(lambda: is_linked(hass))
        return entry

    return house


async def select(hass: HomeAssistant, option: str) -> None:
    data = {"entity_id": "select.our_house_sharing_mode", "option": option}
    await hass.services.async_call("select", "select_option", data, blocking=True)


# Hours and modes ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def warsaw(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Be in Warsaw; set the clock. Time goes on from there: sockets do not live in frozen time."""
    await hass.config.async_set_time_zone("Europe/Warsaw")
    hass.config.latitude, hass.config.longitude = 52.23, 21.01

    def set_clock(moment: datetime) -> None:
        ahead = moment - datetime.now(UTC)
        monkeypatch.setattr(dt_util, "utcnow", lambda: datetime.now(UTC) + ahead)

    return set_clock


async def test_hours_open_by_themselves(
    hass: HomeAssistant, house: Callable[..., Any], server: FakeServer, warsaw: Callable[[datetime], None]
) -> None:
    warsaw(datetime(2026, 12, 1, 14, 59, 58, tzinfo=UTC))
    await house({"hours": {"windows": [{"from": "16:00", "until": "22:00"}]}})
    sharing = server.got("catalog")[0]["sharing"]
    assert (sharing["mode"], sharing["next_change"]) == ("closed", "2026-12-01T15:00:00Z")
    assert sharing["reason"] == "Outside opening hours"
    assert code(await server.command(DEVICE, OFF)) == "closed"
    assert state_of(hass, "sensor.our_house_next_change").state == "2026-12-01T15:00:00+00:00"
    assert state_of(hass, "sensor.our_house_sharing_now").state == "closed"
    assert state_of(hass, "select.our_house_sharing_mode").state == "open"
    await wait_until(lambda: server.last("sharing_state") == {"mode": "open", "next_change": "2026-12-01T21:00:00Z"})
    assert state_of(hass, "sensor.our_house_sharing_now").state == "open"
    assert await server.command(DEVICE, OFF) == {"ok": True}


async def test_hours_close_by_themselves_and_bring_back_what_was_there(
    house: Callable[..., Any], server: FakeServer, strip: WledServer, warsaw: Callable[[datetime], None]
) -> None:
    warsaw(datetime(2026, 12, 1, 20, 59, 57, tzinfo=UTC))
    before = strip.summary()["brightness"]
    await house({"hours": {"windows": [{"from": "16:00", "until": "22:00"}]}})
    assert await server.command(DEVICE, {"type": "set_brightness", "brightness": 5}) == {"ok": True}
    await wait_until(lambda: server.last("sharing_state").get("mode") == "closed")
    assert code(await server.command(DEVICE, OFF)) == "closed"
    await wait_until(lambda: strip.summary()["brightness"] == before)


async def test_hours_follow_the_sun_of_the_home(
    house: Callable[..., Any], server: FakeServer, warsaw: Callable[[datetime], None]
) -> None:
    warsaw(datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
    await house({"hours": {"windows": [{"from": "sunset", "until": "sunrise"}]}})
    opens = datetime.fromisoformat(server.last("catalog")["sharing"]["next_change"])
    assert datetime(2026, 12, 1, 14, 15, tzinfo=UTC) < opens < datetime(2026, 12, 1, 14, 40, tzinfo=UTC)


@pytest.mark.parametrize("mode", ["view_only", "paused", "closed"])
async def test_the_mode_is_one_word_in_select_and_switch(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, mode: str
) -> None:
    await select(hass, mode)
    assert code(await server.command(DEVICE, OFF)) == mode
    assert state_of(hass, "select.our_house_sharing_mode").state == mode
    assert state_of(hass, "switch.our_house_open_for_viewers").state == "off"
    await wait_until(lambda: server.last("sharing_state") == {"mode": mode})
    await hass.config_entries.async_reload(entry.entry_id)
    await wait_until(lambda: len(server.got("catalog")) == 2 and is_linked(hass))
    assert server.last("catalog")["sharing"] == {"mode": mode}
    switch = {"entity_id": "switch.our_house_open_for_viewers"}
    await hass.services.async_call("switch", "turn_on", switch, blocking=True)
    assert state_of(hass, "select.our_house_sharing_mode").state == "open"
    assert await server.command(DEVICE, OFF) == {"ok": True}


# Brightness, colors, who -------------------------------------------------------------------------------------------


async def test_the_cap_holds_for_everything_and_outlives_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    number = {"entity_id": "number.our_house_brightness_cap", "value": 20}
    await hass.services.async_call("number", "set_value", number, blocking=True)
    await wait_until(lambda: server.last("catalog")["devices"][0].get("max_brightness") == 51)
    for action in ({"type": "set_brightness", "brightness": 255}, {"type": "set_color", "rgb": [0, 0, 255]}, ON):
        assert await server.command(DEVICE, action) == {"ok": True}
        assert strip.summary()["brightness"] <= 51
    assert await server.command(DEVICE, {"type": "set_effect", "effect": "Rainbow"}) == {"ok": True}
    assert strip.summary()["brightness"] <= 51
    await hass.config_entries.async_reload(entry.entry_id)
    await wait_until(lambda: len(server.got("hello")) == 2 and is_linked(hass))
    assert state_of(hass, "number.our_house_brightness_cap").state == "20"


async def test_a_device_has_a_cap_and_colors_of_its_own(
    house: Callable[..., Any], server: FakeServer, strip: WledServer
) -> None:
    await house({}, limits={"max_brightness": 10, "colors": ["red", "#0000ff"]})
    assert server.last("catalog")["devices"][0]["max_brightness"] == 26
    assert code(await server.command(DEVICE, {"type": "set_color", "rgb": [0, 255, 0]})) == "not_allowed"
    for rgb in ([255, 0, 0], [0, 0, 255]):
        assert await server.command(DEVICE, {"type": "set_color", "rgb": rgb}) == {"ok": True}
    assert strip.summary()["brightness"] <= 26


@pytest.mark.parametrize(
    ("who", "vouched", "refusal"),
    [("turn_holder", "has_turn", "not_your_turn"), ("on_site", "on_site", "not_on_site")],
)
async def test_only_whom_the_owner_means_may_use_it(
    house: Callable[..., Any], server: FakeServer, who: str, vouched: str, refusal: str
) -> None:
    await house({}, limits={"who": who})
    assert server.last("catalog")["devices"][0]["who"] == who
    assert code(await server.command(DEVICE, OFF)) == refusal
    viewer = {"viewer_id": "viewer-1", "handle": "Gentle Otter", vouched: True}
    assert await server.command(DEVICE, OFF, viewer=viewer) == {"ok": True}


async def test_only_allowed_effects_and_palettes_are_offered(house: Callable[..., Any], server: FakeServer) -> None:
    await house({}, limits={"effects": ["Rainbow", "Strobe"], "palettes": ["Party"]})
    device = server.last("catalog")["devices"][0]
    assert (device["effects"], device["palettes"]) == (["Rainbow"], ["Party"])
    assert code(await server.command(DEVICE, {"type": "set_effect", "effect": "Strobe"})) == "invalid"
    assert code(await server.command(DEVICE, {"type": "set_effect", "effect": "Breathe"})) == "invalid"
    assert await server.command(DEVICE, {"type": "set_effect", "effect": "Rainbow"}) == {"ok": True}


# Spacing and flashes -----------------------------------------------------------------------------------------------


async def test_the_owners_spacing_holds_and_off_does_not_wait(
    hass: HomeAssistant, house: Callable[..., Any], server: FakeServer, strip: WledServer
) -> None:
    await house({}, limits={"min_interval": 1.0})
    assert server.last("catalog")["devices"][0]["min_interval_ms"] == 1000
    started = hass.loop.time()
    assert await server.command(DEVICE, ON) == {"ok": True}
    assert await server.command(DEVICE, OFF) == {"ok": True}
    assert hass.loop.time() - started < 0.9
    wishes = [
        asyncio.create_task(server.command(DEVICE, {"type": "set_brightness", "brightness": each}))
        for each in (10, 20, 30)
    ]
    answers = await asyncio.gather(*wishes)
    assert [code(answer) for answer in answers[:-1]] == ["superseded", "superseded"]
    assert answers[-1] == {"ok": True}
    assert strip.summary()["brightness"] == 30
    assert hass.loop.time() - started > 0.9


async def test_nobody_can_make_the_house_flash(
    hass: HomeAssistant, house: Callable[..., Any], server: FakeServer, strip: WledServer
) -> None:
    await house({}, limits={"min_interval": 0})
    changes: list[tuple[float, str]] = []
    hass.bus.async_listen(
        "call_service",
        callback(
            lambda call: (
                changes.append((hass.loop.time(), call.data["service"])) if call.data["domain"] == "light" else None
            )
        ),
    )
    started = hass.loop.time()
    while hass.loop.time() - started < 3:
        await server.command(DEVICE, ON)
        await server.command(DEVICE, OFF)
    ons = [moment for moment, service in changes if service == "turn_on"]
    assert all(later - earlier > 1.0 for earlier, later in zip(ons, ons[3:], strict=False))
    assert len(ons) > 3


# Energy and wear ---------------------------------------------------------------------------------------------------


async def test_the_energy_of_a_night_ends(
    hass: HomeAssistant,
    server: FakeServer,
    start_strip: StartStrip,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(power, "MEASURE_INTERVAL", timedelta(seconds=0.1))
    strip = await start_strip(leds=300)
    entry = entry_for(server, subentry_for(strip), options={"energy": {"limit_wh": 0.002, "reset_hour": 12}})
    await set_up(entry)
    await wait_until(lambda: is_linked(hass))
    assert await server.command(DEVICE, {"type": "set_color", "rgb": [255, 255, 255]}) == {"ok": True}
    await wait_until(lambda: float(state_of(hass, "sensor.tree_power").state) > 1)
    spent = "The energy for tonight is used up"
    await wait_until(lambda: server.last("sharing_state").get("reason") == spent, seconds=20)
    assert state_of(hass, "sensor.our_house_sharing_now").attributes["reason"] == spent
    assert code(await server.command(DEVICE, {"type": "set_color", "rgb": [0, 255, 0]})) == "rate_limited"
    assert await server.command(DEVICE, OFF) == {"ok": True}
    await hass.config_entries.async_reload(entry.entry_id)
    await wait_until(lambda: len(server.got("hello")) == 2 and is_linked(hass))
    assert code(await server.command(DEVICE, {"type": "set_color", "rgb": [0, 255, 0]})) == "rate_limited"
