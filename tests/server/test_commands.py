"""A command's way: every check in its order, one in flight per device, exactly one answer."""

import asyncio
from typing import Any

import pytest

from smartpixels_server.clock import Clock
from smartpixels_server.commands.service import LIFETIME_SECONDS
from tests.fakes.clock import FakeClock
from tests.fakes.location import LAMP, STAR, FakeLocation
from tests.fakes.viewer import FakeViewer
from tests.server.running import Running, until

RED = {"rgb": [255, 0, 0]}
LOOPS = 4
"""How many loops of the server sleep all the time."""


@pytest.fixture
def clock(fake_clock: FakeClock) -> Clock:
    return fake_clock


@pytest.fixture
async def house(server: Running) -> FakeLocation:
    _, token = await server.new_location()
    return await server.link(token)


@pytest.fixture
async def viewer(server: Running, house: FakeLocation) -> FakeViewer:
    return await server.view()


class Slow:
    """Answers of a location that come when the test says so."""

    def __init__(self, house: FakeLocation) -> None:
        self.waiting: list[asyncio.Future[dict[str, Any]]] = []
        house.answer = self.answer

    async def answer(self, _command: dict[str, Any]) -> dict[str, Any]:
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        return await future

    async def finish(self, number: int) -> None:
        await until(lambda: len(self.waiting) > number)
        self.waiting[number].set_result({"ok": True})


def _code(answer: dict[str, Any]) -> str:
    return str(answer["error"]["code"])


@pytest.mark.parametrize(
    ("device_id", "action", "fields", "code"),
    [
        ("nothing", "turn_on", {}, "not_exposed"),
        ("star", "turn_off", {}, "not_allowed"),
        ("tree", "press", {}, "not_allowed"),
        ("tree", "set_effect", {"effect": "Strobe"}, "invalid"),
        ("tree", "set_effect", {"effect": "Rainbow", "palette": "Unknown"}, "invalid"),
        ("tree", "paint", {"ranges": [{"start": 29, "stop": 31, "rgb": [1, 2, 3]}]}, "invalid"),
        ("tree", "set_brightness", {"brightness": 201}, "invalid"),
        ("tree", "set_color", {"kelvin": 2000}, "invalid"),
        ("star", "set_color", {"kelvin": 3000}, "invalid"),
    ],
)
async def test_what_a_device_does_not_take(
    viewer: FakeViewer, house: FakeLocation, device_id: str, action: str, fields: dict[str, Any], code: str
) -> None:
    answer = await viewer.command(device_id, action, **fields)
    assert _code(answer) == code
    assert answer["tokens"]["left"] == 20, "a refusal of this kind costs nothing"
    assert house.commands == []


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("turn_on", {}),
        ("turn_off", {}),
        ("set_color", RED),
        ("set_color", {"kelvin": 3000}),
        ("set_brightness", {"brightness": 200}),
        ("set_effect", {"effect": "Rainbow", "palette": "Party", "speed": 1, "intensity": 255}),
        ("paint", {"ranges": [{"start": 0, "stop": 30, "rgb": [1, 2, 3]}]}),
    ],
)
async def test_what_it_takes(viewer: FakeViewer, house: FakeLocation, action: str, fields: dict[str, Any]) -> None:
    assert (await viewer.command("tree", action, **fields))["ok"]
    assert house.commands[0]["action"] == {"type": action, **fields}


@pytest.mark.parametrize("mode", ["view_only", "paused", "closed"])
async def test_the_owner_decides(viewer: FakeViewer, house: FakeLocation, mode: str) -> None:
    await house.share(mode=mode, reason="Good night")
    answer = await viewer.command("tree", "turn_off")
    assert answer["error"] == {"code": mode, "message": "Good night"}
    assert house.commands == []


async def test_an_offline_location(viewer: FakeViewer, house: FakeLocation) -> None:
    await house.close()
    await until(lambda: viewer.received["location_state"])
    assert _code(await viewer.command("tree", "turn_on")) == "offline"


