"""The server as a plain client sees it: answers, errors, pushes, pixels and the switches for ugly cases."""

import asyncio
from typing import Any

import aiohttp
import pytest

from smartpixels_simulator.wled import WledServer


async def get(web: aiohttp.ClientSession, path: str) -> tuple[int, Any]:
    async with web.get(path) as response:
        return response.status, await response.json(content_type=None)


async def post(web: aiohttp.ClientSession, path: str, body: Any) -> tuple[int, Any]:
    data = body if isinstance(body, str) else None
    async with web.post(path, data=data, json=None if data is not None else body) as response:
        return response.status, await response.json(content_type=None)


@pytest.mark.parametrize("body", ["", "x", '{"on":tru', "[]", "7", "[" * 20_000, '{"bri":' + "9" * 5000 + "}"])
async def test_what_is_no_json_object_is_error_9(web: aiohttp.ClientSession, body: str) -> None:
    assert await post(web, "/json/state", body) == (400, {"error": 9})


async def test_a_request_that_is_too_large_is_refused(web: aiohttp.ClientSession) -> None:
    async with web.post("/json/state", data=b" " * 40_000) as response:
        assert response.status == 413


async def test_what_is_not_there(web: aiohttp.ClientSession) -> None:
    assert await get(web, "/json/networks") == (501, {"error": 4})
    async with web.get("/settings") as response:
        assert response.status == 404


async def test_every_report_has_its_path(web: aiohttp.ClientSession) -> None:
    _, everything = await get(web, "/json")
    assert list(everything) == ["state", "info", "effects", "palettes"]
    for path in ("state", "info", "effects", "palettes"):
        assert await get(web, f"/json/{path}") == (200, everything[path])
    assert await get(web, "/json/si") == (200, {"state": everything["state"], "info": everything["info"]})
    assert len((await get(web, "/json/fxdata"))[1]) == everything["info"]["fxcount"]
    assert (await get(web, "/json/cfg"))[1]["hw"]["led"]["total"] == 10
    assert (await get(web, "/json/nodes"))[1] == {"nodes": []}
    assert (await get(web, "/presets.json"))[1] == {"0": {}}


async def test_palette_colors_come_in_pages(web: aiohttp.ClientSession) -> None:
    _, first = await get(web, "/json/palx")
    _, second = await get(web, "/json/palx?page=1")
    _, last = await get(web, "/json/palx?page=9999")
    assert (first["m"], list(first["p"])) == (9, [str(number) for number in range(8)])
    assert first["p"]["2"] == ["c1"]
    assert second["p"]["11"][0] == [0, 255, 0, 0]
    assert last["p"] == {}


async def test_the_answer_is_success_or_what_the_path_reports(web: aiohttp.ClientSession) -> None:
    assert await post(web, "/json/state", {"bri": 5}) == (200, {"success": True})
    assert (await post(web, "/json/state", {"bri": 6, "v": True}))[1]["bri"] == 6
    assert set((await post(web, "/json/si", {"v": True}))[1]) == {"state", "info"}
    assert set((await post(web, "/json", {"v": True}))[1]) == {"state", "info", "effects", "palettes"}
    assert await post(web, "/json/cfg", {"id": {"name": "Other"}}) == (200, {"success": True})


async def test_clients_hear_of_changes_whoever_makes_them(web: aiohttp.ClientSession) -> None:
    async with web.ws_connect("/ws") as first, web.ws_connect("/ws") as second:
        assert set(await first.receive_json(timeout=3)) == {"state", "info"}
        await second.receive_json(timeout=3)
        await first.send_json({"bri": 44})
        for client in (first, second):
            assert (await client.receive_json(timeout=3))["state"]["bri"] == 44


async def test_a_client_gets_an_answer_when_nothing_changed(web: aiohttp.ClientSession) -> None:
    async with web.ws_connect("/ws") as client:
        await client.receive_json(timeout=3)
        await client.send_str("broken")
        await client.send_bytes(b"\x02")
        await client.send_str("ping")
        assert await client.receive_str(timeout=3) == "pong"
        await client.send_json({"bri": 128})
        assert await client.receive_json(timeout=3) == {"success": True}
        await client.send_json({"v": True})
        assert set(await client.receive_json(timeout=3)) == {"state", "info"}
        await client.send_json({"bri": 128, "v": True})
        assert set(await client.receive_json(timeout=3)) == {"state", "info"}


