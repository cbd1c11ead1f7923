"""Turns over the real wire: who may act, what everybody is told."""

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from smartpixels_server.clock import Clock
from smartpixels_server.settings import Settings
from smartpixels_server.turns.crowd import TURNS_FROM
from smartpixels_server.turns.model import GRACE_SECONDS, READY_SECONDS, TURN_SECONDS
from smartpixels_server.turns.sockets import PUSH_SECONDS
from smartpixels_server.viewers.service import ViewerService
from tests.fakes.clock import FakeClock
from tests.fakes.location import LAMP, STAR, FakeLocation
from tests.server.running import Running, until

TURNS = {"mode": "turns"}


@pytest.fixture
def clock(fake_clock: FakeClock) -> Clock:
    return fake_clock


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, trusted_proxies=(ip_network("127.0.0.0/8"),))


@pytest.fixture
async def house(server: Running) -> FakeLocation:
    _, token = await server.new_location()
    house = await server.link(token)
    house.play = TURNS
    await house.send_catalog()
    return house


async def _advance(clock: FakeClock, seconds: float) -> None:
    for _ in range(round(seconds / PUSH_SECONDS)):
        await clock.advance(PUSH_SECONDS)


def _code(answer: dict[str, Any]) -> str:
    return str(answer["error"]["code"])


async def test_free_play_is_what_a_page_sees_first(server: Running) -> None:
    _, token = await server.new_location()
    await server.link(token)
    viewer = await server.view()
    assert viewer.snapshot["turn"] == {"mode": "free", "reason": "few", "waiting": 0, "wait_ms": 0}


async def test_a_turn_from_request_to_pass(server: Running, house: FakeLocation, fake_clock: FakeClock) -> None:
    ann, bob = await server.view(), await server.view()
    assert ann.snapshot["turn"] == {"mode": "turns", "reason": "pinned", "waiting": 0, "wait_ms": 0}
    assert _code(await ann.command("tree", "turn_on")) == "not_your_turn"
    begun = await ann.call("request_turn", {})
    assert begun["mine"]
    assert begun["turn_ms"] == 30_000
    assert (await ann.command("tree", "turn_on"))["ok"]
    assert house.commands[-1]["viewer"]["has_turn"] is True

    waits = await bob.call("request_turn", {})
    assert (waits["place"], waits["waiting"], waits["wait_ms"]) == (1, 1, 30_000)
    assert waits["holder"]["handle"] == ann.snapshot["viewer"]["handle"]
    refused = await bob.command("tree", "turn_off")
    assert _code(refused) == "not_your_turn"
    assert refused["error"]["retry_after_ms"] == 30_000

    assert not (await ann.call("pass_turn", {})).get("mine")
    await _advance(fake_clock, 1)
    await until(lambda: bob.received["turn"] and bob.received["turn"][-1].get("ready_ms"))
    assert (await bob.call("ready", {}))["mine"]
    await _advance(fake_clock, 1)
    await until(lambda: ann.received["turn"][-1].get("holder", {}).get("handle") == bob.snapshot["viewer"]["handle"])
    assert (await bob.command("tree", "turn_off"))["ok"]
    assert _code(await ann.command("tree", "turn_on")) == "not_your_turn"


async def test_the_turn_ends_by_itself(server: Running, house: FakeLocation, fake_clock: FakeClock) -> None:
    ann = await server.view()
    await ann.call("request_turn", {})
    await _advance(fake_clock, TURN_SECONDS)
    assert _code(await ann.command("tree", "turn_on")) == "not_your_turn"


async def test_who_does_not_answer_is_passed_over(server: Running, house: FakeLocation, fake_clock: FakeClock) -> None:
    ann, bob, cleo = await server.view(), await server.view(), await server.view()
    for viewer in (ann, bob, cleo):
        await viewer.call("request_turn", {})
    await _advance(fake_clock, TURN_SECONDS)
    await until(lambda: cleo.received["turn"] and cleo.received["turn"][-1].get("ready_ms"))
    assert bob.received["turn"][-1].get("place") is None
    await _advance(fake_clock, READY_SECONDS)
    assert (await cleo.call("request_turn", {}))["mine"], "an empty line"


