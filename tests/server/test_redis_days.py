"""Redis goes away, comes back, stops answering: what people notice."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Generator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from smartpixels_server.settings import Settings
from tests.fakes.programs import Program, redis_server
from tests.server.nodes import PATIENCE, Pair, two_nodes
from tests.server.running import Running, until
from tests.waiting import wait_until


@pytest.fixture
def redis(tmp_path_factory: pytest.TempPathFactory) -> Generator[Program]:
    """A Redis of the test's own, to stop and to pause."""
    with redis_server(tmp_path_factory.mktemp("redis")) as program:
        yield program


@pytest.fixture
async def pair(settings: Settings, redis: Program) -> AsyncGenerator[Pair]:
    async with two_nodes(replace(settings, redis_url=f"redis://127.0.0.1:{redis.port}/0")) as pair:
        yield pair


async def _ready(server: Running) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/readyz") as answer:
        return answer.status, (await answer.json())["reasons"]


async def test_without_redis_clicks_are_refused_and_pages_served(pair: Pair, redis: Program) -> None:
    house = await pair.link(pair.b)
    near, far = await pair.view(pair.b), await pair.view(pair.a)
    await asyncio.to_thread(redis.stop, signal.SIGKILL)

    async def is_not_ready() -> bool:
        return all([await _ready(server) == (503, {"redis": "not reachable"}) for server in (pair.a, pair.b)])

    await wait_until(is_not_ready, seconds=PATIENCE)
    for viewer in (near, far):
        answer = await viewer.command("tree", "turn_on")
        assert answer["error"]["code"] == "busy"
        assert answer["error"]["retry_after_ms"] > 0
    async with aiohttp.ClientSession() as http, http.get(f"{pair.a.url}/l/our-house") as page:
        assert page.status == 200
    assert house.commands == []
    assert not any(peer.disconnected for peer in (house, near, far))
    await house.report("tree", brightness=5)

    await asyncio.to_thread(redis.start)

    async def works() -> bool:
        return bool((await far.command("tree", "turn_on"))["ok"])

    await wait_until(works, seconds=PATIENCE)
    assert (await near.command("tree", "turn_on"))["ok"]
    late = await pair.view(pair.a)
    assert late.snapshot["link"]["online"]
    assert [device["device_id"] for device in late.snapshot["devices"]] == ["tree", "star"]


async def test_redis_paused_for_ten_seconds(pair: Pair, redis: Program) -> None:
    house = await pair.link(pair.b)
    far = await pair.view(pair.a)
    redis.send(signal.SIGSTOP)
    resume = asyncio.get_running_loop().time() + 10
    answers = [await far.command("tree", "turn_on")]
    while asyncio.get_running_loop().time() < resume:
        answers.append(await far.command("tree", "turn_on"))
        await asyncio.sleep(0.5)
    assert {answer["error"]["code"] for answer in answers} <= {"busy", "expired"}
    await house.report("tree", brightness=5)
    redis.send(signal.SIGCONT)

    async def works() -> bool:
        return bool((await far.command("star", "turn_on"))["ok"])

    await wait_until(works, seconds=PATIENCE)
    assert [command["device_id"] for command in house.commands] == ["star"], "no command came late"
    await until(lambda: far.states["tree"].get("brightness") == 5, seconds=PATIENCE)
    assert not any(peer.disconnected for peer in (house, far))


async def test_a_server_starts_without_redis_and_works_when_it_is_there(settings: Settings, redis: Program) -> None:
    await asyncio.to_thread(redis.stop)
    async with two_nodes(replace(settings, redis_url=f"redis://127.0.0.1:{redis.port}/0")) as pair:
        house = await pair.link(pair.b)
        viewer = await pair.view(pair.b)
        assert (await viewer.command("tree", "turn_on"))["error"]["code"] == "busy"
        await asyncio.to_thread(redis.start)
        far = await pair.view(pair.a)

        async def works() -> bool:
            return bool((await far.command("tree", "turn_on"))["ok"])

        await wait_until(works, seconds=PATIENCE)
        assert len(house.commands) == 1
        assert far.snapshot["devices"] or far.received["viewer_catalog"]
