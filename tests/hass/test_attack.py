"""A hostile server against a whole house: nothing but the closed table ever happens, and the owner is told.

One Home Assistant lives through all attacks of a test, so that they add up.
"""

import asyncio
import contextlib
import gc
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
import socketio
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, ServiceCall, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from hypothesis import HealthCheck, given, settings

from custom_components.smartpixels.link.socket import MOST_AT_ONCE
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.attacks import Frame, attacks, bursts
from tests.hass.conftest import DEVICE, SetUp, StartStrip, entry_for, is_linked, subentry_for
from tests.house.flash_checker import is_saturated_red, luminance, most_flashes

ALLOWED = {
    ("light", "turn_on"): {"entity_id", "transition", "brightness", "rgb_color", "color_temp_kelvin", "effect"},
    ("light", "turn_off"): {"entity_id", "transition"},
    ("smartpixels", "set_effect"): {"entity_id", "effect", "palette", "speed", "intensity", "brightness"},
    ("switch", "turn_on"): {"entity_id"},
    ("switch", "turn_off"): {"entity_id"},
}
"""All that this house's two exposed things can be asked for."""

EXPOSED = {"light.tree", "switch.fountain"}
EFFECTS = {"Solid", "Rainbow"}
MOST_CHANGES_A_SECOND = 10
"""Four a second are the usual spacing, counted at both ends; "off" may follow each."""

hostile = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Witness:
    """Sees what Home Assistant is asked for and what the strip does."""

    def __init__(self, hass: HomeAssistant, strip: WledServer) -> None:
        self.calls: list[tuple[float, dict[str, Any]]] = []
        self.changes: list[float] = []
        self._loop = hass.loop
        state = strip.controller.state
        self._first = (state.on, state.brightness, (255, 160, 0))
        hass.bus.async_listen(EVENT_CALL_SERVICE, self._on_call)
        strip.controller.subscribe(lambda: self.changes.append(self._loop.time()))

    @callback
    def _on_call(self, event: Event) -> None:
        self.calls.append((self._loop.time(), dict(event.data)))

    def check(self) -> None:
        """Fail unless all of it is within the house's rules."""
        for _, call in self.calls:
            action, data = (call["domain"], call["service"]), call["service_data"]
            assert action in ALLOWED, call
            assert data.keys() <= ALLOWED[action], call
            assert {data["entity_id"]} <= EXPOSED, call
            assert data.get("effect", "Solid") in EFFECTS, call
        assert _most_in_a_second(self.changes) <= MOST_CHANGES_A_SECOND
        assert _most_in_a_second([time for time, _ in self.calls]) <= 2 * MOST_CHANGES_A_SECOND
        light, red = self._timelines()
        assert most_flashes(light, lambda levels: levels[0]) <= 3
        assert most_flashes(red, lambda levels: levels[0], step=1) <= 3

    def _timelines(self) -> tuple[list[tuple[float, list[float]]], list[tuple[float, list[float]]]]:
        on, brightness, rgb = self._first
        light, red = [(0.0, [luminance(on, brightness, rgb)])], [(0.0, [0.0])]
        for time, call in self.calls:
            data = call["service_data"]
            if data["entity_id"] != "light.tree":
                continue
            on = call["service"] != "turn_off"
            brightness = data.get("brightness", brightness)
            rgb = tuple(data.get("rgb_color", rgb))
            light.append((time, [luminance(on, brightness, rgb)]))
            red.append((time, [float(on and brightness > 200 and is_saturated_red(rgb))]))
        return light, red


def _most_in_a_second(times: list[float]) -> int:
    return max(
        (sum(first <= time < first + 1 for time in times[number:]) for number, first in enumerate(times)), default=0
    )


def _subentry(subentry_id: str, kind: str, reference: str, actions: list[str]) -> ConfigSubentryDataWithId:
    said = {"kind": kind, "exposed": True, "name_en": "Fountain", "actions": actions}
    return ConfigSubentryDataWithId(
        data={"entity": reference, "exposure": {"": said}},
        subentry_id=subentry_id,
        subentry_type="adopted",
        title="Fountain",
        unique_id=reference,
    )