async def test_a_command_counts_once(viewer: FakeViewer, house: FakeLocation) -> None:
    assert (await viewer.command("tree", "turn_on", command_id="the-same-id"))["ok"]
    assert _code(await viewer.command("tree", "turn_on", command_id="the-same-id")) == "duplicate"
    assert len(house.commands) == 1


async def test_another_viewer_cannot_replay_it(server: Running, viewer: FakeViewer) -> None:
    await viewer.command("tree", "turn_on", command_id="the-same-id")
    other = await server.view()
    assert _code(await other.command("tree", "turn_on", command_id="the-same-id")) == "duplicate"


async def test_the_budget_of_a_viewer(server: Running, viewer: FakeViewer, fake_clock: FakeClock) -> None:
    for left in reversed(range(20)):
        answer = await viewer.command("tree", "turn_on")
        assert answer == {"ok": True, "tokens": {"left": left, "capacity": 20, "refill_ms": 250}}
    refused = await viewer.command("tree", "turn_on", command_id="refused-once")
    assert refused["error"]["code"] == "rate_limited"
    assert refused["error"]["retry_after_ms"] == 250
    assert (await (await server.view()).command("tree", "turn_on"))["ok"], "others have their own"
    await fake_clock.advance(0.5)
    assert (await viewer.command("tree", "turn_on", command_id="refused-once"))["ok"], "may be tried again"


async def test_the_newest_waiting_command_wins(viewer: FakeViewer, house: FakeLocation) -> None:
    slow = Slow(house)
    first = asyncio.create_task(viewer.command("tree", "set_color", rgb=[1, 0, 0]))
    await until(lambda: len(slow.waiting) == 1)
    second = asyncio.create_task(viewer.command("tree", "set_color", rgb=[2, 0, 0]))
    third = asyncio.create_task(viewer.command("tree", "set_color", rgb=[3, 0, 0]))
    assert _code(await second) == "superseded"
    assert len(house.commands) == 1
    await slow.finish(0)
    await slow.finish(1)
    assert (await first)["ok"]
    assert (await third)["ok"]
    assert [command["action"]["rgb"][0] for command in house.commands] == [1, 3]


async def test_devices_do_not_wait_for_each_other(viewer: FakeViewer, house: FakeLocation) -> None:
    slow = Slow(house)
    tree = asyncio.create_task(viewer.command("tree", "turn_on"))
    star = asyncio.create_task(viewer.command("star", "turn_on"))
    await slow.finish(0)
    await slow.finish(1)
    assert (await tree)["ok"]
    assert (await star)["ok"]