async def test_reconnecting_keeps_the_place(server: Running, house: FakeLocation, fake_clock: FakeClock) -> None:
    service = ViewerService(fake_clock, [secret.encode() for secret in server.settings.secrets])
    cookie = service.cookie_for(service.new_viewer("en"))
    ann = await server.view()
    bob = await server.view(cookie=cookie)
    await ann.call("request_turn", {})
    await bob.call("request_turn", {})
    await bob.close()
    await _advance(fake_clock, GRACE_SECONDS - 2)
    again = await server.view(cookie=cookie)
    assert again.snapshot["turn"]["place"] == 1
    await _advance(fake_clock, 3)
    assert (await again.call("request_turn", {}))["place"] == 1
    await again.close()
    await _advance(fake_clock, GRACE_SECONDS + 1)
    cleo = await server.view()
    assert cleo.snapshot["turn"]["waiting"] == 0


async def test_many_people_make_it_turns(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    await server.link(token)
    viewers = [await server.view() for _ in range(TURNS_FROM)]
    for viewer in viewers[:-1]:
        assert (await viewer.command("tree", "turn_on"))["ok"]
    await viewers[-1].command("tree", "turn_on")
    await _advance(fake_clock, 1)
    await until(lambda: viewers[0].received["turn"])
    told = viewers[0].received["turn"][-1]
    assert (told["mode"], told["reason"]) == ("turns", "many")
    assert _code(await viewers[0].command("tree", "turn_on")) == "not_your_turn"
    assert (await viewers[0].call("request_turn", {}))["mine"]


async def test_one_network_is_no_crowd(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    await server.link(token)
    army = [await server.view(address=f"8.8.8.{number}") for number in range(TURNS_FROM + 1)]
    for viewer in army:
        await viewer.command("tree", "turn_on")
    assert (await army[0].command("tree", "turn_on"))["ok"], "still free play"


async def test_a_network_has_a_budget_of_its_own(server: Running, house: FakeLocation) -> None:
    house.play = {"mode": "free"}
    await house.send_catalog()
    answers = []
    for number in range(4):
        viewer = await server.view(address=f"8.8.8.{number}")
        answers += [await viewer.command("tree", "turn_on") for _ in range(20)]
    assert sum(answer["ok"] for answer in answers) == 60
    assert _code(answers[-1]) == "rate_limited"
    assert answers[-1]["tokens"]["left"] == 0
    elsewhere = await server.view(address="9.9.9.9")
    assert (await elsewhere.command("tree", "turn_on"))["ok"]


async def test_free_play_is_shared(server: Running, house: FakeLocation, fake_clock: FakeClock) -> None:
    house.play = {"mode": "free"}
    await house.send_catalog()
    ann, bob = await server.view(), await server.view()
    assert (await ann.command("tree", "turn_on"))["tokens"]["refill_ms"] == 250
    assert (await bob.command("tree", "turn_on"))["tokens"]["refill_ms"] == 500
    await _advance(fake_clock, 21)
    assert (await ann.command("tree", "turn_on"))["tokens"]["refill_ms"] == 250


async def test_a_device_for_who_holds_the_turn(server: Running) -> None:
    _, token = await server.new_location()
    house = await server.link(token, devices=[{**LAMP, "who": "turn_holder"}, STAR])
    viewer = await server.view()
    assert (await viewer.command("star", "turn_on"))["ok"]
    assert "has_turn" not in house.commands[-1]["viewer"]
    assert _code(await viewer.command("tree", "turn_on")) == "not_your_turn"
    await viewer.call("request_turn", {})
    assert (await viewer.command("tree", "turn_on"))["ok"]
    assert house.commands[-1]["viewer"]["has_turn"] is True


async def test_a_device_for_who_is_there(server: Running) -> None:
    _, token = await server.new_location()
    await server.link(token, devices=[{**LAMP, "who": "on_site"}])
    viewer = await server.view()
    assert _code(await viewer.command("tree", "turn_on")) == "not_on_site"


async def test_who_reads_the_code_of_the_house_is_there(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    house = await server.link(token, devices=[{**LAMP, "who": "on_site"}])
    viewer = await server.view(address="8.8.8.8")
    shown = await house.call("on_site_code", {})
    assert shown["valid_ms"] <= 300_000
    assert _code(await viewer.call("on_site", {"code": "WRONG1"})) == "invalid_code"
    assert (await viewer.call("on_site", {"code": shown["code"].lower()}))["on_site_ms"] == 3_600_000
    assert (await viewer.command("tree", "turn_on"))["ok"]
    assert house.commands[-1]["viewer"]["on_site"] is True
    await fake_clock.advance(3601)
    assert _code(await viewer.command("tree", "turn_on")) == "not_on_site"
    assert _code(await viewer.call("on_site", {"code": shown["code"]})) == "invalid_code"


async def test_guessing_the_code_is_slowed_down(server: Running, house: FakeLocation) -> None:
    codes = []
    for number in range(7):
        viewer = await server.view(address=f"8.8.8.{number}")
        codes.append(_code(await viewer.call("on_site", {"code": "WRONG1"})))
    assert codes == ["invalid_code"] * 5 + ["rate_limited"] * 2


async def test_people_who_are_there_are_no_network(server: Running, house: FakeLocation) -> None:
    code = (await house.call("on_site_code", {}))["code"]
    ann, bob = await server.view(address="8.8.8.1"), await server.view(address="8.8.8.2")
    await ann.call("request_turn", {})
    assert "wait_ms" not in await bob.call("request_turn", {})
    await bob.call("pass_turn", {})
    await bob.call("on_site", {"code": code})
    assert (await bob.call("request_turn", {}))["wait_ms"] == 30_000


async def test_the_owner_lets_go(server: Running, house: FakeLocation, fake_clock: FakeClock) -> None:
    ann, bob = await server.view(), await server.view()
    await ann.call("request_turn", {})
    house.play = {}
    await house.send_catalog(revision=2)
    await _advance(fake_clock, 1)
    await until(lambda: bob.received["turn"] and bob.received["turn"][-1]["mode"] == "free")
    assert (await bob.command("tree", "turn_on"))["ok"]


async def test_turns_need_a_join(server: Running) -> None:
    await server.new_location()
    viewer = await server.view("nowhere")
    for event in ("request_turn", "ready", "pass_turn"):
        assert _code(await viewer.call(event, {})) == "join_required"


SCENES = [
    {"device_id": one, "kind": "scene", "name": {"en": one}, "actions": ["play_scene"]}
    for one in ("snow", "evening", "fireworks")
]


async def test_scenes_are_voted_for_while_people_take_turns(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    house = await server.link(token, devices=SCENES)
    viewers = [await server.view() for _ in range(3)]
    assert (await viewers[0].command("snow", "play_scene"))["ok"], "in free play"
    assert _code(await viewers[0].call("vote", {"device_id": "snow"})) == "invalid"
    house.play = TURNS
    await house.send_catalog(revision=2)
    await viewers[0].call("request_turn", {})
    assert _code(await viewers[0].command("snow", "play_scene")) == "together"
    for viewer, scene in zip(viewers, ("snow", "evening", "evening"), strict=True):
        assert (await viewer.call("vote", {"device_id": scene}))["left_ms"] == 20_000
    await viewers[0].call("vote", {"device_id": "snow"})
    await _advance(fake_clock, 1)
    await until(lambda: viewers[0].received["ballot"])
    votes = viewers[0].received["ballot"][-1]["votes"]
    assert votes == [{"device_id": "evening", "votes": 2}, {"device_id": "snow", "votes": 1}]
    await _advance(fake_clock, 20)
    await until(lambda: len(house.commands) == 2)
    assert house.commands[-1]["device_id"] == "evening"
    assert house.commands[-1]["viewer"] == {"viewer_id": "everyone", "handle": "Everyone"}
    assert _code(await viewers[0].call("vote", {"device_id": "evening"})) == "rate_limited"


async def test_a_goal_needs_different_people_at_once(server: Running, fake_clock: FakeClock) -> None:
    _, token = await server.new_location()
    house = await server.link(token, devices=SCENES)
    house.play = {"goals": [{"device_id": "fireworks", "people": 3, "seconds": 20}]}
    await house.send_catalog(revision=2)
    army = [await server.view(address=f"8.8.8.{number}") for number in range(4)]
    assert _code(await army[0].command("fireworks", "play_scene")) == "together"
    for viewer in army:
        ballot = await viewer.call("vote", {"device_id": "fireworks"})
        assert ballot["goals"] == [{"device_id": "fireworks", "people": 1, "needed": 3, "seconds": 20}]
    others = [await server.view(address=f"9.9.{number}.9") for number in range(3)]
    await others[0].call("vote", {"device_id": "fireworks"})
    await _advance(fake_clock, 21)
    await until(lambda: others[0].received["ballot"][-1]["goals"][0]["people"] == 0)
    assert house.commands == []
    for viewer in others:
        await viewer.call("vote", {"device_id": "fireworks"})
    await until(lambda: [command["device_id"] for command in house.commands] == ["fireworks"])


async def test_votes_for_what_is_not_there(server: Running, house: FakeLocation) -> None:
    viewer = await server.view()
    assert _code(await viewer.call("vote", {"device_id": "nothing"})) == "not_exposed"
    assert _code(await viewer.call("vote", {"device_id": "tree"})) == "invalid"
    await house.share(mode="paused")
    assert _code(await viewer.call("vote", {"device_id": "tree"})) == "paused"