async def test_a_reboot_may_be_asked_for_in_a_request(web: aiohttp.ClientSession) -> None:
    async with web.ws_connect("/ws") as client:
        await client.receive_json(timeout=3)
        await post(web, "/json/state", {"rb": True})
        async with asyncio.timeout(3):
            while (await client.receive()).type is aiohttp.WSMsgType.TEXT:
                pass


async def test_pushes_keep_their_distance_and_tell_the_last_state(web: aiohttp.ClientSession) -> None:
    await post(web, "/simulator", {"push_interval_ms": 150})
    async with web.ws_connect("/ws") as client:
        await client.receive_json(timeout=3)
        started = asyncio.get_running_loop().time()
        for brightness in (11, 12, 13):
            await post(web, "/json/state", {"bri": brightness})
        assert (await client.receive_json(timeout=3))["state"]["bri"] == 13
        assert asyncio.get_running_loop().time() - started > 0.1


async def test_pixels_are_answered_and_streamed(web: aiohttp.ClientSession) -> None:
    await post(web, "/json/state", {"bri": 255, "tt": 0, "seg": {"col": ["FF0000"]}})
    red = {"on": True, "pixels": [[255, 0, 0]] * 10}
    assert await get(web, "/pixels") == (200, red)
    async with web.ws_connect("/pixels/ws") as stream:
        assert await stream.receive_json(timeout=3) == red
        await post(web, "/json/state", {"on": False, "tt": 0})
        assert await stream.receive_json(timeout=3) == {"on": False, "pixels": [[0, 0, 0]] * 10}


@pytest.mark.parametrize(
    "wanted",
    [
        "x",
        [],
        {"delay_ms": -1},
        {"delay_ms": 60_001},
        {"delay_ms": "5"},
        {"delay_ms": True},
        {"fail": "explode"},
        {"fail": []},
        {"power": "maybe"},
        {"power": []},
        {"reboot": 1},
        {"typo": 1},
    ],
)
async def test_switches_that_make_no_sense_are_refused_whole(web: aiohttp.ClientSession, wanted: Any) -> None:
    before = await get(web, "/simulator")
    status, answer = await post(web, "/simulator", wanted)
    assert status == 400
    assert answer["error"]
    assert await get(web, "/simulator") == before


async def test_switches_stay_reachable_in_every_ugly_case(web: aiohttp.ClientSession) -> None:
    for wanted in ({"fail": "hang"}, {"fail": "drop"}, {"delay_ms": 60_000}, {"power": "off"}):
        assert (await post(web, "/simulator", wanted))[0] == 200
    assert (await get(web, "/pixels"))[1] == {"on": False, "pixels": [[0, 0, 0]] * 10}
    status, settings = await post(web, "/simulator", {"fail": None, "delay_ms": 0, "power": "on"})
    assert (status, settings) == (200, {"delay_ms": 0, "fail": None, "power": "on", "push_interval_ms": 0})
    assert (await get(web, "/json/state"))[0] == 200


async def test_a_hanging_answer_comes_when_the_case_ends(web: aiohttp.ClientSession, server: WledServer) -> None:
    server.set_faults({"fail": "hang"})
    waiting = asyncio.create_task(get(web, "/json/state"))
    await asyncio.wait([waiting], timeout=0.05)
    assert not waiting.done()
    server.set_faults({"fail": None})
    assert (await asyncio.wait_for(waiting, timeout=3))[0] == 200


async def test_power_off_forgets_the_light(web: aiohttp.ClientSession) -> None:
    await post(web, "/json/state", {"bri": 3})
    await post(web, "/simulator", {"power": "off"})
    with pytest.raises(aiohttp.ClientError):
        await get(web, "/json/state")
    await post(web, "/simulator", {"power": "on"})
    assert (await get(web, "/json/state"))[1]["bri"] == 128
