"""The house page's server: the page, the list of devices, the switches, the live stream."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

import smartpixels_simulator
from smartpixels_simulator.house import House
from smartpixels_simulator.wled import WledServer

_PACKAGE = Path(smartpixels_simulator.__file__).parent


@pytest.fixture
async def house(server: WledServer) -> AsyncIterator[aiohttp.ClientSession]:
    house = House([server])
    await house.start()
    async with aiohttp.ClientSession(base_url=house.url) as session:
        yield session
    await house.stop()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/devices/1", 404), ("/api/devices/x", 404), ("/api/devices/0", 400)],
)
async def test_switching_what_makes_no_sense_is_refused(house: aiohttp.ClientSession, path: str, status: int) -> None:
    async with house.post(path, json={"fail": "explode"}) as response:
        assert response.status == status
        assert (await response.json())["error"]


async def test_broken_and_foreign_requests_are_refused(house: aiohttp.ClientSession) -> None:
    async with house.post("/api/devices/0", data="{", headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400
    async with house.post("/api/devices/0", data='{"power":"off"}') as response:
        assert response.status == 415


async def test_devices_are_listed_for_programs(house: aiohttp.ClientSession, server: WledServer) -> None:
    async with house.get("/api/devices") as response:
        (device,) = (await response.json())["devices"]
    assert (device["name"], device["kind"], device["port"]) == ("Tree", "wled", server.port)
    assert device["state"]["effect"] == "Solid"
    async with house.get(device["pixels"]) as response:
        assert len((await response.json())["pixels"]) == 10


async def test_a_switch_reaches_its_device(house: aiohttp.ClientSession, server: WledServer) -> None:
    async with house.post("/api/devices/0", json={"power": "off"}) as response:
        assert (await response.json())["faults"]["power"] == "off"
    assert not server.faults.settings.powered


async def test_watchers_see_the_light_change(house: aiohttp.ClientSession, server: WledServer) -> None:
    async with house.ws_connect("/api/live") as watcher:
        assert (await watcher.receive_json(timeout=3))["picture"]["on"] is True
        server.controller.change({"on": False, "tt": 0})
        frame = await watcher.receive_json(timeout=3)
        assert frame["picture"] == {"on": False, "pixels": [[0, 0, 0]] * 10}
        assert frame["state"]["on"] is False


@pytest.mark.parametrize("path", ["/", *(f"/page/{file.name}" for file in (_PACKAGE / "page").iterdir())])
async def test_the_page_and_its_files_are_served_with_a_strict_policy(house: aiohttp.ClientSession, path: str) -> None:
    async with house.get(path) as response:
        assert response.status == 200
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_both_languages_have_every_text_of_the_page() -> None:
    wanted = set(re.findall(r'data-text(?:-label)?="(\w+)"', (_PACKAGE / "page" / "index.html").read_text()))
    english, polish = (_PACKAGE / "page" / "texts.js").read_text().split("  pl: {")
    texts = [set(re.findall(r"^    (\w+): ", part, re.MULTILINE)) for part in (english, polish)]
    assert texts[0] == texts[1] >= wanted
