"""The server is stopped, killed and started again, as a process of its own."""

import asyncio
import signal
from datetime import datetime
from pathlib import Path

import pytest

from smartpixels_server.errors import SmartPixelsError
from tests.fakes.location import FakeLocation
from tests.fakes.viewer import FakeViewer
from tests.server.process import ServerProcess
from tests.server.running import until


async def test_after_a_kill_everything_comes_back(tmp_path: Path) -> None:
    async with ServerProcess(tmp_path) as server:
        location = await server.locations.create("Our house")
        code = await server.locations.new_pairing_code(location.location_id)
        token = (await server.locations.pair(code)).token
        async with FakeLocation(server.url, token) as house, FakeViewer(server.url, "our-house") as viewer:
            await server.stop(signal.SIGKILL)
            await until(lambda: house.disconnected and viewer.disconnected)

    async with ServerProcess(tmp_path) as again:
        with pytest.raises(SmartPixelsError, match="used before"):
            await again.locations.pair(code)
        async with FakeViewer(again.url, "our-house") as viewer:
            assert not viewer.snapshot["link"]["online"]
            async with FakeLocation(again.url, token) as house:
                await until(lambda: len(viewer.states) == 2)
                assert (await viewer.command("tree", "turn_on"))["ok"]
                await again.locations.revoke(location.location_id)
                await until(lambda: house.disconnected)
                assert house.goodbyes[0]["code"] == "revoked", "another process revoked it"
        assert await again.stop(signal.SIGINT) == 0
    assert "Traceback" not in again.log


async def test_it_stops_quickly_and_remembers_who_was_there(tmp_path: Path) -> None:
    async with ServerProcess(tmp_path) as server:
        location = await server.locations.create("Our house")
        code = await server.locations.new_pairing_code(location.location_id)
        token = (await server.locations.pair(code)).token
        async with FakeLocation(server.url, token) as house, FakeViewer(server.url, "our-house") as viewer:
            began = asyncio.get_running_loop().time()
            assert await server.stop(signal.SIGTERM) == 0
            assert asyncio.get_running_loop().time() - began < 3
            await until(lambda: house.disconnected and viewer.disconnected)
            assert house.goodbyes == [], "it may come back"
            seen = datetime.fromisoformat(viewer.snapshot["server_time"])
    assert "Traceback" not in server.log
    assert (tmp_path / "smartpixels.secret").stat().st_mode & 0o777 == 0o600

    async with ServerProcess(tmp_path) as again, FakeViewer(again.url, "our-house") as viewer:
        since = datetime.fromisoformat(viewer.snapshot["link"]["since"])
    assert abs((since - seen).total_seconds()) < 3
