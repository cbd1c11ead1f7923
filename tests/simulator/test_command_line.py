"""The programs as people and scripts start them."""

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from smartpixels_simulator.__main__ import main

_SIMULATOR = Path(__file__).parents[2] / "simulator"


async def start(*arguments: str) -> tuple[asyncio.subprocess.Process, dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "smartpixels_simulator",
        *arguments,
        cwd=_SIMULATOR,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    return process, json.loads(await asyncio.wait_for(process.stdout.readline(), timeout=20))


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["castle"],
        ["house", "--port", "99999"],
        ["house", "--wled", "Tree"],
        ["house", "--wled", "Tree:0"],
        ["house", "--wled", "Tree:5:x"],
        ["wled", "--leds", "many"],
        ["wled", "--mac", "aa:bb"],
    ],
)
def test_bad_arguments_are_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage" in capsys.readouterr().err


def test_a_busy_port_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        assert main(["wled", "--port", str(busy.getsockname()[1])]) == 1
    assert "Cannot listen" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_house_starts_says_where_and_stops_cleanly(number: signal.Signals) -> None:
    process, ready = await start("house", "--port", "0", "--wled", "Tree: tall:7", "--wled", "Roof:5:0")
    assert ready["ready"] is True
    assert [(device["name"], device["host"]) for device in ready["wled"]] == [
        ("Tree: tall", "127.0.0.1"),
        ("Roof", "127.0.0.1"),
    ]
    async with aiohttp.ClientSession() as web, web.ws_connect(ready["house"] + "/api/live") as watcher:
        assert (await watcher.receive_json(timeout=3))["name"] == "Tree: tall"
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), timeout=10) == 0


async def test_one_device_with_an_old_firmware() -> None:
    options = ("--name", "Old", "--leds", "3", "--version", "0.13.3", "--mac", "0123456789ab")
    process, ready = await start("wled", "--port", "0", *options)
    (device,) = ready["wled"]
    async with aiohttp.ClientSession() as web, web.get(f"http://127.0.0.1:{device['port']}/json/info") as response:
        info = await response.json()
    assert (info["name"], info["ver"], info["mac"]) == ("Old", "0.13.3", "0123456789ab")
    process.terminate()
    assert await asyncio.wait_for(process.wait(), timeout=10) == 0
