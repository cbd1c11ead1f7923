"""The example controller joins with the official JavaScript client and obeys."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.server.running import Running, until

ROOT = Path(__file__).parents[2]
NODE_PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))


@asynccontextmanager
async def _controller(*arguments: str) -> AsyncGenerator[asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        "node",
        str(ROOT / "docs" / "examples" / "controller.mjs"),
        *arguments,
        env={**os.environ, "PATH": NODE_PATH},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.communicate()


async def _line(output: asyncio.StreamReader) -> str:
    return (await asyncio.wait_for(output.readline(), 20)).decode().strip()


async def test_the_example_pairs_joins_obeys_and_comes_back(server: Running) -> None:
    location = await server.locations.create("Our house")
    code = await server.locations.new_pairing_code(location.location_id)
    async with _controller(server.url, "--code", code) as output:
        token = (await _line(output)).removeprefix("token ")
        assert await _line(output) == "joined as Our house"
        viewer = await server.view()
        assert [device["name"]["en"] for device in viewer.snapshot["devices"]] == ["Window", "Porch"]
        assert (await viewer.command("porch", "set_color", rgb=[255, 0, 0]))["ok"]
        assert await _line(output) == "porch: 255 0 0"
        await until(lambda: viewer.states["porch"]["rgb"] == [255, 0, 0])

    await until(lambda: viewer.received["location_state"])
    assert not viewer.received["location_state"][0]["link"]["online"]
    async with _controller(server.url, "--token", token) as output:
        assert await _line(output) == "joined as Our house"
        assert (await viewer.command("window", "turn_off"))["ok"]