async def test_a_device_rests_between_commands(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    house = await server.link(token, devices=[{**LAMP, "min_interval_ms": 2000}])
    viewer = await server.view()
    assert (await viewer.command("tree", "turn_on"))["ok"]
    waiting = asyncio.create_task(viewer.command("tree", "turn_off"))
    await until(lambda: fake_clock.sleepers >= LOOPS + 1)
    await fake_clock.advance(1.9)
    assert len(house.commands) == 1
    await fake_clock.advance(0.2)
    assert (await waiting)["ok"]
    assert len(house.commands) == 2


async def test_a_long_rest_is_said_at_once(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    await server.link(token, devices=[{**STAR, "min_interval_ms": 60_000}])
    viewer = await server.view()
    assert (await viewer.command("star", "turn_on"))["ok"]
    answer = await viewer.command("star", "turn_on")
    assert answer["error"]["code"] == "rate_limited"
    assert answer["error"]["retry_after_ms"] == 60_000
    await fake_clock.advance(60)
    assert (await viewer.command("star", "turn_on"))["ok"]


async def test_a_location_that_does_not_answer(viewer: FakeViewer, house: FakeLocation, fake_clock: FakeClock) -> None:
    slow = Slow(house)
    sent = asyncio.create_task(viewer.command("tree", "turn_on"))
    await until(lambda: slow.waiting)
    waiting = asyncio.create_task(viewer.command("tree", "turn_off"))
    await until(lambda: fake_clock.sleepers >= LOOPS + 2)
    await fake_clock.advance(LIFETIME_SECONDS)
    assert _code(await sent) == "expired"
    assert _code(await waiting) == "expired"
    assert len(house.commands) == 1, "a stale command is not sent"
    house.answer = house.obey
    assert (await viewer.command("tree", "turn_on"))["ok"], "the device is free again"


async def test_a_late_answer_disturbs_nothing(viewer: FakeViewer, house: FakeLocation, fake_clock: FakeClock) -> None:
    slow = Slow(house)
    sent = asyncio.create_task(viewer.command("tree", "turn_on"))
    await until(lambda: slow.waiting)
    await fake_clock.advance(LIFETIME_SECONDS)
    assert _code(await sent) == "expired"
    await slow.finish(0)
    assert (await house.report("tree", on=True))["ok"]
    assert viewer.received["activity"] == []


async def test_the_command_says_when_it_expires(viewer: FakeViewer, house: FakeLocation) -> None:
    await viewer.command("tree", "turn_on")
    assert house.commands[0]["expires_at"] == "2026-12-06T17:00:05Z"


async def test_a_link_lost_meanwhile(viewer: FakeViewer, house: FakeLocation) -> None:
    slow = Slow(house)
    sent = asyncio.create_task(viewer.command("tree", "turn_on"))
    await until(lambda: slow.waiting)
    waiting = asyncio.create_task(viewer.command("tree", "turn_off"))
    await house.close()
    assert _code(await sent) == "offline"
    assert _code(await waiting) == "offline"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"ok": False, "error": {"code": "closed", "message": "At night"}}, "closed"),
        ({"ok": False, "error": {"code": "rate_limited", "message": "", "retry_after_ms": 900}}, "rate_limited"),
        ({"ok": False, "error": {"code": "device_failed", "message": "No answer"}}, "device_failed"),
        ({"ok": False, "error": {"code": "no such code", "message": ""}}, "device_failed"),
        ({"ok": False}, "device_failed"),
        ({"ok": "yes"}, "device_failed"),
        ({}, "device_failed"),
        (None, "device_failed"),
        (["ok"], "device_failed"),
        ("ok", "device_failed"),
    ],
)
async def test_the_locations_answer_is_passed_on(
    viewer: FakeViewer, house: FakeLocation, answer: dict[str, Any], code: str
) -> None:
    async def say(_command: dict[str, Any]) -> dict[str, Any]:
        return answer

    house.answer = say
    assert _code(await viewer.command("tree", "turn_on")) == code
    assert viewer.received["activity"] == []


async def test_the_last_twenty_are_remembered(server: Running, viewer: FakeViewer, fake_clock: FakeClock) -> None:
    for number in range(21):
        await fake_clock.advance(1)
        assert (await viewer.command("tree", "turn_on", command_id=f"command-number-{number}"))["ok"]
    activity = (await server.view()).snapshot["activity"]
    assert [entry["command_id"] for entry in activity] == [f"command-number-{number}" for number in range(1, 21)]
    assert activity[-1] == {
        "command_id": "command-number-20",
        "device_id": "tree",
        "action": "turn_on",
        "viewer": viewer.snapshot["viewer"],
        "at": "2026-12-06T17:00:21Z",
    }


async def test_the_state_names_the_command(viewer: FakeViewer) -> None:
    await viewer.command("tree", "set_color", command_id="the-red-one", **RED)
    await until(lambda: viewer.states["tree"].get("command_id") == "the-red-one")


async def test_one_log_line_per_hop(viewer: FakeViewer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", "smartpixels_server"):
        await viewer.command("tree", "turn_on", command_id="the-logged-one")
        await until(lambda: viewer.states["tree"].get("command_id") == "the-logged-one")
    lines = [record.getMessage() for record in caplog.records if "the-logged-one" in record.getMessage()]
    assert [line.split()[0] for line in lines] == ["/viewer", "Command", "Command", "/location", "Command"]
