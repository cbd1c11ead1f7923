"""One of two server processes is killed: its people and places come back on the other."""

import signal
from pathlib import Path

from tests.fakes.location import FakeLocation
from tests.fakes.programs import Program
from tests.fakes.viewer import FakeViewer
from tests.server.process import ServerProcess
from tests.server.running import until

_PATIENCE = 30


async def test_after_a_kill_everything_comes_back_on_the_other(tmp_path: Path, redis_program: Program) -> None:
    settings = {
        "SMARTPIXELS_REDIS_URL": f"redis://127.0.0.1:{redis_program.port}/0?prefix=killed",
        "SMARTPIXELS_SECRET": "a secret for tests only",
    }
    async with ServerProcess(tmp_path, **settings) as a, ServerProcess(tmp_path, **settings) as b:
        location = await a.locations.create("Our house")
        token = (await a.locations.pair(await a.locations.new_pairing_code(location.location_id))).token
        async with FakeLocation(b.url, token) as house, FakeViewer(a.url, "our-house") as far:
            async with FakeViewer(b.url, "our-house") as near:
                assert (await far.command("tree", "set_color", rgb=[1, 2, 3]))["ok"]
                await until(lambda: far.states["tree"].get("rgb") == [1, 2, 3])
                await b.stop(signal.SIGKILL)
                await until(lambda: house.disconnected and near.disconnected)
            answer = await far.command("tree", "turn_on")
            assert answer["error"]["code"] in {"offline", "expired"}, "nothing is acked that did not happen"
            assert len(house.commands) == 1
            await until(
                lambda: far.received["location_state"] and not far.received["location_state"][-1]["link"]["online"],
                seconds=_PATIENCE,
            )
            async with FakeViewer(a.url, "our-house") as returned:
                assert returned.states["tree"]["rgb"] == [1, 2, 3], "the last state is known here"
                async with FakeLocation(a.url, token) as again:
                    await until(lambda: far.received["location_state"][-1]["link"]["online"])
                    assert (await returned.command("tree", "turn_on"))["ok"]
                    assert len(again.commands) == 1
    assert "Traceback" not in a.log + b.log
