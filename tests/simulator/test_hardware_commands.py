"""The command line starts hardware that programs can find."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from smartpixels_simulator.__main__ import main

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def simulator(*arguments: str) -> AsyncIterator[dict[str, Any]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "simulator")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "smartpixels_simulator", *arguments, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        yield json.loads(await process.stdout.readline())
        process.terminate()
        assert await process.wait() == 0


@pytest.mark.parametrize("arguments", [["relay-board"], ["relay-board", "--link", "x", "--channels", "17"]])
def test_impossible_boards(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)


def test_impossible_units() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["house", "--espeasy", "Porch:many"])


async def test_relay_board(tmp_path: Path) -> None:
    link = str(tmp_path / "ttyUSB0")
    async with simulator("relay-board", "--name", "Shed", "--link", link) as ready:
        assert ready == {"ready": True, "relay_board": [{"name": "Shed", "path": link}]}
        os.close(os.open(link, os.O_RDWR | os.O_NOCTTY))


async def test_a_unit_alone_and_in_a_house() -> None:
    async with simulator("espeasy", "--port", "0", "--name", "Porch") as ready:
        await expect_unit(ready["espeasy"][0], "Porch")
    async with simulator("house", "--port", "0", "--wled", "Tree:5", "--espeasy", "Porch") as ready:
        assert [device["name"] for device in ready["wled"]] == ["Tree"]
        await expect_unit(ready["espeasy"][0], "Porch")


async def expect_unit(place: dict[str, Any], name: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"http://{place['host']}:{place['port']}/json") as response:
        assert (await response.json())["System"]["Unit Name"] == name