async def _template_switch(hass: HomeAssistant) -> None:
    """Make an owner's own switch, which viewers may press, and one that they must not even know."""
    off: dict[str, Any] = {"turn_on": [], "turn_off": []}
    switches = [off | {"name": name, "unique_id": name.lower()} for name in ("Fountain", "Heating")]
    assert await async_setup_component(hass, "template", {"template": [{"switch": switches}]})
    for action in ("unlock", "open"):
        hass.services.async_register("lock", action, _never)
    hass.services.async_register("homeassistant", "restart", _never)
    hass.states.async_set("lock.front_door", "locked")
    await hass.async_block_till_done()


async def _never(call: ServiceCall) -> None:
    pytest.fail(f"somebody called {call.domain}.{call.service}")


@pytest.fixture
async def house(
    hass: HomeAssistant, server: FakeServer, start_strip: StartStrip, set_up: SetUp
) -> AsyncIterator[Witness]:
    """A linked location: a tree and a fountain for viewers; a bedroom lamp, a heating and a lock not for them."""
    strip, bedroom = await start_strip(), await start_strip(name="Bedroom")
    await _template_switch(hass)
    private = subentry_for(bedroom, exposed=False) | {"subentry_id": "bedroom-subentry"}
    fountain = _subentry("fountain-subentry", "relay", "switch.fountain", ["turn_on", "turn_off"])
    # Not a wish in sight needs `paint`; all else that lights do is allowed, of effects a few.
    tree = subentry_for(strip, limits={"effects": sorted(EFFECTS)})
    await set_up(entry_for(server, tree, private, fountain))
    await wait_until(lambda: is_linked(hass), "the link is open")
    witness = Witness(hass, strip)
    touched: list[None] = []
    bedroom.controller.subscribe(lambda: touched.append(None))
    yield witness
    witness.check()
    assert not touched
    assert hass.states.get("lock.front_door").state == "locked"  # type: ignore[union-attr]


async def _send(server: FakeServer, frame: Frame) -> None:
    """Send it, if there is a link now; a cut one is what the server asked for."""
    event, payload = frame
    with contextlib.suppress(IndexError, KeyError, OSError):
        if event == "raw":
            await server.raw(payload)
        else:
            await server.emit(event, payload)
    await asyncio.sleep(0)


async def _until_it_answers(hass: HomeAssistant, server: FakeServer) -> dict[str, Any]:
    """Return the answer to "off" of a house that lives."""
    while True:
        await wait_until(lambda: server.sids and is_linked(hass), "the link is back")
        wish = server.wish(DEVICE, {"type": "turn_off"})
        with contextlib.suppress(socketio.exceptions.TimeoutError, IndexError):
            answer: dict[str, Any] = await server.call("device_command", wish, seconds=1)
            return answer


@given(attack=attacks)
@hostile
async def test_no_attack_gets_beyond_the_closed_table(
    hass: HomeAssistant, server: FakeServer, house: Witness, attack: list[Frame]
) -> None:
    for frame in attack:
        await _send(server, frame)
    answer = await _until_it_answers(hass, server)
    assert answer["ok"] or answer["error"]["code"] in {"rate_limited", "superseded"}
    house.check()


@given(burst=bursts)
@hostile
async def test_bursts_of_good_looking_wishes_keep_the_spacing_and_never_flash(
    hass: HomeAssistant, server: FakeServer, house: Witness, burst: list[dict[str, Any]]
) -> None:
    before = len(house.calls)
    for command in burst:
        await _send(server, ("device_command", command))
        await asyncio.sleep(0.002)
    await _until_it_answers(hass, server)
    assert len(house.calls) > before
    house.check()


async def test_a_thousand_commands_a_second_spare_the_strip_and_the_memory(
    hass: HomeAssistant, server: FakeServer, house: Witness
) -> None:
    number = itertools.count()

    async def flood(seconds: int) -> None:
        for each in range(seconds * 1000):
            if each % 50 == 0:
                await asyncio.sleep(max(0, start + each / 1000 - hass.loop.time()))
            action = {"type": "set_color", "rgb": [each % 2 * 255] * 3}
            viewer = {"viewer_id": f"viewer-{next(number)}", "handle": f"Otter {each}"}
            await server.emit("device_command", server.wish(DEVICE, action) | {"viewer": viewer})
        await _until_it_answers(hass, server)

    start = hass.loop.time()
    await flood(3)
    house.check()
    assert 1 <= len(house.changes) <= MOST_CHANGES_A_SECOND * (hass.loop.time() - start + 1)
    before = _objects(house, server)
    start = hass.loop.time()
    await flood(3)
    # One object a command would be three thousand.
    assert _objects(house, server) - before < 1000


