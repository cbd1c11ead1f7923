"""Two nodes on one Redis and one database: nobody notices which one they talk to."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from itertools import count
from typing import Any

import aiohttp
import pytest

from smartpixels_server.settings import Settings
from tests.fakes.programs import Program
from tests.server.nodes import PATIENCE, Pair, two_nodes
from tests.server.running import until
from tests.waiting import wait_until

_prefixes = count(1)


@pytest.fixture
async def pair(settings: Settings, redis_program: Program) -> AsyncGenerator[Pair]:
    url = f"redis://127.0.0.1:{redis_program.port}/0?prefix=nodes-{next(_prefixes)}"
    async with two_nodes(replace(settings, redis_url=url)) as pair:
        yield pair


async def test_viewers_on_one_control_a_location_on_the_other(pair: Pair) -> None:
    house = await pair.link(pair.b)
    near, far = await pair.view(pair.b), await pair.view(pair.a)
    assert far.snapshot["link"]["online"]
    assert [device["device_id"] for device in far.snapshot["devices"]] == ["tree", "star"]

    assert (await far.command("tree", "set_color", rgb=[255, 0, 0]))["ok"]
    assert [command["action"]["rgb"] for command in house.commands] == [[255, 0, 0]]
    await until(lambda: all(viewer.states["tree"].get("rgb") == [255, 0, 0] for viewer in (near, far)))
    await until(lambda: all(viewer.received["activity"] for viewer in (near, far)))
    late = await pair.view(pair.a)
    assert late.states["tree"]["rgb"] == [255, 0, 0]
    assert len(late.snapshot["activity"]) == 1


async def test_a_refusal_comes_back_with_its_reason(pair: Pair) -> None:
    house = await pair.link(pair.b)
    viewer = await pair.view(pair.a)

    async def refuse(_command: dict[str, Any]) -> dict[str, Any]:
        return {"ok": False, "error": {"code": "rate_limited", "message": "too bright", "retry_after_ms": 700}}

    house.answer = refuse
    answer = await viewer.command("tree", "turn_on")
    assert (answer["error"]["code"], answer["error"]["retry_after_ms"]) == ("rate_limited", 700)
    assert answer["tokens"]["left"] < answer["tokens"]["capacity"]
    assert (await viewer.command("tree", "press"))["error"]["code"] == "not_allowed"


async def test_a_location_that_does_not_answer_is_no_success(pair: Pair) -> None:
    house = await pair.link(pair.b)
    viewer = await pair.view(pair.a)

    async def never(_command: dict[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"ok": True}

    house.answer = never
    began = asyncio.get_running_loop().time()
    assert (await viewer.command("tree", "turn_on"))["error"]["code"] == "expired"
    assert asyncio.get_running_loop().time() - began < 7


async def test_a_viewer_has_one_budget_on_both(pair: Pair) -> None:
    await pair.link(pair.b)
    first = await pair.view(pair.a)
    async with aiohttp.ClientSession() as http, http.get(f"{pair.a.url}/l/our-house") as page:
        cookie = page.cookies["smartpixels_viewer"].value
    viewers = [await pair.view(server, cookie=cookie) for server in (pair.a, pair.b)]
    answers = [await viewer.command("tree", "turn_on") for viewer in viewers]
    assert first.snapshot["tokens"]["left"] > answers[1]["tokens"]["left"]
    assert answers[1]["tokens"]["left"] <= answers[0]["tokens"]["left"]


async def test_people_are_counted_over_both_and_once(pair: Pair) -> None:
    house = await pair.link(pair.b)
    async with aiohttp.ClientSession() as http, http.get(f"{pair.a.url}/l/our-house") as page:
        cookie = page.cookies["smartpixels_viewer"].value
    viewers = [
        await pair.view(pair.a),
        await pair.view(pair.a, cookie=cookie),
        await pair.view(pair.b, cookie=cookie),
    ]
    assert (await viewers[0].command("tree", "turn_on"))["ok"]
    two = [{"watching": 2, "acting": 1}]
    await until(lambda: all(viewer.received["audience"][-1:] == two for viewer in viewers), seconds=PATIENCE)
    await until(lambda: house.audiences[-1:] == two, seconds=PATIENCE)
    await viewers[0].close()
    await until(lambda: house.audiences[-1] == {"watching": 1, "acting": 0}, seconds=PATIENCE)


async def test_the_newer_link_wins_on_whatever_process(pair: Pair) -> None:
    older = await pair.link(pair.b)
    viewer = await pair.view(pair.b)
    newer = await pair.link(pair.a)
    await until(lambda: older.disconnected, seconds=PATIENCE)
    assert [goodbye["code"] for goodbye in older.goodbyes] == ["replaced"]
    await newer.report("tree", brightness=7)
    await until(lambda: viewer.states["tree"].get("brightness") == 7, seconds=PATIENCE)
    assert all(state["link"]["online"] for state in viewer.received["location_state"])
    assert (await viewer.command("tree", "turn_on"))["ok"]
    assert (len(older.commands), len(newer.commands)) == (0, 1)
    assert not newer.disconnected


async def test_a_token_that_is_revoked_anywhere_ends_the_link(pair: Pair) -> None:
    house = await pair.link(pair.b)
    viewer = await pair.view(pair.a)
    await pair.a.locations.revoke(pair.location_id)
    await until(lambda: house.disconnected, seconds=PATIENCE)
    assert [goodbye["code"] for goodbye in house.goodbyes] == ["revoked"]
    await until(lambda: viewer.received["location_state"], seconds=PATIENCE)
    assert not viewer.received["location_state"][-1]["link"]["online"]
    assert (await viewer.command("tree", "turn_on"))["error"]["code"] == "offline"


async def test_states_survive_when_all_nodes_restart(settings: Settings, redis_program: Program) -> None:
    settings = replace(settings, redis_url=f"redis://127.0.0.1:{redis_program.port}/0?prefix=nodes-{next(_prefixes)}")
    async with two_nodes(settings) as pair:
        house = await pair.link(pair.b)
        await house.report("tree", on=True, rgb=[9, 8, 7])
        viewer = await pair.view(pair.a)
        await until(lambda: viewer.states["tree"].get("rgb") == [9, 8, 7])
    async with two_nodes(settings, name="Another house") as again:
        viewer = await again.a.view()
        assert viewer.states["tree"]["rgb"] == [9, 8, 7]
        assert not viewer.snapshot["link"]["online"]


async def test_pages_of_one_show_what_is_linked_to_the_other(pair: Pair) -> None:
    house = await pair.link(pair.b)
    await house.share(mode="paused", reason="Dinner for one")

    async def shows() -> bool:
        async with aiohttp.ClientSession(pair.a.url) as http, http.get("/l/our-house") as page:
            text = await page.text()
        return "Dinner for one" in text and "Tree" in text

    await wait_until(shows)