async def test_a_burst_leaves_others_their_turn_in_the_loop(
    hass: HomeAssistant, server: FakeServer, house: Witness
) -> None:
    taken = [0]

    def tick() -> None:
        """Begin to count anew in every round of the loop."""
        if sum(taken) < 1000:
            taken.append(0)
            hass.loop.call_soon(tick)

    def take(_event: str) -> None:
        taken[-1] += 1

    link = hass.config_entries.async_loaded_entries("smartpixels")[0].runtime_data.link
    stop = link.add_unreadable_listener(take)
    tick()
    server.burst(f'2/location,["burst",{number}]' for number in range(1000))
    await wait_until(lambda: sum(taken) == 1000, "all is taken in")
    stop()
    assert max(taken) <= 2 * MOST_AT_ONCE


def _objects(house: Witness, server: FakeServer) -> int:
    """Return how many objects live, without what the test itself keeps."""
    house.check()
    for kept in (house.calls, house.changes, server.frames):
        del kept[:]
    gc.collect()
    return len(gc.get_objects())


async def test_the_owner_is_told_what_was_refused(hass: HomeAssistant, server: FakeServer, house: Witness) -> None:
    for number in range(20):
        await server.command(f"bedroom-{number}", {"type": "turn_on"})
    issue = _issue(hass)
    assert issue is not None
    assert not issue.is_fixable
    said = issue.translation_placeholders or {}
    assert said["not_exposed"] == "20"
    assert said["examples"] == ", ".join(f"`bedroom-{number}`" for number in range(15, 20))
    # Ten times worse is news.
    for number in range(200):
        await server.emit("unlock `the` [door](http://evil)\n" * (number % 2 + 1), {"lock": number})
    await _until_it_answers(hass, server)
    said = _issue(hass).translation_placeholders or {}  # type: ignore[union-attr]
    assert int(said["malformed"]) >= 180
    assert "unlock ?the? ?door??http:??evil??" in said["examples"]
    assert said["not_offered"] == said["repeated"] == said["flood"] == "0"


async def test_each_kind_of_oddity_is_counted(hass: HomeAssistant, server: FakeServer, house: Witness) -> None:
    wish = server.wish(DEVICE, {"type": "turn_off"})
    for _ in range(10):
        await server.call("device_command", wish)
    for action in ({"type": "paint", "ranges": [{"start": 0, "stop": 1, "rgb": [1, 2, 3]}]}, {"type": "press"}):
        await server.command(DEVICE, action)
    await server.command(DEVICE, {"type": "set_effect", "effect": "Strobe"})
    for number in range(15):
        await server.command(
            DEVICE, {"type": "turn_off"}, command_id=f"late-{number:04}", expires_at="2020-01-01T00:00:00Z"
        )
    for _ in range(10):
        await server.call("device_command", {"device_id": DEVICE})
    said = _issue(hass).translation_placeholders or {}  # type: ignore[union-attr]
    counts = {kind: int(said[kind]) for kind in ("not_exposed", "not_offered", "repeated", "malformed", "flood")}
    assert counts == {"not_exposed": 0, "not_offered": 3, "repeated": 9, "malformed": 7, "flood": 15}


async def test_viewers_of_a_good_server_raise_no_suspicion(
    hass: HomeAssistant, server: FakeServer, house: Witness
) -> None:
    for number in range(25):
        await server.command(DEVICE, {"type": "set_brightness", "brightness": number + 1})
    assert _issue(hass) is None


async def test_the_next_clean_start_clears_the_notice(hass: HomeAssistant, server: FakeServer, house: Witness) -> None:
    for number in range(20):
        await server.command(f"bedroom-{number}", {"type": "turn_on"})
    assert _issue(hass) is not None
    await hass.config_entries.async_reload("entry-1")
    await _until_it_answers(hass, server)
    assert _issue(hass) is None


def _issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue("smartpixels", "refused_commands_entry-1")
